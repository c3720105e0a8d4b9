import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methods } from '../gateway/src/payment/method/methods.ts'
import { newSealingKey } from '../gateway/src/platform/sealing.ts'
import { ensureBuilt, run, start } from '../gateway/testing/command-line.ts'
import type { Fake } from '../gateway/testing/fakes/fake-server.ts'
import { startP24Fake } from '../gateway/testing/fakes/p24/index.ts'
import { startPayuFake } from '../gateway/testing/fakes/payu/index.ts'
import { startStripeFake } from '../gateway/testing/fakes/stripe/index.ts'
import { startTpayFake } from '../gateway/testing/fakes/tpay/index.ts'
import { type Answer, freePort, startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { type MailServer, startMailServer } from '../gateway/testing/mail-server.ts'
import { type Receiver, startReceiver } from '../gateway/testing/webhook-receiver.ts'
import { createLink } from './support/bill.ts'
import { dumpOf } from './support/dump.ts'
import { openPayForm, press } from './support/page.ts'
import { until } from './support/until.ts'

const starts = { p24: startP24Fake, payu: startPayuFake, tpay: startTpayFake, stripe: startStripeFake }
const smtpPassword = 'smtp-canary-5cQ2'
const wrongValue = 'wrong-canary-7hT1'

/** Everything that anybody could read: logs, output of commands, answers, the database. */
const readable: Record<string, string> = {}
const secrets: Record<string, string> = {}
let fakes: Record<string, Fake> = {}
let gateway: TestGateway
let receiver: Receiver
let mail: MailServer
let folder: string

beforeAll(async () => {
  await ensureBuilt()
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  gateway = await startTestGateway({ worker: false })
  receiver = await startReceiver()
  mail = await startMailServer({ onAuth: (_auth, _session, done) => done(null, { user: 'gateway' }) })
  for (const [code, startFake] of Object.entries(starts)) fakes[code] = await startFake()
  await live()
  readable.database = await dumpOf(gateway.database.pool)
}, 900_000)
afterAll(async () => {
  await gateway?.close()
  await Promise.all([receiver, mail, ...Object.values(fakes)].map((server) => server?.close()))
  fakes = {}
  if (folder) await rm(folder, { recursive: true })
})

/** A gateway as processes of its own does everything that handles a secret, rightly and wrongly. */
async function live(): Promise<void> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const key = newSealingKey()
  const environment = {
    DATABASE_URL: gateway.database.url,
    PORT: port,
    PUBLIC_URL: url,
    LOG_LEVEL: 'trace',
    ENCRYPTION_KEY: key,
    SMTP_URL: mail.url.replace('//', `//gateway:${smtpPassword}@`),
    MAIL_FROM: 'pay@example.com',
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
    ...Object.assign({}, ...Object.values(fakes).map((fake) => fake.environment)),
  }
  Object.assign(secrets, { 'encryption key': key, 'SMTP password': smtpPassword, 'wrong value': wrongValue })
  const processes = [start(['serve'], environment), start(['worker'], environment)]
  try {
    await processes[0]?.says('"serving"')
    for (const [code, fake] of Object.entries(fakes)) await useMethod(url, environment, code, fake)
    await useWebhooks(url)
  } finally {
    for (const each of processes) await each.end('SIGTERM')
    readable.logs = processes.map((each) => each.output()).join('\n')
  }
}

async function command(environment: Record<string, string>, ...args: string[]): Promise<void> {
  const { stdout, stderr } = await run(args, environment)
  readable[`bill-gateway ${args.slice(0, 2).join(' ')} ${Object.keys(readable).length}`] = stdout + stderr
}

function noted(what: string, { text, headers }: Pick<Answer, 'text' | 'headers'>): void {
  readable[`${what} ${Object.keys(readable).length}`] = `${text}\n${JSON.stringify([...headers])}`
}

