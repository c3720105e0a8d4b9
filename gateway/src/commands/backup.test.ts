import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareDatabases, contentOf, isEmpty } from '../../testing/bare-database.ts'
import { ensureBuilt, run, runJson } from '../../testing/command-line.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { awayFromMidnight } from '../../testing/midnight.ts'
import { paymentTasks } from '../payment/index.ts'
import { openDatabase } from '../platform/db/database.ts'
import { warsawDate } from '../platform/warsaw-time.ts'
import { restoreBackup } from './backup/restore.ts'
import { writeBackup } from './backup/write.ts'
import { sentenceOf } from './failure.ts'

let gateway: TestGateway
let folder: string
let backup: string
let pendingToken: string
const bare = bareDatabases(() => gateway.database.url)

beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-backup-'))
  backup = join(folder, 'backup.gz')
  gateway = await startTestGateway({ worker: false })
  const [first = '', second = '', third = '', fourth = ''] = await createLinks(gateway, 4)
  await pay(gateway, first, 'paid')
  await pay(gateway, second, 'wrong-amount')
  await pay(gateway, third, 'silent')
  pendingToken = third
  for (const body of [{ amount: 3, manual: true }, { amount: 1 }])
    await gateway.api(`/pay/v1/payments/${first}/refunds`, { body })
  await gateway.api(`/pay/v1/payments/${fourth}/cancel`, { body: { resolution: 'CANCELLED' } })
  // Everything that COPY has to write in another way.
  const body = 'tab\t line\n\\.\n\\N carriage\r \u{1f4b3} null \\N'
  await gateway.database.db
    .insertInto('notification')
    .values({ provider_id: gateway.provider.id, method: 'sandbox', verdict: 'unreadable', body })
    .execute()
  const made = await runJson<{ rows: Record<string, number> }>(['backup', backup], at(gateway.database.url))
  expect(made.rows).toMatchObject({ payment: 2, payment_link: 4, checkout: 3, refund: 2 })
})
afterAll(async () => {
  await bare.dropAll()
  await gateway.close()
  await rm(folder, { recursive: true, force: true })
})

const at = (url: string) => ({ DATABASE_URL: url, DATA_DIR: join(folder, 'unused') })

async function createLinks({ api }: TestGateway, count: number): Promise<string[]> {
  const payments = Array.from({ length: count }, (_, n) => ({
    userId: `użytkownik "${n}" \\. \\N`,
    operationId: `backup-${n}-${Math.random()}`,
    amount: 10 + n / 100,
    nrb: '28616102383202382844889825',
    title: `FV ${n}/2020`,
    paymentDue: '2030-01-31',
    name: 'Żaneta',
    surname: 'Śliwińska',
  }))
  const { status, body } = await api('/pay/v1/payments', { body: { payments } })
  expect(status).toBe(201)
  return (body as { links: { token: string }[] }).links.map(({ token }) => token)
}

async function pay({ api }: TestGateway, token: string, outcome: string): Promise<string> {
  const body = { scope: 'link', method: 'blik', outcome }
  const answer = await api(`/pay/v1/test/payments/${token}/pay`, { body })
  expect(answer.status).toBe(200)
  return (answer.body as { referenceNumber: string }).referenceNumber
}

/** In this process: what the command does before it says so. @returns what it refused with */
async function refusalOf(url: string, file: string): Promise<string> {
  const database = openDatabase(url, 2, () => undefined)
  try {
    await restoreBackup({ ...database, url }, file, () => undefined)
    return 'not refused'
  } catch (error) {
    return sentenceOf(error)
  } finally {
    await database.close()
  }
}

