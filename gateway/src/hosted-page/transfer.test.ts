import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, type Page, until } from '../../testing/payer.ts'
import { transact } from '../platform/db/transaction.ts'
import { setWays, updateProvider } from '../provider/index.ts'

const otherNrb = '61109010140000071219812874'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000' } })
  await transact(gateway.platform.db, (tx) =>
    setWays(tx, gateway.provider.id, () => ({ transfer: 'transfer' })),
  )
})
afterAll(() => gateway.close())

const path = (token: string | undefined, query = '') => `/single-payment/${token}${query}`
const transferOf = (payer: ReturnType<typeof newPayer>, token: string | undefined, query = '') =>
  payer.pay(path(token, query), { channel: 'transfer' })
const references = ({ text }: Page) => [...text.matchAll(/ref (\d{8}-\d{6}) ID/g)].map(([, ref]) => ref)
const pictures = ({ html }: Page) =>
  [...html.matchAll(/href="([^"]+\/transfer\.png)"/g)].map(([, at = '']) => at)

test('one press shows account, title, amount and code, and what to expect', async () => {
  const payer = newPayer(gateway, 'lms-17')
  const [token] = await payer.bills([{ amount: 247.4 }])
  const opened = await payer.open(path(token))
  expect(opened.text).toContain('Pokaż dane do przelewu')
  const page = await transferOf(payer, token)
  expect(page.address).toMatch(/^\/checkout\/co_/)
  expect(page.text).toContain('Zrób przelew na 247,40 zł')
  expect(page.text).toContain('28 6161 0238 3202 3828 4488 9825')
  expect(page.text).toMatch(/ref \d{8}-\d{6} ID lms-17 FV 1\/2026/)
  expect(page.text).toContain('zwykle 1–3 dni robocze')
  expect(page.text).toContain('nie płać drugi raz')
  expect(page.text).toContain('To płatność testowa: nie wysyłaj tego przelewu.')
  expect(page.html).toContain('data-value="28616102383202382844889825"')
  expect(page.html).toContain('data-value="247,40"')
  expect(page.html.match(/<svg class="qr"/g)).toHaveLength(1)
  expect(page.html).not.toContain(token?.slice(0, 20))
  expect(page.html).not.toMatch(/https?:\/\/(?!127\.0\.0\.1|www\.w3\.org)/)
})

test('the same press again shows the same transfer', async () => {
  const payer = newPayer(gateway)
  const [token] = await payer.bills([{}])
  const { fields } = await payer.open(path(token))
  const press = () => payer.post(path(token), { ...fields, channel: 'transfer' })
  const [one, other] = await Promise.all([press(), press()])
  expect(one.headers.get('location')).toBe(other.headers.get('location'))
})

test('the link’s page then says not to pay twice, and leads back, until it is paid', async () => {
  const payer = newPayer(gateway)
  const [token, other] = await payer.bills([{ amount: 10 }, { amount: 20 }])
  expect((await payer.open(path(token))).text).not.toContain('Jeśli przelew jest już wysłany')
  const page = await transferOf(payer, token)
  const opened = await payer.open(path(token))
  expect(opened.text).toContain('Jeśli przelew jest już wysłany, nie płać drugi raz')
  expect(opened.html).toContain(`href="${page.address}"`)
  expect((await payer.open(path(other))).text).not.toContain('Jeśli przelew jest już wysłany')
  const paid = await payer.pay(path(token))
  await until(() => payer.open(paid.address), /Zapłacono 10,00 zł/)
  expect((await payer.open(path(token))).text).not.toContain('Jeśli przelew jest już wysłany')
})

test('bills of two accounts are two transfers on one page, and each address shows both', async () => {
  const payer = newPayer(gateway)
  const [token] = await payer.bills([
    { amount: 10 },
    { amount: 20, nrb: otherNrb, recipient: { id: '2', name: 'Oddział' } },
    { amount: 30 },
  ])
  const page = await transferOf(payer, token, '?type=balance')
  expect(page.text).toContain('Zrób 2 przelewy, razem 60,00 zł')
  expect(page.text).toContain('Przelew 1 z 2')
  expect(page.text).toContain('61 1090 1014 0000 0712 1981 2874')
  expect(new Set(references(page)).size).toBe(2)
  expect(page.text).toMatch(/Kwota 40,00 zł[\s\S]*Kwota 20,00 zł/)
  const [, second] = pictures(page)
  const other = await payer.open((second ?? '').replace('/transfer.png', ''))
  expect(references(other)).toEqual(references(page))
  // Choosing another way takes all of them along.
  const again = await payer.open(`${page.address}?other=1`)
  expect(again.text).toContain('Do zapłaty 60,00 zł')
  expect(again.fields.amount).toBe('6000')
})

