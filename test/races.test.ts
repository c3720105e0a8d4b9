import type { PaymentLinkAddress, TestPaid } from '@bill-gateway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signatureHeader, signBody } from '../gateway/src/payment/method/sandbox/signature.ts'
import { advanceClock, installationSecret } from '../gateway/src/provider/index.ts'
import type { Answer } from '../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  createLinks,
  eventsAfter,
  pay,
  postLinks,
  search,
  statusOf,
} from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { openPayForm, press } from './support/page.ts'
import { atOnce, type Pair, startPair, tally } from './support/race.ts'
import { until } from './support/until.ts'

const many = 200

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
})
afterEach(() => expectSoundBooks(pair.database.db))
afterAll(() => pair?.close())

const payAnswer = (token: string, body: Record<string, unknown> = {}) =>
  pair.api(`/pay/v1/test/payments/${token}/pay`, { body: { scope: 'link', ...body } })
const linksOf = (answer: Answer) => (answer.body as { links: PaymentLinkAddress[] }).links

async function rowsOf(token: string) {
  return (await search(pair.api)).filter((row) => row.token === token)
}

async function paymentEvents() {
  return (await eventsAfter(pair.api)).filter((event) => event.type === 'payment.succeeded')
}

describe(`${many} at once, on two gateways`, () => {
  it('the same userId and operationId: one active link, and everybody gets it', async () => {
    const { userId } = bill()
    const answers = await atOnce(many, (index) =>
      postLinks(pair.api, [
        bill({ userId, operationId: 'one', amount: index + 1, name: 'Jan', surname: 'Nowak' }),
      ]),
    )
    expect(tally(answers)).toEqual({ 201: many })
    expect(new Set(answers.flatMap((answer) => linksOf(answer).map((link) => link.token))).size).toBe(1)
    expect(new Set(answers.flatMap((answer) => linksOf(answer).map((link) => link.shortLink))).size).toBe(1)
    const { rows } = await pair.database.pool.query(
      `select count(*)::int as links from payment_link join payer on payer.provider_id = payment_link.provider_id
       and payer.id = payer_id where user_id = $1`,
      [userId],
    )
    expect(rows).toEqual([{ links: 1 }])
  })

  it('requests of many payers in every order: no deadlock reaches anybody', async () => {
    const userIds = Array.from({ length: 10 }, () => String(bill().userId))
    const answers = await atOnce(many, (index) => {
      const turned = [...userIds.slice(index % 10), ...userIds.slice(0, index % 10)]
      return postLinks(
        pair.api,
        (index % 2 ? turned : turned.reverse()).map((userId) => bill({ userId, operationId: 1 })),
      )
    })
    expect(tally(answers)).toEqual({ 201: many })
    expect(new Set(answers.flatMap((answer) => linksOf(answer).map((link) => link.token))).size).toBe(10)
  })

  it('the same Idempotency-Key: one does the work, the others get its answer or 409', async () => {
    const payments = [bill(), bill({ operationId: 'x' })]
    const call = { headers: { 'idempotency-key': 'race' } }
    const before = (await eventsAfter(pair.api)).length
    const answers = await atOnce(many, () => postLinks(pair.api, payments, call))
    const done = answers.filter((answer) => answer.status === 201)
    expect(Object.keys(tally(answers)).filter((status) => !['201', '409'].includes(status))).toEqual([])
    expect(done.length).toBeGreaterThan(0)
    expect(new Set(done.map((answer) => answer.text)).size).toBe(1)
    expect((await postLinks(pair.api, payments, call)).text).toBe(done[0]?.text)
    expect((await eventsAfter(pair.api)).length).toBe(before + 1)
  })

  it('two checkouts of one link by BLIK, page and test pay: one payment', async () => {
    const { token, link } = await createLink(pair.api, { amount: 77 })
    const forms = await atOnce(many / 2, () => openPayForm(link))
    const answers = await atOnce(many, async (index) => {
      const form = forms[index / 2]
      if (!form) return payAnswer(token)
      const response = await press(form, { code: '777123' }, pair.nextUrl())
      await response.text()
      return response
    })
    for (const status of Object.keys(tally(answers)))
      expect(['200', '303', '409', '410', '422']).toContain(status)
    await until('the link is paid', async () => (await statusOf(pair.api, token)).status === 'paid')
    await until('nothing is pending', async () => !(await statusOf(pair.api, token)).processing)
    expect(await rowsOf(token)).toMatchObject([{ amount: 77, unallocated: 0 }])
  })

  it('the same press of one button: one checkout', async () => {
    const { token, link } = await createLink(pair.api, { amount: 78 })
    const form = await openPayForm(link)
    const answers = await atOnce(many, () => press(form, { code: '777000' }, pair.nextUrl()))
    const places = answers.map((answer) => new URL(answer.headers.get('location') ?? '/', link).pathname)
    expect(new Set(places.filter((place) => place.startsWith('/checkout/'))).size).toBe(1)
    await until('the link is paid', async () => (await statusOf(pair.api, token)).status === 'paid')
    const { rows } = await pair.database.pool.query(
      `select count(*)::int as checkouts from checkout_link join link_token using (provider_id, link_id)
       where token = decode($1, 'hex')`,
      [token],
    )
    expect(rows).toEqual([{ checkouts: 1 }])
    expect(await rowsOf(token)).toHaveLength(1)
  })

  it('redirects that all end in money: the first pays the link, every other is kept unallocated', async () => {
    const { token } = await createLink(pair.api, { amount: 5 })
    const answers = await atOnce(20, () => payAnswer(token, { method: 'bank', outcome: 'late' }))
    const started = answers.filter((answer) => answer.status === 200).length
    expect(started).toBeGreaterThan(0)
    await pair.api('/pay/v1/test/clock', { body: { advance: 'P2D' } })
    const rows = await until('all money is there', async () => {
      const found = await rowsOf(token)
      return found.length === started && found
    })
    expect(rows.filter((row) => row.unallocated === 0)).toHaveLength(1)
    expect(rows.filter((row) => row.unallocated === 5)).toHaveLength(started - 1)
    expect((await statusOf(pair.api, token)).amounts).toMatchObject({ asked: 5, paid: 5, open: 0 })
  })
})