test('a back-up is private, and never overwrites a file unasked', async () => {
  expect((await stat(backup)).mode & 0o777).toBe(0o600)
  const again = await run(['backup', backup], at(gateway.database.url))
  expect(again).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/exists\. Choose another name.*--force/),
  })
  const nothing = await run(['backup', join(folder, 'nothing.gz')], at(await bare.create()))
  expect(nothing).toMatchObject({ status: 1, stderr: expect.stringMatching(/nothing to back up/) })
  await expect(stat(join(folder, 'nothing.gz'))).rejects.toThrow(/ENOENT/)
})

test('a restored database is the same to the last row, and its books hold', async () => {
  const url = await bare.create()
  const restored = await runJson<{ discrepancies: unknown[] }>(['restore', backup], at(url))
  expect(restored.discrepancies).toEqual([])
  expect(await contentOf(url)).toEqual(await contentOf(gateway.database.url))
  const again = await run(['restore', backup], at(url))
  expect(again).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^The database is not empty .*\n$/),
  })
  expect(await run(['doctor', '--check', 'books', 'migrations'], at(url))).toMatchObject({ status: 0 })
})

test('it goes on: pending checkouts are asked about, and no reference number is given twice', async () => {
  await awayFromMidnight()
  const url = await bare.create()
  // What the back-up does not know of: numbers that stand in titles of transfers by now.
  const [lost = ''] = await createLinks(gateway, 1)
  const given = [await pay(gateway, lost, 'paid')]
  await runJson(['restore', backup], at(url))
  const database: TestDatabase = {
    ...openDatabase(url, 5, () => undefined),
    url,
    drop: async () => undefined,
  }
  const second = await startTestGateway({ database })
  try {
    await sql`update checkout set next_check_at = now() - interval '1 minute' where next_check_at is not null`.execute(
      database.db,
    )
    await paymentTasks['sweep-checkouts']?.(undefined, second.platform)
    const { credentials } = gateway
    await expect
      .poll(
        async () => {
          const { body } = await second.api(`/pay/v1/payments/${pendingToken}`, { credentials })
          return (body as { status: string }).status
        },
        { timeout: 60_000, interval: 200 },
      )
      .toBe('paid')
    const [token = ''] = await createLinks(second, 1)
    given.push(await pay(second, token, 'paid'))
    expect(new Set(given).size).toBe(2)
    const today = warsawDate(new Date()).replaceAll('-', '')
    expect((given[1] ?? '') > `${today}-999999`).toBe(true)
  } finally {
    await second.close()
    await database.close()
  }
})

test('a second restore on the same day gives no number of the first one again', async () => {
  await awayFromMidnight()
  const last = async (url: string) => {
    const { db, close } = openDatabase(url, 1, () => undefined)
    return db.selectFrom('reference_number_day').selectAll().orderBy('day').execute().finally(close)
  }
  const [one, two] = [await bare.create(), await bare.create()]
  await runJson(['restore', backup], at(one))
  await runJson(['restore', backup], at(two))
  const [before, after] = [await last(one), await last(two)]
  expect(before.at(-2)).toEqual({ day: warsawDate(new Date()), last: 999_999 })
  expect(after.at(-1)?.day).toBe(before.at(-1)?.day)
  expect(after.at(-1)?.last).toBeGreaterThan(before.at(-1)?.last ?? 0)
})

