import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, rowCounts } from '../../testing/payer.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000', RATE_LIMIT_MISS: '100000' } })
})
afterAll(() => gateway.close())

const pathOf = (token: string | undefined, query = '') => `/single-payment/${token}${query}`

describe('the page of a link', () => {
  it('says who asks, how much, for what and until when, and hides the payer', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ title: 'FV 131/2026 Internet', amount: 1234.5 }])
    const page = await payer.open(pathOf(token))
    expect(page.status).toBe(200)
    expect(page.text).toContain('NETIX Sp. z o.o.')
    expect(page.text).toContain('Do zapłaty 1 234,50 zł')
    expect(page.text).toContain('do 1 stycznia 2030')
    expect(page.text).toContain('FV 131/2026 Internet')
    expect(page.text).toContain('Płatnik: J*** K***')
    expect(page.text).toContain('Zapłać 1 234,50 zł')
    expect(page.text).toContain('Płatność testowa. Żadne pieniądze nie są pobierane.')
    expect(page.html).not.toMatch(/Jan|Kowalski/)
  })

  it('is kept by nobody, found by nobody, and talks to nobody', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    for (const method of ['GET', 'HEAD']) {
      const { headers, status } = await newPayer(gateway).open(pathOf(token), { method })
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-robots-tag')).toBe('noindex, nofollow')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  it('changes nothing when it is opened, by whomever and with whatever query', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}, {}])
    const before = await rowCounts(gateway)
    for (const query of [
      '',
      '?type=balance',
      '?type=connect&connectApp=MU',
      '?chosen=1',
      '?return=1&other=1',
      '?lang=uk',
    ])
      expect((await payer.open(pathOf(token, query))).status).toBe(200)
    expect(await rowCounts(gateway)).toBe(before)
  })

  it('repeats no personal data of its query, also not to other addresses', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}, {}])
    const query = '?name=Zenobia&surname=Tajna&email=zenobia@example.com&utm_source=sms&type=balance&lang=en'
    const { html } = await payer.open(pathOf(token, query))
    expect(html).not.toMatch(/Zenobia|Tajna|zenobia|utm_/)
    expect(html).toContain('href="?type=balance&amp;lang=pl"')
  })

  it('speaks the language asked for, else the browser’s, else the provider’s', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const title = async (query: string, accept?: string) => {
      const page = await payer.open(
        pathOf(token, query),
        accept ? { headers: { 'accept-language': accept } } : {},
      )
      return [/<html lang="(..)"/.exec(page.html)?.[1], /<title>(\S+ \S+)/.exec(page.html)?.[1]]
    }
    expect(await title('')).toEqual(['pl', 'Do zapłaty'])
    expect(await title('', 'uk-UA,uk;q=0.9')).toEqual(['uk', 'До сплати'])
    expect(await title('?lang=en', 'uk-UA')).toEqual(['en', 'To pay'])
    expect(await title('?lang=xx', 'de')).toEqual(['pl', 'Do zapłaty'])
  })

  it('preselects the one bill, with type=balance all, and after a change what was ticked', async () => {
    const payer = newPayer(gateway)
    const [first, second] = await payer.bills([
      { amount: 10 },
      { amount: 20, paymentDue: '2020-01-01' },
      { amount: 30 },
    ])
    const amount = async (query: string) => (await payer.open(pathOf(first, query))).fields.amount
    expect(await amount('')).toBe('1000')
    expect(await amount('?type=balance')).toBe('6000')
    const keys = (await payer.open(pathOf(second))).fields.bills
    expect(await amount(`?chosen=1&bill=${keys}`)).toBe('2000')
    const page = await payer.open(pathOf(first))
    expect(page.text).toContain('Masz jeszcze 2 faktury: 50,00 zł — dodaj')
    const none = await payer.open(pathOf(first, '?chosen=1'))
    expect([none.status, none.fields.amount, none.fields.bills]).toEqual([200, '0', ''])
  })

  it('tells of an app that it does not know, and can be paid all the same', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const page = await payer.open(pathOf(token, '?type=connect&connectApp=MU'))
    expect(page.status).toBe(200)
    expect(page.text).toContain('Nie znamy aplikacji')
    expect(page.fields.form).toBeTruthy()
  })

  it('escapes what the provider wrote', async () => {
    const { provider, credentials } = await gateway.newProvider({ name: 'A & B <b>"x"</b>' })
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ title: "FV 1 & 'x'" }], credentials)
    const { html } = await payer.open(pathOf(token))
    expect(provider.name).toContain('<b>')
    expect(html).not.toContain('<b>"x"')
    expect(html).toContain('A &amp; B &lt;b&gt;')
  })

  it('shows at most fifty bills and stays light', async () => {
    const payer = newPayer(gateway)
    const tokens = await payer.bills(
      Array.from({ length: 60 }, (_, index) => ({
        paymentDue: `2030-01-${String((index % 28) + 1).padStart(2, '0')}`,
      })),
    )
    const page = await payer.open(pathOf(tokens[59], '?type=balance'))
    expect(page.html.match(/type="checkbox"/g)).toHaveLength(50)
    expect(page.text).toContain('Pokazujemy 50 z 60 faktur, od najstarszej.')
    expect(page.html.length).toBeLessThan(30_000)
  })
})