async function useMethod(
  url: string,
  environment: Record<string, string>,
  code: string,
  fake: Fake,
): Promise<void> {
  const { provider, credentials } = await gateway.newProvider()
  const schema = methods[code]?.account
  if (!schema || schema === 'none') throw new Error(`${code} has no account`)
  for (const name of Object.keys(schema.credentials))
    if (fake.credentials[name]) secrets[`${code} ${name}`] = fake.credentials[name]
  secrets[`${code} api secret`] = credentials.apiSecret
  const file = join(folder, `${code}.json`)
  const connect = ['method', 'connect', '--provider', provider.code, '--method', code, '--values-file', file]
  await writeFile(file, JSON.stringify(fake.credentials))
  await command(environment, ...connect)
  for (const what of ['test', 'list'])
    await command(
      environment,
      'method',
      what,
      '--provider',
      provider.code,
      ...(what === 'test' ? ['--method', code] : []),
    )
  fake.registerEndpoint?.(`${url}/notify/${code}/${provider.code}`)
  await payAndRefund(url, credentials, code, fake)
  await fetch(`${url}/notify/${code}/${provider.code}`, { method: 'POST', body: 'forged' }).then(
    async (answer) => noted(`forged ${code}`, { text: await answer.text(), headers: answer.headers }),
  )
  // Credentials that the payment provider does not know, and values that the gateway refuses.
  await writeFile(
    file,
    JSON.stringify({ ...fake.credentials, [Object.keys(schema.credentials)[0] ?? '']: wrongValue }),
  )
  await command(environment, ...connect)
  await command(environment, 'method', 'test', '--provider', provider.code, '--method', code)
  await writeFile(file, JSON.stringify({ ...fake.credentials, unknown: wrongValue }))
  await command(environment, ...connect, '--json')
}

async function payAndRefund(
  url: string,
  credentials: TestGateway['credentials'],
  code: string,
  fake: Fake,
): Promise<void> {
  const api: TestGateway['api'] = (path, call = {}) => gateway.api(`${url}${path}`, { credentials, ...call })
  // The first payer's start meets an error of the payment provider, the second one's goes well.
  fake.next({ on: /./, reply: { status: 500, body: { error: 'broken' } } })
  const unlucky = await createLink(api, { email: 'payer@example.com' })
  const { token, link } = await createLink(api, { email: 'payer@example.com' })
  for (const bill of [unlucky.link, link]) {
    const pressed = await press(await openPayForm(bill), { channel: 'blik', code: '777123' })
    noted(`press ${code}`, { text: await pressed.text(), headers: pressed.headers })
  }
  await until(
    `${code} is paid`,
    async () => {
      const answer = await api(`/pay/v1/payments/${token}`)
      noted(`status ${code}`, answer)
      return (answer.body as { status: string }).status === 'paid'
    },
    { everyMs: 500, atMostMs: 200_000 },
  )
  noted(`refund ${code}`, await api(`/pay/v1/payments/${token}/refunds`, { body: { amount: 1 } }))
  noted(`search ${code}`, await api('/pay/v1/payments/search?fromDate=0'))
}

/** The answer that makes an endpoint shows its secret, once; nothing else does. */
async function useWebhooks(url: string): Promise<void> {
  const api: TestGateway['api'] = (path, call = {}) => gateway.api(`${url}${path}`, call)
  const made = await api('/pay/v1/webhooks', { body: { url: `${receiver.url}/hook` } })
  expect(made.status, made.text).toBe(201)
  const { id, secret } = made.body as { id: string; secret: string }
  secrets['webhook secret'] = secret
  secrets['webhook key'] = secret.replace('whsec_', '')
  await createLink(api)
  await until('the event is delivered', async () => receiver.received.length > 0)
  for (const path of ['', `/${id}`, `/${id}/deliveries`])
    noted('webhook', await api(`/pay/v1/webhooks${path}`))
}

describe('secrets', () => {
  it('stand in no log, output, answer or row of the database', () => {
    expect(Object.keys(secrets).length).toBeGreaterThan(10)
    const found: string[] = []
    for (const [name, secret] of Object.entries(secrets)) {
      const shapes = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]
      for (const [where, text] of Object.entries(readable))
        if (shapes.some((shape) => text.includes(shape))) found.push(`${name} is in ${where}`)
    }
    expect(found).toEqual([])
  })

  it('would be found there: what is no secret is', () => {
    expect(readable.database).toContain('payer@example.com')
    expect(readable.database).toContain(Buffer.from(gateway.provider.code).toString())
    expect(readable.logs).toContain('"serving"')
  })
})