test('a damaged, cut or foreign file is refused before anything is done', async () => {
  const url = await bare.create()
  const whole = await readFile(backup)
  const text = gunzipSync(whole).toString('utf8')
  const rezipped = (changed: string) => gzipSync(Buffer.from(changed))
  const bad: [string, Buffer][] = [
    ['cut', whole.subarray(0, whole.length - 20)],
    ['cut in half', whole.subarray(0, whole.length / 2)],
    [
      'flipped',
      Buffer.concat([whole.subarray(0, 200), Buffer.from([~(whole[200] ?? 0)]), whole.subarray(201)]),
    ],
    ['empty', Buffer.alloc(0)],
    ['not gzip', Buffer.from('select 1')],
    ['other content', rezipped('{"hello": "world"}\n')],
    ['no content', rezipped('')],
    ['edited', rezipped(text.replace('Żaneta', 'Zaneta'))],
    ['without its end', rezipped(text.slice(0, text.lastIndexOf('{"end"')))],
    ['with more after its end', rezipped(`${text}{"table":"payer","columns":["id"]}\n`)],
    ['without a row', rezipped(text.replace(/\n[^\n]*Śliwińska[^\n]*/, ''))],
  ]
  for (const [name, content] of bad) {
    const file = join(folder, 'bad.gz')
    await writeFile(file, content)
    expect([name, await refusalOf(url, file)]).toEqual([
      name,
      expect.stringMatching(
        /^\S+bad\.gz is not a whole back-up of Bill Gateway: .*Nothing was changed; take another/,
      ),
    ])
  }
  expect(await contentOf(url)).toEqual({ sequences: [] })
  const missing = await run(['restore', join(folder, 'no.gz')], at(url))
  expect(missing.stderr).toMatch(/cannot be read \(ENOENT\)\. Check the path\.\n$/)
})

test('a file of a newer gateway, and one whose rows break a rule, leave the database empty', async () => {
  const url = await bare.create()
  const text = gunzipSync(await readFile(backup)).toString('utf8')
  const resigned = async (changed: string) => {
    const body = changed.slice(0, changed.lastIndexOf('{"end"'))
    const trailer = JSON.parse(changed.slice(body.length)) as { sha256: string }
    trailer.sha256 = createHash('sha256').update(body).digest('hex')
    const file = join(folder, 'resigned.gz')
    await writeFile(file, gzipSync(Buffer.from(`${body}${JSON.stringify(trailer)}\n`)))
    return refusalOf(url, file)
  }
  const newer = await resigned(text.replace('"0001_provider"', '"0001_provider","9999_later"'))
  expect(newer).toMatch(/^The back-up was made by gateway .*migration 9999_later that this version lacks\./)
  // Money that no posting accounts for: the database itself refuses it when the transaction ends.
  const unbalanced = text.replace(
    /({"table":"posting"[^\n]*\n(?:\d+\t){2}\d+\t[a-z]+\t[^\t]*\t\d+\t)(-?\d+)/,
    '$11$2',
  )
  expect(unbalanced).not.toBe(text)
  const refused = await resigned(unbalanced)
  expect(refused).toMatch(/do not sum to zero|postings of/)
  expect(await isEmpty(url)).toBe(true)
  expect(await run(['restore', backup], at(url))).toMatchObject({ status: 0 })
})

test('a role without any special right can restore into a database of its own', async () => {
  const role = `restorer_${Math.random().toString(36).slice(2)}`
  const url = new URL(await bare.create())
  await bare.onServer(`create role ${role} login password 'x'`)
  await bare.onServer(`alter database ${url.pathname.slice(1)} owner to ${role}`)
  url.username = role
  url.password = 'x'
  const { status, stderr } = await run(['restore', backup], at(url.href))
  expect([status, stderr]).toEqual([0, ''])
  await bare.onServer(`drop database ${url.pathname.slice(1)} with (force)`)
  await bare.onServer(`drop role ${role}`)
})

test('rows that are written meanwhile are in it whole or not at all', async () => {
  const database = await createTestDatabase()
  const busy = await startTestGateway({ database, worker: false })
  let writing = true
  const writer = (async () => {
    while (writing) {
      const [token = ''] = await createLinks(busy, 1)
      await pay(busy, token, 'paid')
    }
  })()
  try {
    for (let n = 0; n < 3; n++) {
      const file = join(folder, `busy-${n}.gz`)
      await writeBackup(database.url, file, () => undefined)
      const url = await bare.create()
      expect(await refusalOf(url, file)).toBe('not refused')
      expect(await run(['doctor', '--check', 'books'], at(url))).toMatchObject({ status: 0 })
    }
  } finally {
    writing = false
    await writer
    await busy.close()
    await database.drop()
  }
})
