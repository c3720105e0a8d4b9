import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { newBiller } from '../../testing/rooms.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const status = (token: string) => world.api(`/pay/v1/payments/${token}`)

test('says all there is to a link and to what was paid for it', async () => {
  const link = await world.link({
    userId: 'Jan',
    amount: 123.45,
    operationId: 7,
    name: 'Jan',
    surname: 'Kowalski',
    email: 'jan@example.com',
  })
  const before = await status(link.token)
  expect(before.status).toBe(200)
  expect(before.body).toEqual({
    token: link.token,
    link: `${world.platform.settings.publicUrl}/single-payment/${link.token}`,
    shortLink: `${world.platform.settings.shortUrl}/${link.shortCode}`,
    test: true,
    status: 'active',
    processing: false,
    resolution: null,
    userId: 'Jan',
    operationId: '7',
    title: 'FV 123/2020',
    paymentDue: '2020-07-23',
    nrb: link.nrb,
    currency: 'PLN',
    amounts: { asked: 123.45, paid: 0, refunded: 0, open: 123.45 },
    dropped: [],
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/),
    updatedAt: expect.any(String),
    endedAt: null,
    payments: [],
  })

  const pay = { scope: 'link', method: 'card', outcome: 'wrong-amount' }
  const paid = await world.api(`/pay/v1/test/payments/${link.token}/pay`, pay)
  const after = await status(link.token)
  expect(after.body).toMatchObject({
    status: 'paid',
    amounts: { asked: 123.45, paid: 123.45, open: 0 },
    endedAt: expect.any(String),
    payments: [
      {
        id: `${paid.body.paymentId}-1`,
        referenceNumber: paid.body.referenceNumber,
        amount: 123.46,
        unallocated: 0.01,
        paidAt: paid.body.paidAt,
        method: 'card',
      },
    ],
  })
})

test('unknown, malformed and other providers’ tokens are one and the same 404', async () => {
  const other = await newBiller(world.database)
  const foreign = await world.link({}, other)
  for (const token of ['a'.repeat(128), 'nonsense', 'z'.repeat(128), foreign.token, '%00']) {
    const answer = await status(token)
    expect(answer.status).toBe(404)
    expect(answer.body).toMatchObject({ code: 'not_found' })
  }
  expect((await world.api(`/pay/v1/payments/${foreign.token}`, undefined, other)).status).toBe(200)
})

test('a cancelled link says how', async () => {
  const link = await world.link()
  await world.cancel(link, { resolution: 'PAID' })
  expect((await status(link.token)).body).toMatchObject({ status: 'cancelled', resolution: 'PAID' })
})
