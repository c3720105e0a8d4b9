import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt, start } from '../gateway/testing/command-line.ts'
import { basic, freePort, startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { type Api, bill, createLink, pay } from './support/bill.ts'
import { openPayForm, press } from './support/page.ts'

let gateway: TestGateway
beforeAll(async () => {
  await ensureBuilt()
  gateway = await startTestGateway({ worker: false })
}, 900_000)
afterAll(() => gateway?.close())

/** Serves the same database as a process of its own, and answers what it logged while it was asked. */
async function logOf(ask: (url: string) => Promise<void>): Promise<string> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const settings = { DATABASE_URL: gateway.database.url, PORT: port, PUBLIC_URL: url, LOG_LEVEL: 'trace' }
  const gatewayProcess = start(['serve'], settings)
  try {
    await gatewayProcess.says('"serving"')
    await ask(url)
  } finally {
    await gatewayProcess.end('SIGTERM')
  }
  return gatewayProcess.output()
}

/** Digits alone may be part of a time, a duration or a request's id by chance. */
function holds(log: string, secret: string): boolean {
  return /^\d+$/.test(secret)
    ? new RegExp(`(?<![\\da-f.])${secret}(?![\\da-f])`).test(log)
    : log.includes(secret)
}

const personal = { name: 'Zbigniewa', surname: 'Wąsowska', email: 'zbigniewa@example.com' }

describe('logs', () => {
  it('hold no token, code, checkout id, secret or personal data', async () => {
    const secrets: string[] = [
      gateway.credentials.apiSecret,
      ...Object.values(personal),
      '777123',
      'p1n-p1n-p1n',
    ]
    const log = await logOf(async (url) => {
      const api: Api = (path, call = {}) =>
        gateway.api(`${url}${path}`, { credentials: gateway.credentials, ...call })
      const link = await createLink(api, { ...personal, userId: 'logged' })
      const { token, shortLink = '' } = link
      const query = '?name=Zbigniewa&surname=W%C4%85sowska&email=zbigniewa%40example.com'
      for (const path of [
        `/single-payment/${token}${query}`,
        new URL(shortLink).pathname,
        `/nowhere/${token}${query}`,
      ]) {
        await fetch(`${url}${path}`, { redirect: 'manual' })
      }
      await api('/pay/v1/payments', { body: { payments: [bill({ ...personal, title: '' })] } })
      await api('/api/service-provider/generate-key', {
        body: { providerCode: 'x', apiKey: 'y', pin: 'p1n-p1n-p1n' },
      })
      await api(`/pay/v1/payments/${token}/cancel`, { body: { resolution: 'x' } })
      const pressed = await press(await openPayForm(`${url}/single-payment/${token}`), { code: '777123' })
      const place = pressed.headers.get('location') ?? ''
      await fetch(`${url}${place}`)
      const started = await pay(api, (await createLink(api)).token, { method: 'bank', outcome: 'late' })
      await fetch(`${url}/checkout/${started.checkoutId}`)
      secrets.push(token, shortLink.slice(-10), place.split('/').at(-1) ?? place, started.checkoutId)
      secrets.push(basic(gateway.credentials).slice(6))
    })
    expect(log).toMatch(/"method":"GET","url":"\/single-payment\/[0-9a-f]{6}…/)
    for (const secret of secrets) expect(holds(log, secret), secret).toBe(false)
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line), line).not.toThrow()
  })

  it('tell of an error with its request id, and of its SQL no values', async () => {
    await gateway.database.pool.query(
      'alter table payment_link add constraint never check (name is null) not valid',
    )
    let requestId = ''
    const log = await logOf(async (url) => {
      const answer = await gateway.api(`${url}/pay/v1/payments`, { body: { payments: [bill(personal)] } })
      expect(answer.status).toBe(500)
      requestId = (answer.body as { requestId: string }).requestId
    })
    expect(log).toContain(requestId)
    expect(log).toContain('"level":50')
    for (const secret of Object.values(personal)) expect(log).not.toContain(secret)
  })
})
