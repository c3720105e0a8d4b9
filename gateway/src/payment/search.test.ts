import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PaymentRow } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { item } from '../../testing/links.ts'
import { money, type Payments, startPayments } from '../../testing/payments.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import { fetchedId } from '../event/index.ts'
import { transact } from '../platform/db/transaction.ts'
import { confirmMoney } from './confirm.ts'
import { paymentOnItsWay } from './index.ts'
import { newestPayment } from './queries/rows.ts'
import { recordMoney } from './record-money.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const pay = (token: string, by: Biller, body: Record<string, unknown> = {}) =>
  world.api(`/pay/v1/test/payments/${token}/pay`, { scope: 'link', ...body }, by)

/** Many payments at once, as they are stored: one payment a second from the year 2001 on. */
async function bulk(biller: Biller, count: number): Promise<void> {
  const { id } = biller.provider
  const link = await world.link({ userId: 'bulk', amount: 1 }, biller)
  await world.db.transaction().execute(async (tx) => {
    const numbers = sql`from generate_series(1, ${count}) as n`
    const way = sql`'sandbox', 'blik'`
    await sql`insert into checkout (provider_id, public_id, payer_id, method, channel, status, amount, currency,
      reference_number, arrives, language, created_at, expires_at)
      select ${id}, 'co_' || n, ${link.payerId}, ${way}, 'succeeded', 7, 'PLN', 'bulk-' || n, 'transfer', 'pl', now(),
      now() ${numbers}`.execute(tx)
    await sql`insert into payment (provider_id, public_id, checkout_id, payer_id, reference_number, method, channel,
      method_payment_id, amount, currency, arrives, paid_at, recorded_at, event_id)
      select ${id}, 'pay_' || n, checkout.id, ${link.payerId}, 'bulk-' || n, ${way}, 'bulk-' || n, 7, 'PLN', 'transfer',
      now(), now(), (1000000000 + n)::bigint * 1000000 ${numbers}
      join checkout on checkout.provider_id = ${id} and checkout.public_id = 'co_' || n`.execute(tx)
    await sql`insert into allocation (provider_id, payment_id, position, link_id, payer_id, title, amount, unallocated,
      completed, nth, event_id)
      select ${id}, id, 1, ${link.id}, ${link.payerId}, 'FV', 7, 7, false, row_number() over (order by id), event_id
      from payment where provider_id = ${id}`.execute(tx)
    await sql`insert into ledger_transaction (provider_id, kind, payment_id, at)
      select ${id}, 'payment', id, now() from payment where provider_id = ${id}`.execute(tx)
    await sql`insert into posting (provider_id, transaction_id, position, account, payment_id, amount, currency)
      select ${id}, entry.id, side.position, side.account, payment_id, side.amount, 'PLN'
      from ledger_transaction as entry,
        (values (1, 'clearing', 7), (2, 'unallocated', -7)) as side (position, account, amount)
      where entry.provider_id = ${id}`.execute(tx)
    await sql`insert into event (provider_id, id, type, at, data)
      select ${id}, event_id, 'payment.succeeded', now(), jsonb_build_object('paymentId', public_id)
      from payment where provider_id = ${id}`.execute(tx)
  })
}

describe('fromDate', () => {
  test.each([
    '',
    'fromDate=',
    'fromDate=abc',
    'fromDate=1.5',
    'fromDate=1595513742000',
    'fromDate=1&fromDate=2',
  ])('is refused as “%s”', async (query) => {
    const { status, body } = await world.search(query)
    expect(status).toBe(400)
    expect(body).toMatchObject({ title: 'Validation of the request failed' })
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/querystring/fromDate'])
  })

  test.each(['0', '-3600', '-99999999999'])('may be %s and gives all', async (fromDate) => {
    expect(await world.search(`fromDate=${fromDate}`)).toMatchObject({ status: 200, body: [] })
  })

  test('is inclusive and compares with the moment of recording, not of paying', async () => {
    const biller = await newBiller(world.database)
    const link = await world.link({}, biller)
    const checkout = await world.started([link], { channel: 'bank', provider: biller.provider })
    const before = Math.floor(Date.now() / 1000)
    const old = { ...money(1), paidAt: new Date('2020-07-23T14:20:20Z') }
    await confirmMoney(world.platform, biller.provider, checkout, old)
    const after = Math.floor(Date.now() / 1000) + 1
    expect((await world.search(`fromDate=${before}`, biller)).body).toMatchObject([
      { paidAt: '2020-07-23T16:20:20+02:00' },
    ])
    expect((await world.search(`fromDate=${after}`, biller)).body).toEqual([])
  })
})

