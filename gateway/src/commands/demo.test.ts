import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ensureBuilt, type Running, run, start } from '../../testing/command-line.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { basic, freePort } from '../../testing/gateway.ts'

interface DemoFile {
  gateway: string
  shortUrl: string
  providerCode: string
  apiKey: string
  apiSecret: string
  links: {
    userId: string
    operationId: string
    amount: number
    token: string
    link: string
    shortLink: string
  }[]
}

let folder: string
const running: Running[] = []

beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-demo-'))
})
afterEach(async () => {
  for (const process of running.splice(0)) await process.end('SIGTERM')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function demo(environment: Record<string, string>): Promise<{ process: Running; file: DemoFile }> {
  const process = start(['demo'], environment)
  running.push(process)
  await process.says('Ctrl+C stops everything')
  const text = await readFile(join(environment.DATA_DIR ?? '', 'demo.json'), 'utf8')
  return { process, file: JSON.parse(text) as DemoFile }
}

async function pay(file: DemoFile, token: string): Promise<void> {
  const response = await fetch(`${file.gateway}/pay/v1/test/payments/${token}/pay`, {
    method: 'POST',
    headers: { authorization: basic(file), 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ scope: 'link', method: 'blik', outcome: 'paid' }),
  })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('referenceNumber')])
}

async function payments(file: DemoFile): Promise<{ token: string }[]> {
  const headers = { authorization: basic(file), accept: 'application/json' }
  const response = await fetch(`${file.gateway}/pay/v1/payments/search?fromDate=0`, { headers })
  expect(response.status).toBe(200)
  return (await response.json()) as { token: string }[]
}

test('the demo on its own database keeps key, links and payments over stops and kills', async () => {
  const port = String(await freePort())
  const environment = { DATA_DIR: join(folder, 'own'), PORT: port }
  const first = await demo(environment)
  const { file } = first
  expect(Object.keys(file)).toEqual(['gateway', 'shortUrl', 'providerCode', 'apiKey', 'apiSecret', 'links'])
  expect(file).toMatchObject({ gateway: `http://localhost:${port}`, shortUrl: `http://localhost:${port}/s` })
  expect(file.providerCode).toBe('demo')
  expect((await stat(join(environment.DATA_DIR, 'demo.json'))).mode & 0o777).toBe(0o600)
  expect(file.links.length).toBeGreaterThanOrEqual(7)
  for (const link of file.links) {
    expect(link).toEqual({
      userId: expect.stringMatching(/^user-/),
      operationId: expect.stringMatching(/^\d+$/),
      amount: expect.any(Number),
      token: expect.stringMatching(/^[0-9a-f]{128}$/),
      link: `${file.gateway}/single-payment/${link.token}`,
      shortLink: expect.stringMatching(/^http:\/\/localhost:\d+\/s\/[A-Za-z0-9]{10}$/),
    })
    expect((await fetch(link.shortLink)).status).toBe(200)
  }
  const token = file.links[0]?.token ?? ''
  await pay(file, token)
  expect(await payments(file)).toMatchObject([{ token }])
  expect((await first.process.end('SIGTERM')).status).toBe(0)

  const second = await demo(environment)
  expect(second.file).toEqual(file)
  expect(await payments(file)).toMatchObject([{ token }])
  await second.process.end('SIGKILL')

  const third = await demo(environment)
  expect(third.file).toEqual(file)
  expect(await payments(file)).toMatchObject([{ token }])
  const other = await run(['demo'], { ...environment, PORT: String(await freePort()) })
  expect(other).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^Another gateway \(process \d+\) runs on/),
  })
  expect((await fetch(file.links[1]?.link ?? '')).status).toBe(200)
  // Without demo.json the links are the same: they are the database's.
  expect((await third.process.end('SIGINT')).status).toBe(0)
})

test('two demos on one DATABASE_URL share provider and bills, each with a key that works', async () => {
  const database = await createTestDatabase()
  try {
    const both = await Promise.all(
      ['a', 'b'].map(async (name) =>
        demo({ DATABASE_URL: database.url, DATA_DIR: join(folder, name), PORT: String(await freePort()) }),
      ),
    )
    const [a, b] = both.map(({ file }) => file)
    if (!a || !b) throw new Error('two were started')
    expect(a.links.map(({ token }) => token)).toEqual(b.links.map(({ token }) => token))
    expect(a.gateway).not.toBe(b.gateway)
    await pay(a, a.links[0]?.token ?? '')
    expect(await payments(b)).toEqual(await payments(a))
    const { count } = await database.db
      .selectFrom('payment_link')
      .select((eb) => eb.fn.countAll<bigint>().as('count'))
      .executeTakeFirstOrThrow()
    expect(Number(count)).toBe(a.links.length)
    for (const { process } of both) expect((await process.end('SIGTERM')).status).toBe(0)
  } finally {
    await database.drop()
  }
})

test('the demo refuses a database with a live provider and leaves it alone', async () => {
  const database = await createTestDatabase()
  try {
    const env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'live'), PORT: String(await freePort()) }
    await run(['provider', 'create', '--code', 'real', '--name', 'Real'], env)
    const { status, stderr } = await run(['demo'], env)
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^This database holds the live provider real, and the demo never runs beside real money\./,
    )
    const providers = await database.db.selectFrom('provider').select('code').execute()
    expect(providers).toEqual([{ code: 'real' }])
  } finally {
    await database.drop()
  }
})

test('PORT=0 picks a port that every address then names', async () => {
  const database = await createTestDatabase()
  try {
    const { file, process } = await demo({
      DATABASE_URL: database.url,
      DATA_DIR: join(folder, 'free'),
      PORT: '0',
    })
    expect(file.gateway).toMatch(/^http:\/\/localhost:[1-9]\d+$/)
    expect((await fetch(file.links[0]?.shortLink ?? '')).status).toBe(200)
    expect((await process.end('SIGTERM')).status).toBe(0)
  } finally {
    await database.drop()
  }
})