describe('cancel against pay, on two gateways', () => {
  it('each of many links: paid or cancelled, never both, and no money is lost', async () => {
    const links = (
      await atOnce(2, () =>
        createLinks(
          pair.api,
          Array.from({ length: many / 2 }, () => bill({ amount: 3 })),
        ),
      )
    ).flat()
    const raced = await atOnce(links.length, async (index) => {
      const token = links[index]?.token ?? ''
      const [paid, cancelled] = await Promise.all([
        payAnswer(token),
        cancel(pair.api, token, { resolution: 'CANCELLED' }),
      ])
      return { token, paid, cancelled }
    })
    const rows = await search(pair.api)
    for (const { token, paid, cancelled } of raced) {
      const status = await statusOf(pair.api, token)
      const own = rows.filter((row) => row.token === token)
      const payment = paid.status === 200 ? (paid.body as TestPaid) : undefined
      expect([200, 409]).toContain(paid.status)
      expect(status.status).toBe(cancelled.status === 204 ? 'cancelled' : 'paid')
      expect(own).toHaveLength(payment?.paymentId ? 1 : 0)
      if (status.status === 'paid') expect(own).toMatchObject([{ amount: 3, unallocated: 0 }])
      else for (const row of own) expect(row).toMatchObject({ amount: 3, unallocated: 3 })
    }
  })

  it('one link: many cancels and many pays', async () => {
    const { token } = await createLink(pair.api, { amount: 4 })
    const answers = await atOnce(many, (index) =>
      index % 2 ? payAnswer(token) : cancel(pair.api, token, { resolution: 'PAID' }),
    )
    const cancels = answers.filter((answer) => answer.status === 204).length
    const rows = await rowsOf(token)
    const payments = answers.filter(({ status, body }) => status === 200 && (body as TestPaid).paymentId)
    expect(cancels).toBeLessThanOrEqual(1)
    expect(rows.length).toBe(payments.length)
    expect(rows.length).toBeLessThanOrEqual(1)
    expect((await statusOf(pair.api, token)).status).toBe(cancels === 1 ? 'cancelled' : 'paid')
  })

  it('update against pay: what was paid is never asked again by the same link', async () => {
    const { userId } = bill()
    const item = { userId, operationId: 'moving', amount: 10 }
    const { token } = await createLink(pair.api, item)
    await Promise.all([
      payAnswer(token),
      atOnce(many / 2, (index) => createLink(pair.api, { ...item, amount: 10 + (index % 3) })),
    ])
    const rows = await rowsOf(token)
    expect(rows).toHaveLength(1)
    const { amounts } = await statusOf(pair.api, token)
    expect(Math.round(amounts.paid * 100)).toBe(
      Math.round(((rows[0]?.amount ?? 0) - (rows[0]?.unallocated ?? 0)) * 100),
    )
  })
})