test('another provider’s payments are not there', async () => {
  const other = await newBiller(world.database)
  await pay((await world.link({}, other)).token, other)
  expect((await world.search('fromDate=0', other)).body).toHaveLength(1)
  expect((await world.search()).body.length).toBe(0)
})

describe('a long answer', () => {
  let biller: Biller
  beforeAll(async () => {
    biller = await newBiller(world.database)
    await bulk(biller, 2_500)
  })

  test('is not cut', async () => {
    const { body } = await world.search('fromDate=0', biller)
    expect(body.map((row: PaymentRow) => row.referenceNumber)).toEqual(
      Array.from({ length: 2_500 }, (_, n) => `bulk-${n + 1}`),
    )
    expect(new Set(body.map((row: PaymentRow) => row.id)).size).toBe(2_500)
    expect((await world.search('fromDate=1000002000', biller)).body).toHaveLength(501)
  })

  test('comes in pages for those who want them, and counts as fetched when the last is read', async () => {
    const reader = await newBiller(world.database)
    const { id } = reader.provider
    await bulk(reader, 25)
    const newest = await newestPayment(world.db, id)
    const rows: PaymentRow[] = []
    let next: string | undefined = '/pay/v1/payments/search?fromDate=-5&limit=10'
    let pages = 0
    while (next) {
      const { body, headers } = await world.api(next, undefined, reader)
      rows.push(...body)
      pages++
      const link = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
      next = link?.slice(world.platform.settings.publicUrl.length)
      const fetched = await fetchedId(world.db, id)
      if (next) expect(fetched).toBeLessThan(newest)
      else expect(fetched).toBe(newest)
    }
    expect(pages).toBe(3)
    expect(rows.map((row) => row.referenceNumber)).toEqual(
      Array.from({ length: 25 }, (_, n) => `bulk-${n + 1}`),
    )
  })

  test.each([
    ['limit=0', '/querystring/limit'],
    ['limit=1001', '/querystring/limit'],
    ['limit=x', '/querystring/limit'],
    ['limit=5&cursor=nonsense', '/querystring/cursor'],
    [`cursor=${'A'.repeat(101)}`, '/querystring/cursor'],
  ])('%s is refused', async (query, pointer) => {
    const { status, body } = await world.search(`fromDate=0&${query}`, biller)
    expect(status).toBe(400)
    expect(body.errors).toMatchObject([{ pointer }])
  })
})

test('a search waits for what is being recorded, so nothing appears before its end later', async () => {
  const biller = await newBiller(world.database)
  const [slow, quick] = await world.links([{ title: 'slow' }, { title: 'quick' }], biller)
  if (!slow || !quick) throw new Error('no links')
  const checkout = await world.started([slow], { channel: 'bank', provider: biller.provider })
  let searching: Promise<string[]> | undefined
  await transact(world.db, async (tx) => {
    await recordMoney(tx, biller.provider, checkout, money(100), undefined)
    searching = world
      .search('fromDate=0', biller)
      .then(({ body }) => body.map((row: PaymentRow) => row.title))
    await sleep(300)
  })
  expect(await searching).toEqual(['slow'])
})

