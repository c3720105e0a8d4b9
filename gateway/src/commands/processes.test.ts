import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bareDatabases } from '../../testing/bare-database.ts'
import { ensureBuilt, type Running, run, runJson, start } from '../../testing/command-line.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { basic, freePort } from '../../testing/gateway.ts'

let database: TestDatabase
let folder: string
const running: Running[] = []

beforeAll(async () => {
  await ensureBuilt()
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-processes-'))
})
afterEach(async () => {
  for (const process of running.splice(0)) await process.end('SIGKILL')
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

function keep(process: Running): Running {
  running.push(process)
  return process
}

async function serve(...args: string[]): Promise<{ process: Running; url: string; port: number }> {
  const port = await freePort()
  const env = { DATABASE_URL: database.url, PORT: String(port), DATA_DIR: folder }
  const process = keep(start(['serve', ...args], env))
  await process.says('"serving"')
  return { process, url: `http://127.0.0.1:${port}`, port }
}

async function testKey(): Promise<{ apiKey: string; apiSecret: string }> {
  const env = { DATABASE_URL: database.url }
  const code = `p${Date.now().toString(36)}`
  await run(['provider', 'create', '--code', code, '--name', 'Test', '--test'], env)
  return runJson(['key', 'create', '--provider', code], env)
}

test('serve ends open streams and running requests, and is gone with status 0', async () => {
  const key = await testKey()
  const { process, url, port } = await serve('--with-worker')
  const stream = await fetch(`${url}/pay/v1/events/stream`, { headers: { authorization: basic(key) } })
  expect(stream.status).toBe(200)
  // A request whose body is half there when the signal comes.
  const body = JSON.stringify({
    payments: [{ userId: 'u', amount: 1, title: 'T', paymentDue: '2030-01-01' }],
  })
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    `POST /pay/v1/payments HTTP/1.1\r\nhost: x\r\nauthorization: ${basic(key)}\r\naccept: application/json\r\n` +
      `expect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
  )
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  const closed = once(socket, 'close')
  await expect.poll(() => answer).toMatch(/^HTTP\/1\.1 100 /)
  const ended = process.end('SIGTERM')
  // Its streams end once it has heard the signal.
  await stream.text().catch(() => undefined)
  socket.write(body.slice(20))
  // What does not stop within 10 s ends with another status.
  expect((await ended).status).toBe(0)
  await closed
  expect(answer).toMatch(/\r\n\r\nHTTP\/1\.1 (400|503) /)
})

test('a worker stops at SIGINT with status 0 and takes its heartbeat with it', async () => {
  const worker = keep(start(['worker'], { DATABASE_URL: database.url }))
  await worker.says('working')
  const doctor = await runJson<{ findings: { check: string; ok: boolean }[] }>(
    ['doctor', '--check', 'worker'],
    {
      DATABASE_URL: database.url,
    },
  )
  expect(doctor.findings).toMatchObject([{ check: 'worker', ok: true }])
  expect((await worker.end('SIGINT')).status).toBe(0)
  const without = await run(['doctor', '--check', 'worker'], { DATABASE_URL: database.url })
  expect(without).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^wrong {2}worker .*no worker runs\n/),
  })
})

test('a taken port is told before anything is started', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = String(typeof address === 'object' && address ? address.port : 0)
  for (const command of ['serve', 'demo']) {
    const { status, stderr } = await run([command], {
      DATABASE_URL: database.url,
      PORT: port,
      DATA_DIR: folder,
    })
    expect(status).toBe(1)
    expect(stderr).toBe(
      `Port ${port} of 127.0.0.1 is in use by another program. Stop it, or choose another by PORT.\n`,
    )
  }
  server.close()
})

test('serve and commands refuse a database that is not migrated, and migrate mends it', async () => {
  const bare = bareDatabases(() => database.url)
  try {
    const env = { DATABASE_URL: await bare.create(), PORT: String(await freePort()) }
    for (const args of [['serve'], ['worker'], ['provider', 'list']]) {
      const { status, stderr } = await run(args, env)
      expect(status).toBe(1)
      expect(stderr).toMatch(
        /^The database lacks \d+ of this version's migrations .* Run "bill-gateway migrate"/,
      )
    }
    const first = await runJson<{ applied: string[] }>(['migrate'], env)
    expect(first.applied[0]).toMatch(/^0001_/)
    expect(await run(['migrate'], env)).toMatchObject({ status: 0, stdout: 'The database is up to date.\n' })
    const again = await run(['provider', 'list'], env)
    expect(again.stdout).toMatch(/^No providers yet\. Add one with /)
  } finally {
    await bare.dropAll()
  }
})

test('doctor names each thing that is wrong with what to do, and its status says so', async () => {
  const env = {
    DATABASE_URL: database.url,
    PUBLIC_URL: 'http://pay.example.com',
    SHORT_URL: 'https://zapl.example',
  }
  const { status, stdout } = await run(['doctor'], env)
  expect(status).toBe(1)
  expect(stdout).toMatch(/^wrong {2}PUBLIC_URL .* is plain http\n {23}Put the gateway behind a proxy/m)
  expect(stdout).toMatch(/^ok {5}SHORT_URL/m)
  expect(stdout).toMatch(/^ok {5}database {8}PostgreSQL \d+/m)
  expect(stdout).toMatch(/^ok {5}books/m)
  expect((await run(['doctor', '--check', 'books', 'migrations', 'clock'], env)).status).toBe(0)
  const unreachable = await run(['doctor'], { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })
  expect(unreachable.stdout).toMatch(
    /^wrong {2}database .*cannot be used\n {23}The database cannot be reached/m,
  )
})
