import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  cancel,
  createLink,
  eventsAfter,
  expectProblem,
  pay,
  pointersOf,
  statusOf,
} from '../support/bill.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

describe('cancel', () => {
  it.each(['PAID', 'CANCELLED'])(
    'with resolution %s answers 204 and the status tells it',
    async (resolution) => {
      const { token } = await createLink(gateway.api)
      const answer = await cancel(gateway.api, token, { resolution })
      expect(answer).toMatchObject({ status: 204, text: '' })
      expect(await statusOf(gateway.api, token)).toMatchObject({
        status: 'cancelled',
        resolution,
        endedAt: expect.stringMatching(/^\d{4}-/),
        amounts: { paid: 0, open: 0 },
      })
    },
  )

  it('tells of it by an event with resolution and reference number', async () => {
    const { credentials } = await gateway.newProvider()
    const { token } = await createLink(gateway.api, { operationId: 7 }, { credentials })
    const body = { resolution: 'PAID', referenceNumber: '20200723-123456', revoke: true }
    expect((await cancel(gateway.api, token, body, { credentials })).status).toBe(204)
    const [, cancelled] = await eventsAfter(gateway.api, '0', { credentials })
    expect(cancelled).toMatchObject({
      type: 'link.cancelled',
      data: {
        links: [{ token, operationId: '7' }],
        resolution: 'PAID',
        referenceNumber: '20200723-123456',
        revoked: true,
      },
    })
  })

  it('a token in capital letters names the same link', async () => {
    const { token } = await createLink(gateway.api)
    expect((await statusOf(gateway.api, token.toUpperCase())).token).toBe(token)
    expect((await cancel(gateway.api, token.toUpperCase(), { resolution: 'PAID' })).status).toBe(204)
  })

  it('an unknown token is 404, a cancelled and a paid link 409', async () => {
    expectProblem(
      await cancel(gateway.api, randomBytes(64).toString('hex'), { resolution: 'PAID' }),
      404,
      'not_found',
    )
    const { token } = await createLink(gateway.api)
    await cancel(gateway.api, token, { resolution: 'CANCELLED' })
    expectProblem(await cancel(gateway.api, token, { resolution: 'CANCELLED' }), 409, 'link_not_active')
    const paid = await createLink(gateway.api)
    await pay(gateway.api, paid.token)
    expectProblem(await cancel(gateway.api, paid.token, { resolution: 'PAID' }), 409, 'link_not_active')
    expect((await statusOf(gateway.api, paid.token)).status).toBe('paid')
  })

  it.each(['abc', '0'.repeat(127), 'g'.repeat(128), '%00', '..%2f'])(
    'what is no token is 404: %s',
    async (token) => {
      expectProblem(await cancel(gateway.api, token, { resolution: 'PAID' }), 404)
    },
  )

  it.each([
    [{}, ['/resolution']],
    [{ resolution: null }, ['/resolution']],
    [{ resolution: 'paid' }, ['/resolution']],
    [{ resolution: ['PAID'] }, ['/resolution']],
    [{ resolution: 'PAID', referenceNumber: '1' }, ['/referenceNumber']],
    [{ resolution: 'PAID', referenceNumber: 7, revoke: 'yes' }, ['/referenceNumber', '/revoke']],
    [[], ['']],
  ])('a bad body is refused and changes nothing: %j', async (body, at) => {
    const { token } = await createLink(gateway.api)
    const answer = await cancel(gateway.api, token, body)
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer).sort()).toEqual(at)
    expect((await statusOf(gateway.api, token)).status).toBe('active')
  })

  it('PAID with the reference number of the open checkout closes that checkout', async () => {
    const { token } = await createLink(gateway.api)
    const checkout = await pay(gateway.api, token, { outcome: 'expired', method: 'bank' })
    expect(checkout).toMatchObject({ paymentId: null })
    const answer = await cancel(gateway.api, token, {
      resolution: 'PAID',
      referenceNumber: checkout.referenceNumber,
    })
    expect(answer.status).toBe(204)
    await until('the checkout is closed', async () => {
      const { rows } = await gateway.database.pool.query<{ status: string }>(
        'select status from checkout where reference_number = $1',
        [checkout.referenceNumber],
      )
      return /^(failed|expired)$/.test(rows[0]?.status ?? '')
    })
  })

  it('cancelling while a checkout is pending is taken, and the method is asked to stop', async () => {
    const { token } = await createLink(gateway.api)
    await pay(gateway.api, token, { outcome: 'slow' })
    expect((await statusOf(gateway.api, token)).processing).toBe(true)
    expect((await cancel(gateway.api, token, { resolution: 'CANCELLED' })).status).toBe(204)
    expect((await statusOf(gateway.api, token)).status).toBe('cancelled')
  })

  it('an update after a cancel makes a new link; the cancelled one stays so', async () => {
    const pair = { userId: bill().userId, operationId: 1 }
    const first = await createLink(gateway.api, pair)
    await cancel(gateway.api, first.token, { resolution: 'CANCELLED' })
    await createLink(gateway.api, pair)
    expect((await statusOf(gateway.api, first.token)).status).toBe('cancelled')
  })
})
