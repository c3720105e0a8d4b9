// Does what a newcomer does, in a clone in an empty folder: npm start, make a link, pay it, stop, start again,
// and once more after everything was killed. Ends with status 0 where all of it went well.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { top } from './lib/run.mjs'

const firstStartAtMostMs = 300_000
const stopAtMostMs = 10_000

const folder = await mkdtemp(join(tmpdir(), 'bill-gateway-clone-'))
const clone = join(folder, 'clone')
const data = join(clone, 'data')

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** Resolves with the content of demo.json once it is there. */
async function start(port) {
  await rm(join(data, 'demo.json'), { force: true })
  const env = { ...process.env, PORT: String(port) }
  for (const name of ['DATA_DIR', 'DATABASE_URL', 'PUBLIC_URL', 'SHORT_URL', 'LOG_LEVEL']) delete env[name]
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  const giveUp = Date.now() + firstStartAtMostMs
  for (;;) {
    const text = await readFile(join(data, 'demo.json'), 'utf8').catch(() => undefined)
    if (text) return { child, demo: JSON.parse(text) }
    if (child.exitCode !== null) throw new Error(`npm start ended with status ${child.exitCode}`)
    if (Date.now() > giveUp) throw new Error('npm start did not get ready')
    await sleep(200)
  }
}

async function stop(child) {
  const began = Date.now()
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  assert.ok(Date.now() - began < stopAtMostMs, 'the stop takes less than 10 s')
  await assert.rejects(readFile(join(data, 'postgres/postmaster.pid')), 'the database has stopped too')
}

async function call({ gateway, apiKey, apiSecret }, path, body) {
  const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`
  const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' }
  const options = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
  const response = await fetch(gateway + path, options)
  const text = await response.text()
  assert.ok(response.ok, `${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

async function payNewLink(demo) {
  const payment = {
    userId: 'user-1234',
    operationId: 13912,
    amount: 123.45,
    nrb: '28616102383202382844889825',
    title: 'FV 123/2020',
    paymentDue: '2020-07-23',
    name: 'Jan',
    surname: 'Kowalski',
  }
  const { links } = await call(demo, '/pay/v1/payments', { payments: [payment] })
  const page = await fetch(links[0].shortLink)
  assert.equal(page.status, 200, 'the page opens')
  assert.match(await page.text(), /FV 123\/2020/)
  await call(demo, `/pay/v1/test/payments/${links[0].token}/pay`, { scope: 'link', method: 'blik' })
  return links[0].token
}

async function assertPaidOnce(demo, token) {
  const rows = await call(demo, '/pay/v1/payments/search?fromDate=0')
  assert.equal(rows.filter((row) => row.token === token).length, 1, 'the payment is there once')
}

function killEverything(child) {
  const postmaster = Number(
    execFileSync('head', ['-n', '1', join(data, 'postgres/postmaster.pid')], { encoding: 'utf8' }),
  )
  process.kill(-child.pid, 'SIGKILL')
  process.kill(postmaster, 'SIGKILL')
}

let running
try {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', top, clone], { stdio: 'inherit' })
  const port = await freePort()
  const first = await start(port)
  running = first.child
  const token = await payNewLink(first.demo)
  await assertPaidOnce(first.demo, token)
  await stop(running)

  const second = await start(port)
  running = second.child
  assert.deepEqual(second.demo, first.demo, 'key, secret and links are as before')
  await assertPaidOnce(second.demo, token)
  killEverything(running)

  const third = await start(port)
  running = third.child
  assert.deepEqual(third.demo, first.demo)
  await assertPaidOnce(third.demo, token)
  await stop(running)
  console.log('A fresh clone starts, takes a payment, and keeps it.')
} finally {
  if (running?.exitCode === null && running.signalCode === null) {
    running.kill('SIGTERM')
    await once(running, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
}
