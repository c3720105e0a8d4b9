import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, until } from '../../testing/payer.ts'
import { updateProvider } from '../provider/index.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000', RATE_LIMIT_MISS: '100000' } })
})
afterAll(() => gateway.close())

const pathOf = (token: string | undefined, query = '') => `/single-payment/${token}${query}`

describe('a link that has ended', () => {
  it('cancelled is 410 and shows what is owed now, with its button', async () => {
    const payer = newPayer(gateway)
    const [first, second] = await payer.bills([{ amount: 10 }, { amount: 20 }])
    await payer.cancel(first ?? '', { resolution: 'CANCELLED' })
    const page = await payer.open(pathOf(first))
    expect(page.status).toBe(410)
    expect(page.text).toContain('Ten link jest nieaktualny. Do zapłaty zostało: 20,00 zł.')
    expect(page.html).not.toContain(second)
    const paid = await payer.pay(pathOf(first))
    await until(() => payer.open(paid.address), /Zapłacono 20,00 zł/)
    const empty = await payer.open(pathOf(first))
    expect([empty.status, empty.fields.form]).toEqual([410, undefined])
    expect(empty.text).toContain('Nic nie masz do zapłaty.')
  })

  it('paid another way says so', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    await payer.cancel(token ?? '', { resolution: 'PAID' })
    const page = await payer.open(pathOf(token))
    expect(page.status).toBe(410)
    expect(page.text).toContain('Ta faktura jest już opłacona')
  })

  it('revoked shows nothing of anybody, also not to a form that was open', async () => {
    const payer = newPayer(gateway)
    const [first] = await payer.bills([{ title: 'FV tajna' }, { title: 'FV inna' }])
    const open = await payer.open(pathOf(first))
    const attempt = await payer.pay(pathOf(first), { channel: 'bank' })
    const checkout = /href="(\/checkout\/[^"?]+)/.exec(attempt.html)?.[1] ?? ''
    await payer.cancel(first ?? '', { resolution: 'CANCELLED', revoke: true })
    const pages = [
      await payer.open(pathOf(first)),
      await payer.open(pathOf(first, '?type=balance')),
      await payer.post(pathOf(first), { ...open.fields, channel: 'blik', code: '777000' }),
      await payer.open(checkout),
      await payer.open(`${checkout}?other=1`),
    ]
    for (const page of pages) {
      expect(page.status).toBe(410)
      expect(page.text).toContain('Ten link jest nieaktualny')
      expect(page.html).not.toMatch(/NETIX|FV |J\*\*\*|data-pay/)
    }
  })

  it('says nothing of what is owed after 90 days', async () => {
    const payer = newPayer(gateway)
    const [cancelled, paid] = await payer.bills([{ amount: 10 }, { amount: 20 }, { amount: 30 }])
    await payer.cancel(cancelled ?? '', { resolution: 'CANCELLED' })
    const receipt = await payer.pay(pathOf(paid))
    await until(() => payer.open(receipt.address), /Zapłacono/)
    const ended = (days: number) =>
      gateway.platform.pool.query(
        `update payment_link set ended_at = now() - $1 * interval '1 day' where status <> 'active'`,
        [days],
      )
    await ended(89)
    expect((await payer.open(pathOf(cancelled))).text).toContain('Do zapłaty zostało: 30,00 zł')
    expect((await payer.open(pathOf(paid))).text).toContain('Masz jeszcze do zapłaty 30,00 zł')
    await ended(91)
    const [late, latePaid] = [await payer.open(pathOf(cancelled)), await payer.open(pathOf(paid))]
    expect([late.status, latePaid.status]).toEqual([410, 200])
    for (const page of [late, latePaid]) {
      expect(page.text).not.toMatch(/30,00|FV 3|Nic nie masz/)
      expect(page.fields.form).toBeUndefined()
    }
    expect(latePaid.text).toMatch(/opłacona .+ nr \d{8}-\d{6}/)
    const pressed = await payer.post(pathOf(cancelled), {
      form: 'x',
      bills: 'x',
      amount: '1',
      channel: 'blik',
    })
    expect([pressed.status, pressed.fields.form]).toEqual([410, undefined])
  })

  it('whose bill was made anew tells of the money that is on its way', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const paid = await payer.pay(pathOf(token))
    await until(() => payer.open(paid.address), /Zapłacono/)
    const [anew] = await payer.bills([{}])
    expect(anew).not.toBe(token)
    expect((await payer.open(pathOf(anew))).text).toContain('Mamy już płatność za tę fakturę')
    await gateway.api('/pay/v1/events?after=0&limit=1000')
    let cursor = '0'
    for (let pages = 0; pages < 20; pages++) {
      const { body } = await gateway.api(`/pay/v1/events?after=${cursor}&limit=1000`)
      const events = (Array.isArray(body) ? body : (body as { events: { id: string }[] }).events) as {
        id: string
      }[]
      const last = events.at(-1)
      if (!last) break
      cursor = last.id
    }
    expect((await payer.open(pathOf(anew))).text).not.toContain('Mamy już płatność')
  })
})

