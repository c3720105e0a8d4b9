import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Client, createClient, type PaymentRow, signWebhook } from '@bill-gateway/contract'
import { build } from 'esbuild'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Bill, linkAll } from '../../contract/examples/bulk.ts'
import { linkInvoices } from '../../contract/examples/create-links.ts'
import { cursorFile, hearPayments } from '../../contract/examples/hear-payments.ts'
import { pollPayments } from '../../contract/examples/poll-payments.ts'
import { receiveWebhooks } from '../../contract/examples/receive-webhooks.ts'
import { rehearse } from '../../contract/examples/test-mode.ts'
import { freePort, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill } from '../support/bill.ts'
import { until } from '../support/until.ts'
import { webhookEnvironment } from '../support/webhook.ts'

const top = new URL('../..', import.meta.url).pathname

let gateway: TestGateway
let folder: string
let client: Client
let credentials: { apiKey: string; apiSecret: string }
beforeAll(async () => {
  gateway = await startTestGateway({ environment: webhookEnvironment })
  folder = await mkdtemp(join(tmpdir(), 'sdk-examples-'))
})
beforeEach(async () => {
  credentials = (await gateway.newProvider()).credentials
  client = createClient({ baseUrl: gateway.url, ...credentials })
})
afterAll(async () => {
  await gateway?.close()
  await rm(folder, { recursive: true })
})

const paidLink = async (title: string) => {
  const item = { ...bill({ title }), userId: 'u-1', amount: 10, title, paymentDue: '2030-01-01' }
  const [{ token }] = await client.paymentLinks.create([item])
  await client.test.pay(token)
  return token
}

describe('create-links', () => {
  it('makes a link for each invoice, and the same again for the same invoice', async () => {
    const invoice = { number: 'FV 1/2030', customerId: 17, due: '123.45', dueDate: '2030-07-23' }
    const first = await linkInvoices(client, [invoice, { ...invoice, number: 'FV 2/2030' }])
    expect([...first.keys()]).toEqual(['FV 1/2030', 'FV 2/2030'])
    const second = await linkInvoices(client, [{ ...invoice, due: '100.00' }])
    expect(second.get('FV 1/2030')).toEqual(first.get('FV 1/2030'))
    const token = first.get('FV 1/2030')?.token ?? ''
    expect((await client.paymentLinks.get(token)).amounts.asked).toBe(100)
  })

  it('names every bad field', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue()
    const bad = { number: 'FV {}', customerId: 17, due: '0', dueDate: '2030-02-30' }
    await expect(linkInvoices(client, [bad])).rejects.toMatchObject({ code: 'validation_failed' })
    const named = said.mock.calls.map(([line]) => String(line).split(':')[0])
    said.mockRestore()
    expect(named.sort()).toEqual(['/payments/0/amount', '/payments/0/paymentDue', '/payments/0/title'])
  })
})

describe('hear-payments', () => {
  it('books every payment once, from before its start and over restarts', async () => {
    await paidLink('FV 1')
    const booked = new Map<string, PaymentRow>()
    const cursor = cursorFile(join(folder, 'cursor'))
    const hearUntil = async (title: string) => {
      const stopping = new AbortController()
      const book = async (row: PaymentRow) => {
        expect(booked.has(row.id)).toBe(false)
        booked.set(row.id, row)
      }
      const saveCursor = async (id: string) => {
        await cursor.saveCursor(id)
        if ([...booked.values()].some((row) => row.title === title)) stopping.abort()
      }
      await hearPayments(client, { ...cursor, saveCursor, book }, stopping.signal)
    }
    await hearUntil('FV 1')
    await paidLink('FV 2')
    const hearing = hearUntil('FV 3')
    await paidLink('FV 3')
    await hearing
    expect([...booked.values()].map((row) => row.title)).toEqual(['FV 1', 'FV 2', 'FV 3'])
    expect(await readFile(join(folder, 'cursor'), 'utf8')).toMatch(/^\d+$/)
  })
})