test('it shows what is open now, whatever was paid, changed or cancelled since', async () => {
  const payer = newPayer(gateway)
  const [first, second] = await payer.bills([{ amount: 10 }, { amount: 20 }])
  const page = await transferOf(payer, first, '?type=balance')
  expect(page.text).toContain('Zrób przelew na 30,00 zł')
  await payer.cancel(first ?? '', { resolution: 'CANCELLED' })
  const less = await payer.open(page.address)
  expect(less.text).toContain('Zrób przelew na 20,00 zł')
  expect(less.text).toContain('Kwota się zmieniła: zostało 20,00 zł, wcześniej było 30,00 zł.')
  const [again] = await payer.bills([{ operationId: 'bill-1', amount: 25 }])
  expect(again).toBe(second)
  expect((await payer.open(page.address)).text).toContain('Zrób przelew na 25,00 zł')
  const paid = await payer.pay(path(second))
  await until(() => payer.open(paid.address), /Zapłacono 25,00 zł/)
  const over = await payer.open(page.address)
  expect(over.text).toContain('Ten przelew nie jest już potrzebny')
  expect(over.html).not.toContain('class="qr"')
})

test('a transfer that the biller’s own books have shows as paid', async () => {
  const payer = newPayer(gateway)
  const [token] = await payer.bills([{}])
  const page = await transferOf(payer, token)
  const [referenceNumber] = references(page)
  await payer.cancel(token ?? '', { resolution: 'PAID', referenceNumber })
  await until(() => payer.open(page.address), /Ta faktura jest już opłacona/)
})

test('an attempt of another kind that is being decided takes its bill out of the transfer', async () => {
  const payer = newPayer(gateway)
  const [first, second] = await payer.bills([{ amount: 10 }, { amount: 20 }])
  const page = await transferOf(payer, first, '?type=balance')
  const one = await transferOf(payer, first)
  // 700704 is never confirmed: it is pending for a minute.
  await payer.pay(path(first), { channel: 'blik', code: '700 704' })
  const less = await payer.open(page.address)
  expect(less.text).toContain('Zrób przelew na 20,00 zł')
  expect(less.text).toContain('opłacana w inny sposób')
  expect((await payer.open(one.address)).text).toContain('Potwierdź płatność w aplikacji banku')
  expect(second).toBeDefined()
})

test('its code is there as a picture, as long as there is something to scan', async () => {
  const payer = newPayer(gateway)
  const [token] = await payer.bills([{}])
  const page = await transferOf(payer, token)
  const [address = ''] = pictures(page)
  const picture = await fetch(`${gateway.url}${address}`)
  expect(picture.status).toBe(200)
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(picture.headers.get('cache-control')).toBe('no-store')
  expect(picture.headers.get('content-disposition')).toMatch(/^attachment; filename="\d{8}-\d{6}\.png"$/)
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  await payer.cancel(token ?? '', { resolution: 'CANCELLED' })
  expect((await fetch(`${gateway.url}${address}`)).status).toBe(404)
  expect((await fetch(`${gateway.url}/checkout/co_1_${'a'.repeat(22)}/transfer.png`)).status).toBe(404)
})

test('the page of a revoked link, or of a provider that is switched off, shows no account', async () => {
  const payer = newPayer(gateway)
  const [revoked, kept] = await payer.bills([{}, {}])
  const one = await transferOf(payer, revoked)
  await payer.cancel(revoked ?? '', { resolution: 'CANCELLED', revoke: true })
  const page = await payer.open(one.address)
  expect(page.status).toBe(410)
  expect(page.text).not.toContain('6161')
  const other = await transferOf(payer, kept)
  await updateProvider(gateway.platform.db, gateway.provider.id, { disabled: true })
  const disabled = await payer.open(other.address)
  await updateProvider(gateway.platform.db, gateway.provider.id, { disabled: false })
  expect(disabled.status).toBe(403)
  expect(disabled.text).not.toContain('6161')
})

test.each([
  ['en', 'Make a transfer of', 'Do not change the title'],
  ['uk', 'Зробіть переказ на', 'Не змінюйте призначення платежу'],
])('in %s', async (language, ...words) => {
  const payer = newPayer(gateway)
  const [token] = await payer.bills([{}])
  const page = await transferOf(payer, token, `?lang=${language}`)
  for (const text of words) expect(page.text).toContain(text)
})