describe('what cannot be paid here', () => {
  it('unknown links are 404, whatever they look like', async () => {
    const payer = newPayer(gateway)
    for (const path of [
      pathOf('0'.repeat(128)),
      pathOf('abc'),
      pathOf('%00'),
      '/checkout/co_1_abcdefghijklmnopqrstuv',
      '/checkout/x',
      '/sandbox/x',
      '/sandbox/sb_1_abcdefghijklmnopqrstuv',
    ]) {
      const page = await payer.open(path)
      expect([path, page.status]).toEqual([path, 404])
      expect(page.html).toContain('<html lang="pl">')
      expect((await payer.post(path, { form: 'x' })).status).toBe(404)
    }
    expect((await payer.open(pathOf('abc'))).text).toContain('Nie znamy takiego linku')
  })

  it('a disabled provider takes nothing, and a payment made is still shown', async () => {
    const { provider, credentials } = await gateway.newProvider()
    const payer = newPayer(gateway)
    const [first, second] = await payer.bills([{}, {}], credentials)
    const open = await payer.open(pathOf(second))
    const paid = await payer.pay(pathOf(first))
    await until(() => payer.open(paid.address), /Zapłacono/)
    await updateProvider(gateway.platform.db, provider.id, { disabled: true })
    const page = await payer.open(pathOf(second))
    expect([page.status, page.fields.form]).toEqual([403, undefined])
    expect(page.text).toContain('nie przyjmuje teraz płatności')
    const pressed = await payer.post(pathOf(second), { ...open.fields, channel: 'blik', code: '777000' })
    expect(pressed.status).toBe(403)
    expect((await payer.open(paid.address)).text).toContain('Zapłacono 123,45 zł')
  })

  it('a live provider without a way to pay online shows an ordinary transfer', async () => {
    const { credentials } = await gateway.newProvider({ test: false })
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ title: 'FV 9/2026' }], credentials)
    const page = await payer.open(pathOf(token))
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('Płatność testowa')
    expect(page.text).toContain('Zapłać zwykłym przelewem')
    expect(page.text).toContain('28 6161 0238 3202 3828 4488 9825')
    expect(page.text).toContain(`ID ${payer.userId} FV 9/2026`)
    const pressed = await payer.post(pathOf(token), { form: 'x', bills: 'x', amount: '1', channel: 'blik' })
    expect(pressed.status).toBe(422)
  })

  it('wrong addresses and methods are pages for browsers, problem details for programs', async () => {
    const payer = newPayer(gateway)
    const browser = { headers: { accept: 'text/html,*/*' } }
    expect((await payer.open('/nowhere', browser)).text).toContain('Nie ma takiej strony')
    expect((await payer.open('/nowhere')).headers.get('content-type')).toContain('application/problem+json')
    expect((await payer.open('/pay/v1/nowhere', browser)).headers.get('content-type')).toContain(
      'problem+json',
    )
    expect((await payer.open('/s/AAAAAAAAAA', browser)).text).toContain('Nie znamy takiego linku')
    const [token] = await payer.bills([{}])
    const wrong = await payer.open(pathOf(token), { method: 'PUT' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
    expect(wrong.text).toContain('Tego adresu nie otwiera się w ten sposób')
    const json = await payer.open(pathOf(token), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[1',
    })
    expect([json.status, json.html.startsWith('<!doctype html>')]).toEqual([400, true])
  })
})