describe('notification, status query and return page at once', () => {
  it('twenty pending checkouts, each told of many times by everybody: each one payment, one event', async () => {
    const { db } = pair.database
    const { provider } = pair.gateways[0]
    const links = await createLinks(
      pair.api,
      Array.from({ length: 20 }, () => bill({ amount: 6 })),
    )
    const before = (await paymentEvents()).length
    const started = await atOnce(links.length, (index) =>
      pay(pair.api, links[index]?.token ?? '', { outcome: 'slow' }),
    )
    expect(new Set(started.map((checkout) => checkout.status))).toEqual(new Set(['pending']))
    await advanceClock(db, provider.id, 60)
    const notify = await notifierOf(started.map((checkout) => checkout.checkoutId))
    const answers = await atOnce<{ status: number }>(many, (index) => {
      const { checkoutId } = started[index % started.length] as TestPaid
      if (index % 10 === 0) return pair.api('/pay/v1/test/clock', { body: { advance: 'PT1S' } })
      return index % 3 === 0
        ? fetch(`${pair.nextUrl()}/checkout/${checkoutId}?return=1`, { redirect: 'manual' })
        : notify(checkoutId)
    })
    for (const status of Object.keys(tally(answers))) expect(Number(status)).toBeLessThan(400)
    for (const { token } of links) {
      // A worker may be about to record what the answers above were about.
      await until('the link is paid', async () => (await statusOf(pair.api, token)).status === 'paid')
      expect(await rowsOf(token)).toMatchObject([{ amount: 6, unallocated: 0 }])
    }
    expect((await paymentEvents()).length).toBe(before + 20)
  })

  it('forged notifications change nothing', async () => {
    const { token } = await createLink(pair.api)
    const { checkoutId } = await pay(pair.api, token, { outcome: 'slow' })
    const body = JSON.stringify({
      checkoutId,
      chargeId: 'x',
      amount: '1',
      currency: 'PLN',
      state: { state: 'paid' },
    })
    for (const signature of ['', '0'.repeat(64), 'x']) {
      const response = await fetch(`${pair.nextUrl()}/notify/sandbox/${pair.gateways[0].provider.code}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [signatureHeader]: signature },
        body,
      })
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).toBeLessThan(500)
    }
    expect(await rowsOf(token)).toEqual([])
  })
})

/** Sends what the sandbox would send, with its signature, to the gateway whose turn it is. */
async function notifierOf(checkoutIds: string[]) {
  const { db, pool } = pair.database
  const key = await installationSecret(db, 'sandbox')
  const { rows } = await pool.query<{ id: string; checkout: string; amount: bigint; currency: string }>(
    `select id, checkout_public_id as checkout, amount, currency from sandbox_charge where checkout_public_id = any($1)`,
    [checkoutIds],
  )
  const charges = new Map(rows.map((row) => [row.checkout, row]))
  return (checkoutId: string) => {
    const charge = charges.get(checkoutId)
    if (!charge) throw new Error(`no charge of ${checkoutId}`)
    const { id: chargeId, amount, currency } = charge
    const body = Buffer.from(
      JSON.stringify({ chargeId, checkoutId, amount: String(amount), currency, state: 'paid' }),
    )
    return fetch(`${pair.nextUrl()}/notify/sandbox/${pair.gateways[0].provider.code}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [signatureHeader]: signBody(key, body) },
      body,
    })
  }
}
