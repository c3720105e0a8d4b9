import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { createLink, expectProblem, pay, search, statusOf } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

describe('status', () => {
  it('of a new link', async () => {
    const values = {
      userId: 'u-1',
      operationId: 5,
      amount: 10.5,
      name: 'Jan',
      surname: 'Kowalski',
      email: 'jan@example.com',
    }
    const made = await createLink(gateway.api, values)
    const status = await statusOf(gateway.api, made.token)
    expect(status).toMatchObject({
      ...made,
      test: true,
      status: 'active',
      processing: false,
      resolution: null,
      userId: 'u-1',
      operationId: '5',
      title: 'FV 123/2020',
      paymentDue: '2020-07-23',
      currency: 'PLN',
      amounts: { asked: 10.5, paid: 0, refunded: 0, open: 10.5 },
      dropped: [],
      endedAt: null,
      payments: [],
    })
    expect(Date.parse(status.createdAt)).toBeGreaterThan(Date.now() - 60_000)
  })

  it('of a paid link: times, amounts, and the payment as search shows it', async () => {
    const { token } = await createLink(gateway.api, { amount: 20 })
    const payment = await pay(gateway.api, token, { method: 'card' })
    const [row] = (await search(gateway.api)).filter((each) => each.token === token)
    const status = await statusOf(gateway.api, token)
    expect(status).toMatchObject({
      status: 'paid',
      processing: false,
      amounts: { asked: 20, paid: 20, refunded: 0, open: 0 },
      payments: [
        { id: row?.id, referenceNumber: payment.referenceNumber, amount: 20, unallocated: 0, method: 'card' },
      ],
    })
    expect(status.endedAt).not.toBeNull()
  })

  it('processing is true while the method reports a checkout as pending, and not for one merely started', async () => {
    const slow = await createLink(gateway.api)
    expect(await pay(gateway.api, slow.token, { outcome: 'slow' })).toMatchObject({ status: 'pending' })
    expect(await statusOf(gateway.api, slow.token)).toMatchObject({ status: 'active', processing: true })
    const started = await createLink(gateway.api)
    await pay(gateway.api, started.token, { outcome: 'expired', method: 'bank' })
    expect(await statusOf(gateway.api, started.token)).toMatchObject({ status: 'active', processing: false })
  })

  it('unknown and malformed tokens are 404', async () => {
    for (const token of [randomBytes(64).toString('hex'), 'x', '0'.repeat(129)]) {
      expectProblem(await gateway.api(`/pay/v1/payments/${token}`), 404, 'not_found')
    }
  })
})