describe('receive-webhooks', () => {
  it('books what it is told of once, tells the gateway to come again where it could not, and believes nobody else', async () => {
    const booked: PaymentRow[] = []
    let isAway = true
    const book = async (row: PaymentRow) => {
      if (isAway) throw new Error('the books are closed')
      if (!booked.some(({ id }) => id === row.id)) booked.push(row)
    }
    const said = vi.spyOn(console, 'error').mockReturnValue()
    let secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const port = await freePort()
    const start = () =>
      new Promise<Server>((resolve) => {
        const started = receiveWebhooks(secret, { book }).listen(port, '127.0.0.1', () => resolve(started))
      })
    const first = await start()
    const url = `http://127.0.0.1:${port}/`
    const forged = (body: string, signature: string) =>
      fetch(url, {
        method: 'POST',
        body,
        headers: {
          'webhook-id': 'evt_1',
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': signature,
        },
      })
    expect((await forged('{}', 'v1,AAAA')).status).toBe(400)
    expect((await fetch(url)).status).toBe(405)
    const body = '{"type":"link.created"}'
    const signature = signWebhook(secret, 'evt_1', Math.floor(Date.now() / 1000), body)
    expect((await forged(body, signature)).status).toBe(204)
    await new Promise((resolve) => first.close(resolve).closeAllConnections())

    const made = await client.webhooks.create({ url })
    secret = made.secret
    const server = await start()
    await paidLink('FV 1')
    await until('a refused try', async () => (await client.webhooks.get(made.id)).failingSince !== null)
    isAway = false
    await client.webhooks.replay(made.id, { after: '0' })
    await until('the booking', async () => booked.length === 1)
    expect(booked[0]?.title).toBe('FV 1')
    said.mockRestore()
    server.close()
    await client.webhooks.delete(made.id)
  })
})

describe('poll-payments', () => {
  it('gets every payment in rounds that overlap', async () => {
    const booked = new Set<string>()
    const book = async (row: PaymentRow) => void booked.add(row.id)
    let since = await pollPayments(client, 0, book)
    expect(booked.size).toBe(0)
    for (const title of ['FV 1', 'FV 2']) {
      await paidLink(title)
      since = await pollPayments(client, since, book)
    }
    expect(booked.size).toBe(2)
    expect(since).toBeLessThan(Date.now() / 1000)
  })
})

describe('bulk', () => {
  it('makes what can be made and says why the others cannot', async () => {
    const bills = Array.from({ length: 250 }, (_, index): Bill => {
      const amount = index === 99 ? -1 : 10
      return {
        userId: `c-${index}`,
        operationId: `FV ${index}`,
        amount,
        nrb: '28616102383202382844889825',
        title: 'FV',
        paymentDue: '2030-01-01',
      }
    })
    const tokens = new Map<string, string>()
    const outcome = await linkAll(
      client,
      bills,
      async (operationId, { token }) => void tokens.set(operationId, token),
    )
    expect(outcome.made).toBe(249)
    expect(outcome.refused).toEqual([{ operationId: 'FV 99', why: expect.stringContaining('amount') }])
    expect((await client.paymentLinks.get(tokens.get('FV 100') ?? '')).userId).toBe('c-100')
  })
})

describe('test-mode', () => {
  it('a refusal, five days, a payment', async () => {
    const { refused, paid, status } = await rehearse(client)
    expect(refused).toMatchObject({ status: 'failed', paymentId: null, rows: [] })
    expect(paid).toMatchObject({ status: 'succeeded', amount: 123.45, method: 'bank' })
    expect(status).toMatchObject({ status: 'paid', amounts: { asked: 123.45, paid: 123.45, open: 0 } })
    const days = (Date.parse(paid.paidAt ?? '') - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(5)
  })
})

describe('each example as a program', () => {
  it.each([
    ['create-links', /^FV 123\/2030: http.*\nFV 124\/2030: http/],
    ['poll-payments', /^SINCE=\d+\n$/],
    ['bulk', /^7 links, 0 refused\n$/],
    [
      'test-mode',
      /^first try: failed; second: succeeded, ref \d{8}-\d{6}\nthe link is paid: 123.45 of 123.45\n$/,
    ],
  ])('%s runs with a gateway and key from the environment', async (name, output) => {
    expect((await run(name)).stdout).toMatch(output)
  })

  it('hear-payments runs until it is told to stop', async () => {
    await paidLink('FV 1')
    const { child, ended } = await start('hear-payments', { CURSOR_FILE: join(folder, 'last-event-id') })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill('SIGTERM')
    expect((await ended).stdout).toMatch(/u-1 paid 10 for FV 1, ref \d{8}-\d{6}\n$/)
  })

  it('says what is missing', async () => {
    await expect(run('create-links', { BILL_GATEWAY_KEY: '' })).rejects.toThrow('Set BILL_GATEWAY_KEY')
  })
})

async function run(name: string, environment: Record<string, string> = {}) {
  return (await start(name, environment)).ended
}

async function start(name: string, environment: Record<string, string>) {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(top, `contract/examples/${name}.ts`)],
    alias: { '@bill-gateway/contract': join(top, 'contract/src/index.ts') },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
  const env = {
    PATH: process.env.PATH,
    BILL_GATEWAY_URL: gateway.url,
    BILL_GATEWAY_KEY: credentials.apiKey,
    BILL_GATEWAY_SECRET: credentials.apiSecret,
    COUNT: '7',
    ...environment,
  }
  const ended = promisify(execFile)(process.execPath, [outfile], { env })
  return { child: ended.child, ended }
}