test('what was answered counts as fetched, and a payment is on its way until then', async () => {
  const biller = await newBiller(world.database)
  const link = await world.link({ operationId: 'op-1' }, biller)
  const { id } = biller.provider
  const onItsWay = () => paymentOnItsWay(world.db, id, link.payerId, ['op-0', 'op-1'])
  expect(await onItsWay()).toBe(false)
  await pay(link.token, biller)
  expect(await onItsWay()).toBe(true)
  expect(await paymentOnItsWay(world.db, id, link.payerId, ['op-0'])).toBe(false)
  expect(await paymentOnItsWay(world.db, id, link.payerId, [])).toBe(false)
  await world.search('fromDate=99999999999', biller)
  expect(await onItsWay()).toBe(true)
  await world.search('fromDate=0', biller)
  expect(await onItsWay()).toBe(false)
})

describe('in the LMS plugin’s dialect', () => {
  /** As Guzzle asks: no Accept header. */
  const searchBare = ({ headers }: Biller, fromDate = '-3600') =>
    new Promise<PaymentRow[]>((resolve, reject) => {
      const url = `${world.server.url}/pay/v1/payments/search?fromDate=${fromDate}`
      const call = request(url, { headers: { ...headers, 'user-agent': 'GuzzleHttp/7' } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(JSON.parse(text)))
      })
      call.on('error', reject).end()
    })

  test('only links made in it are shown, and a token is the link’s own once', async () => {
    const biller = await newBiller(world.database)
    const ordinary = await world.link({ title: 'ordinary' }, biller)
    const made = await world.api(
      '/pay/v1/payments',
      {
        payments: [
          {
            userId: '7',
            operationId: 'cash_17',
            amount: 10,
            nrb: '',
            title: 'FV 17',
            paymentDue: '2026-12-01',
          },
        ].map((bill) => ({ ...bill, nrb: '28616102383202382844889825' })),
        providerCode: biller.provider.code,
      },
      biller,
    )
    const link = await world.reread(made.body[0].token, biller.provider.id)
    const checkout = await world.started([link], { channel: 'bank', provider: biller.provider })
    for (const amount of [300, 600, 100, 1000])
      await confirmMoney(world.platform, biller.provider, checkout, money(amount))
    await pay(ordinary.token, biller)

    const { token } = link
    expect((await searchBare(biller)).map((row) => [row.token, row.amount, row.unallocated])).toEqual([
      [`${token}.1`, 3, 0],
      [`${token}.2`, 6, 0],
      [token, 1, 0],
      [`${token}.4`, 10, 10],
    ])
    for (const row of await searchBare(biller)) {
      expect(row).toMatchObject({ integrationVersion: 'V1', userId: '7', operationId: 'cash_17' })
      expect(row.paidAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
    }
    // The same key with an Accept header is answered the ordinary way.
    const { body } = await world.search('fromDate=0', biller)
    expect(body.map((row: PaymentRow) => row.token)).toEqual([token, token, token, token, ordinary.token])
    expect(await searchBare(biller, '2000000000')).toEqual([])
  })

  test('transfers are left out where the billing system imports them', async () => {
    const biller = await newBiller(world.database)
    await world.db
      .updateTable('provider')
      .set({ imports_transfers: true })
      .where('id', '=', biller.provider.id)
      .execute()
    const made = await world.api(
      '/pay/v1/payments',
      { payments: [item({ userId: '7', amount: 10 })], providerCode: biller.provider.code },
      biller,
    )
    const link = await world.reread(made.body[0].token, biller.provider.id)
    const checkout = await world.started([link], { channel: 'bank', provider: biller.provider })
    await world.db
      .updateTable('checkout')
      .set({ channel: 'transfer' })
      .where('id', '=', checkout.id)
      .execute()
    await confirmMoney(world.platform, biller.provider, checkout, money(400))
    await world.db.updateTable('checkout').set({ channel: 'card' }).where('id', '=', checkout.id).execute()
    await confirmMoney(world.platform, biller.provider, checkout, money(600))
    expect((await searchBare(biller)).map((row) => row.method)).toEqual(['card'])
    const { body } = await world.search('fromDate=0', biller)
    expect(body.map((row: PaymentRow) => row.method)).toEqual(['transfer', 'card'])
  })
})
