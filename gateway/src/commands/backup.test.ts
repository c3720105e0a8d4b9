import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBuilt, run, runJson } from '../../testing/command-line.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { paymentTasks } from '../payment/index.ts'
import { openDatabase } from '../platform/db/database.ts'
import { warsawDate } from '../platform/warsaw-time.ts'

let gateway: TestGateway
let folder: string
let backup: string
let pendingToken: string
const bare: string[] = []

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
  await gateway.api(`/pay/v1/payments/${fourth}/cancel`, { body: { resolution: 'CANCELLED' } })
  const made = await runJson<{ rows: Record<string, number> }>(['backup', backup], at(gateway.database.url))
  expect(made.rows).toMatchObject({ payment: 2, payment_link: 4, checkout: 3 })
})
afterAll(async () => {
  await gateway.close()
  for (const url of bare)
    await onServer(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
  await rm(folder, { recursive: true, force: true })
})

const at = (url: string) => ({ DATABASE_URL: url, DATA_DIR: join(folder, 'unused') })

async function createLinks({ api }: TestGateway, count: number): Promise<string[]> {
  const payments = Array.from({ length: count }, (_, n) => ({
    userId: `użytkownik\t"${n}"\\.`,
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

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(gateway.database.url)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

/** A database in which there is nothing. */
async function emptyDatabase(): Promise<string> {
  const url = new URL(gateway.database.url)
  url.pathname = `/test_bare_${Math.random().toString(36).slice(2)}`
  await onServer(`create database ${url.pathname.slice(1)}`)
  bare.push(url.href)
  return url.href
}

/** Every row of every table, but for what a restore moves on purpose. */
async function contentOf(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in ('schema_migration', 'schema_migration_lock', 'reference_number_day', 'worker_beat')`,
    )
    const content: Record<string, unknown[]> = {}
    for (const { name } of tables) {
      const { rows } = await client.query(`select t::text as row from "${name}" t order by 1`)
      content[name] = rows.map(({ row }) => row)
    }
    const { rows: sequences } = await client.query(
      `select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`,
    )
    return { ...content, sequences }
  } finally {
    await client.end()
  }
}

async function isEmpty(url: string): Promise<boolean> {
  const content = await contentOf(url)
  return Object.entries(content).every(([name, rows]) => name === 'sequences' || rows.length === 0)
}

test('a back-up is private, and never overwrites a file unasked', async () => {
  expect((await stat(backup)).mode & 0o777).toBe(0o600)
  const again = await run(['backup', backup], at(gateway.database.url))
  expect(again).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/exists\. Choose another name.*--force/),
  })
  const nothing = await run(['backup', join(folder, 'nothing.gz')], at(await emptyDatabase()))
  expect(nothing).toMatchObject({ status: 1, stderr: expect.stringMatching(/nothing to back up/) })
  await expect(stat(join(folder, 'nothing.gz'))).rejects.toThrow(/ENOENT/)
})

test('a restored database is the same to the last row, and its books hold', async () => {
  const url = await emptyDatabase()
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
  const url = await emptyDatabase()
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
        { timeout: 30_000, interval: 200 },
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
  const last = async (url: string) => {
    const client = new pg.Client(url)
    await client.connect()
    const { rows } = await client.query('select day::text, last from reference_number_day order by day')
    await client.end()
    return rows
  }
  const [one, two] = [await emptyDatabase(), await emptyDatabase()]
  await runJson(['restore', backup], at(one))
  await runJson(['restore', backup], at(two))
  const [before, after] = [await last(one), await last(two)]
  expect(before.at(-2)).toEqual({ day: warsawDate(new Date()), last: 999_999 })
  expect(after.at(-1)?.day).toBe(before.at(-1)?.day)
  expect(after.at(-1)?.last).toBeGreaterThan(before.at(-1)?.last)
})

test('a damaged, cut or foreign file is refused before anything is done', async () => {
  const url = await emptyDatabase()
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
    const { status, stdout, stderr } = await run(['restore', file], at(url))
    expect([name, status, stdout, stderr]).toEqual([
      name,
      1,
      '',
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
  const url = await emptyDatabase()
  const text = gunzipSync(await readFile(backup)).toString('utf8')
  const resigned = async (changed: string) => {
    const body = changed.slice(0, changed.lastIndexOf('{"end"'))
    const { createHash } = await import('node:crypto')
    const trailer = JSON.parse(changed.slice(body.length)) as { sha256: string }
    trailer.sha256 = createHash('sha256').update(body).digest('hex')
    const file = join(folder, 'resigned.gz')
    await writeFile(file, gzipSync(Buffer.from(`${body}${JSON.stringify(trailer)}\n`)))
    return run(['restore', file], at(url))
  }
  const newer = await resigned(text.replace('"0001_provider"', '"0001_provider","9999_later"'))
  expect(newer.stderr).toMatch(
    /^The back-up was made by gateway .*migration 9999_later that this version lacks\./,
  )
  // Money that no posting accounts for: the database itself refuses it when the transaction ends.
  const unbalanced = text.replace(
    /({"table":"posting"[^\n]*\n(?:\d+\t){2}\d+\t[a-z]+\t[^\t]*\t\d+\t)(-?\d+)/,
    '$11$2',
  )
  expect(unbalanced).not.toBe(text)
  const refused = await resigned(unbalanced)
  expect(refused).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/do not sum to zero|postings of/),
  })
  expect(await isEmpty(url)).toBe(true)
  expect(await run(['restore', backup], at(url))).toMatchObject({ status: 0 })
})

test('a role without any special right can restore into a database of its own', async () => {
  const role = `restorer_${Math.random().toString(36).slice(2)}`
  const url = new URL(await emptyDatabase())
  await onServer(`create role ${role} login password 'x'`)
  await onServer(`alter database ${url.pathname.slice(1)} owner to ${role}`)
  url.username = role
  url.password = 'x'
  const { status, stderr } = await run(['restore', backup], at(url.href))
  expect([status, stderr]).toEqual([0, ''])
  await onServer(`drop database ${url.pathname.slice(1)} with (force)`)
  await onServer(`drop role ${role}`)
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
      await runJson(['backup', file], at(database.url))
      const restored = await runJson<{ discrepancies: unknown[] }>(
        ['restore', file],
        at(await emptyDatabase()),
      )
      expect(restored.discrepancies).toEqual([])
    }
  } finally {
    writing = false
    await writer
    await busy.close()
    await database.drop()
  }
})
