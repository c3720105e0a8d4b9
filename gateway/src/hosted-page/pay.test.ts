import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, rowCounts, until } from '../../testing/payer.ts'
import { formFreshMs, newFormToken } from './form-token.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000', RATE_LIMIT_MISS: '100000' } })
})
afterAll(() => gateway.close())

const pathOf = (token: string | undefined, query = '') => `/single-payment/${token}${query}`

describe('paying', () => {
  it('by BLIK leads to the receipt', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ amount: 247.4 }])
    const waiting = await payer.pay(pathOf(token), { code: '777 111' })
    expect(waiting.address).toMatch(/^\/checkout\/co_/)
    expect(waiting.text).toContain('Potwierdź płatność w aplikacji banku')
    expect(waiting.text).toMatch(/Masz na to jeszcze (0:\d\d|1:00)/)
    expect(waiting.html).toContain(`<noscript><meta http-equiv="refresh" content="5;url=${waiting.address}">`)
    expect(waiting.html).not.toContain(token)
    await gateway.api('/pay/v1/test/clock', { body: { advance: 'PT1M' } })
    const receipt = await until(() => payer.open(waiting.address), /Zapłacono 247,40 zł/)
    expect(receipt.text).toMatch(/Nr referencyjny \d{8}-\d{6}/)
    expect(receipt.text).toContain('FV 1/2026')
    expect(receipt.text).toContain('BLIK')
    const again = await payer.open(pathOf(token))
    expect(again.status).toBe(200)
    expect(again.text).toMatch(/Ta faktura jest już opłacona .+ nr \d{8}-\d{6}/)
    expect(again.fields.form).toBeUndefined()
  })

  it('takes the balance, or the bills that were ticked', async () => {
    const payer = newPayer(gateway)
    const [first, second, third] = await payer.bills([{ amount: 10 }, { amount: 20 }, { amount: 30 }])
    const keys = await Promise.all(
      [first, third].map(async (token) => (await payer.open(pathOf(token))).fields.bills),
    )
    const paid = await payer.pay(pathOf(first, `?chosen=1&bill=${keys[0]}&bill=${keys[1]}`))
    expect((await until(() => payer.open(paid.address), /Zapłacono/)).text).toContain('Zapłacono 40,00 zł')
    const rest = await payer.open(pathOf(first))
    expect(rest.text).toContain('Masz jeszcze do zapłaty 20,00 zł (1 faktura).')
    const last = await payer.pay(pathOf(first))
    expect((await until(() => payer.open(last.address), /Zapłacono/)).text).toContain('Zapłacono 20,00 zł')
    expect((await payer.open(pathOf(second))).text).toContain('Ta faktura jest już opłacona')
  })

  it.each([
    [{ code: '' }, 'Wpisz 6-cyfrowy kod BLIK'],
    [{ code: '77712' }, 'Kod BLIK ma 6 cyfr'],
    [{ code: '777 abc' }, 'Kod BLIK ma 6 cyfr'],
    [{ channel: '' }, 'Wybierz, jak płacisz'],
    [{ channel: 'transfer' }, 'Wybierz, jak płacisz'],
    [{ bills: '' }, 'Zaznacz, co chcesz zapłacić'],
    [{ bills: 'ffffffffffff' }, 'zmieniła się kwota'],
    [{ amount: '12344' }, 'zmieniła się kwota'],
    [{ form: '' }, 'Strona była długo otwarta'],
    [{ form: 'mwrsmi29.eXtvGs3bK13t4uBX.aV6Lx0FeRl9YQkGJFwopQ267REmfkwTb' }, 'Strona była długo otwarta'],
  ])('with %j starts nothing and says what to do', async (filled, words) => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const before = await rowCounts(gateway)
    const page = await payer.pay(pathOf(token), filled)
    expect(page.status).toBe(422)
    expect(page.text).toContain('Sprawdź, zanim zapłacisz')
    expect(page.text).toContain(words)
    expect(await rowCounts(gateway)).toBe(before)
  })

  it('keeps what was typed when a page was open for too long, and its button works again', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const { rows } = await gateway.platform.pool.query<{ value: Buffer }>(
      "select value from installation_secret where name = 'form'",
    )
    const secret = rows[0]?.value ?? Buffer.alloc(0)
    const link = await gateway.platform.pool.query('select max(id) as id from payment_link')
    const subject = `link ${gateway.provider.id} ${link.rows[0].id}`
    const old = newFormToken(secret, subject, Date.now() - formFreshMs - 1)
    const stale = await payer.pay(pathOf(token), { form: old, code: '777000' })
    expect(stale.text).toContain('Strona była długo otwarta')
    expect(stale.html).toContain('value="777000"')
    const pressed = await payer.post(pathOf(token), { ...stale.fields, channel: 'blik', code: '777000' })
    expect(pressed.status).toBe(303)
  })

  it('pays once when the button is pressed twice', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const page = await payer.open(pathOf(token))
    const press = () => payer.post(pathOf(token), { ...page.fields, channel: 'blik', code: '777111' })
    const pressed = await Promise.all([press(), press(), press()])
    const places = new Set(pressed.map(({ headers }) => headers.get('location')))
    expect([...pressed.map(({ status }) => status), places.size]).toEqual([303, 303, 303, 1])
  })

  it('refuses a second payment while the first is being decided, on every page of the payer', async () => {
    const payer = newPayer(gateway)
    const [first, second] = await payer.bills([{ amount: 10 }, { amount: 20 }])
    const other = await payer.open(pathOf(first))
    const waiting = await payer.pay(pathOf(first), { code: '700704' })
    const page = await payer.open(pathOf(first))
    expect([page.status, page.fields.form]).toEqual([200, undefined])
    expect(page.text).toContain('Potwierdź płatność w aplikacji banku')
    const pressed = await payer.post(pathOf(first), { ...other.fields, channel: 'blik', code: '777000' })
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, waiting.address])
    const balance = await payer.open(pathOf(second, '?type=balance'))
    expect(balance.text).toContain('sprawdzamy płatność, nie płać drugi raz')
    expect(balance.fields.amount).toBe('2000')
    expect(waiting.html).not.toContain('data-pay')
  })

  it.each([
    ['500500', 'Bank odrzucił płatność. Nie pobrano pieniędzy.'],
    ['700701', 'Ten kod już nie działa. Wpisz nowy kod z aplikacji.'],
    ['700703', 'Ten kod był już użyty.'],
    ['123456', 'Ten kod jest nieprawidłowy.'],
    ['700702', 'Płatność anulowano.'],
  ])('with the code %s is refused with the reason, and paid with the next', async (code, words) => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const first = await payer.pay(pathOf(token), { code })
    const refused = await until(() => payer.open(first.address), /Płatność się nie udała/)
    expect(refused.text).toContain(words)
    expect(refused.html).not.toContain(token)
    const again = await payer.pay(first.address, { code: '777000' })
    expect(again.address).not.toBe(first.address)
    await until(() => payer.open(again.address), /Zapłacono 123,45 zł/)
    const late = await payer.open(first.address)
    expect([late.status, late.fields.form]).toEqual([200, undefined])
    expect(late.text).toContain('Tych faktur nie trzeba już płacić')
  })

  it('at the sandbox’s bank ends as its button says', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const bank = await payer.pay(pathOf(token), { channel: 'bank' })
    expect(bank.address).toMatch(/^\/sandbox\/sb_/)
    expect(bank.text).toContain('Symulator banku')
    expect(bank.text).toContain('To nie jest prawdziwy bank')
    expect(bank.html).not.toMatch(/<input(?! type="hidden")/)
    const chosen = await payer.post(bank.address, { outcome: 'paid' })
    expect(chosen.status).toBe(303)
    const back = chosen.headers.get('location') ?? ''
    expect(back).toMatch(/^\/checkout\/co_\w+\?return=1$/)
    expect((await payer.open(back)).text).toContain('Zapłacono 123,45 zł')
    expect((await payer.open(bank.address)).text).toContain('już rozstrzygnięta')
    expect((await payer.post(bank.address, { outcome: 'nonsense' })).status).toBe(404)
  })

  it('may be left unfinished at the bank, gone on with, or done another way', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const bank = await payer.pay(pathOf(token), { channel: 'bank' })
    const checkout = /href="(\/checkout\/[^"?]+)/.exec(bank.html)?.[1] ?? ''
    const back = await payer.open(`${checkout}?return=1`)
    expect(back.text).toContain('Dokończ płatność')
    expect(back.html).toContain('/sandbox/sb_')
    const other = await payer.open(`${checkout}?other=1`)
    expect(other.text).toContain('Jak płacisz?')
    const paid = await payer.pay(`${checkout}?other=1`)
    await until(() => payer.open(paid.address), /Zapłacono/)
  })

  it('never asks for a card number', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const card = await payer.pay(pathOf(token), { channel: 'card' })
    expect(card.text).toContain('Symulator operatora kart')
    expect(card.html).not.toMatch(/<input(?! type="hidden")/)
    const refused = await payer.post(card.address, { outcome: 'refused' })
    expect((await payer.open(refused.headers.get('location') ?? '')).text).toContain('Bank odrzucił płatność')
  })

  it('of the wrong amount is told as it was', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{}])
    const paid = await payer.pay(pathOf(token), { code: '700706' })
    const page = await until(() => payer.open(paid.address), /Zapłacono/)
    expect(page.text).toContain('Bank przekazał 123,46 zł zamiast 123,45 zł.')
    expect(page.text).toContain('Z tej wpłaty 0,01 zł nie było już potrzebne.')
  })
})
