import { verifyWebhook } from '@bill-gateway/contract'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { type Receiver, startReceiver } from '../../gateway/testing/webhook-receiver.ts'
import { createLink, eventsAfter, expectProblem, pay } from '../support/bill.ts'
import { until } from '../support/until.ts'
import { deliveriesOf, newHook, received, webhookEnvironment } from '../support/webhook.ts'

let gateway: TestGateway
const receivers: Receiver[] = []
beforeAll(async () => {
  gateway = await startTestGateway({ environment: webhookEnvironment })
})
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})
afterAll(() => gateway?.close())

const receive = async () => {
  const receiver = await startReceiver()
  receivers.push(receiver)
  return receiver
}
const biller = async () => ({ credentials: (await gateway.newProvider()).credentials })

describe('a rotated secret', () => {
  it('signs beside the old one for 24 hours, then alone', async () => {
    const call = await biller()
    const receiver = await receive()
    const { id, secret } = await newHook(gateway.api, { url: receiver.url }, call)
    const rotated = await gateway.api(`/pay/v1/webhooks/${id}/secret`, { ...call, method: 'POST' })
    expect(rotated.status).toBe(201)
    const { secret: fresh } = rotated.body as { secret: string }
    expect(fresh).not.toBe(secret)
    await createLink(gateway.api, {}, call)
    const [both] = await received(receiver, 1)
    expect(String(both?.headers['webhook-signature']).split(' ')).toHaveLength(2)
    for (const each of [secret, fresh]) verifyWebhook(both?.headers ?? {}, both?.body ?? '', each)

    await gateway.api('/pay/v1/test/clock', { ...call, body: { advance: 'P1DT1M' } })
    await createLink(gateway.api, {}, call)
    const [, alone] = await received(receiver, 2)
    verifyWebhook(alone?.headers ?? {}, alone?.body ?? '', fresh)
    expect(() => verifyWebhook(alone?.headers ?? {}, alone?.body ?? '', secret)).toThrow(
      'no signature is right',
    )
  })
})

describe('replay', () => {
  it('sends one event, a range, or all after a cursor again, under the same ids', async () => {
    const call = await biller()
    const receiver = await receive()
    const { id } = await newHook(gateway.api, { url: receiver.url }, call)
    const userId = 'anna'
    for (const title of ['a', 'b', 'c', 'd']) await createLink(gateway.api, { title, userId }, call)
    const first = [...(await received(receiver, 4))]
    const events = await eventsAfter(gateway.api, '0', call)
    const again = async (body: object, titles: string[]) => {
      receiver.received.splice(0)
      const answer = await gateway.api(`/pay/v1/webhooks/${id}/replay`, { ...call, body })
      expect(answer.status, answer.text).toBe(202)
      await received(receiver, titles.length)
      expect(receiver.titles()).toEqual(titles)
      await deliveriesOf(gateway.api, id, { ...call, states: Array(4).fill('delivered') })
    }
    await again({ eventId: events[1]?.id }, ['b'])
    expect(receiver.received[0]?.headers['webhook-id']).toBe(first[1]?.headers['webhook-id'])
    await again({ from: events[1]?.id, to: events[2]?.id }, ['b', 'c'])
    await again({ from: events[2]?.id }, ['c', 'd'])
    await again({ after: events[0]?.id }, ['b', 'c', 'd'])
    await again({ after: '0' }, ['a', 'b', 'c', 'd'])
    const shown = await until('the tries are noted', async () => {
      const [, , b] = await deliveriesOf(gateway.api, id, call)
      return b?.attempts.length === 5 && b
    })
    expect(shown.attempts.map(({ nth }) => nth)).toEqual([1, 2, 3, 4, 5])
  })

  it.each([
    [{}, 400],
    [{ eventId: '1', after: '0' }, 400],
    [{ to: '5' }, 400],
    [{ from: '5', to: '4' }, 400],
    [{ eventId: '1' }, 404],
    [{ after: '1000000' }, 410],
  ])('%j is answered %i', async (body, status) => {
    const { id } = await newHook(gateway.api, { url: 'https://example.pl/hook' }, await biller())
    const own = await newHook(gateway.api, { url: 'https://example.pl/hook' })
    expectProblem(await gateway.api(`/pay/v1/webhooks/${own.id}/replay`, { body }), status)
    expectProblem(await gateway.api(`/pay/v1/webhooks/${id}/replay`, { body }), 404)
  })
})

describe('deliveries', () => {
  it('come a page at a time, by state and by event', async () => {
    const call = await biller()
    const receiver = await receive()
    receiver.answer = ({ event }) =>
      event.type === 'link.created' ? {} : { status: 500, headers: { 'retry-after': '3600' } }
    const { id } = await newHook(gateway.api, { url: receiver.url }, call)
    for (let made = 0; made < 3; made++) await createLink(gateway.api, {}, call)
    const { token } = await createLink(gateway.api, {}, call)
    await pay(gateway.api, token, {}, call)
    const all = await until('the last one was tried', async () => {
      const states = ['pending', ...Array(4).fill('delivered')]
      const shown = await deliveriesOf(gateway.api, id, { ...call, states })
      return shown[0]?.attempts.length === 1 && shown
    })
    const page = async (query: string) =>
      (await gateway.api(`/pay/v1/webhooks/${id}/deliveries?${query}`, call)).body
    expect(await page('limit=2')).toEqual({ deliveries: all.slice(0, 2), next: all[1]?.eventId })
    expect(await page(`limit=2&before=${all[3]?.eventId}`)).toEqual({ deliveries: all.slice(4), next: null })
    expect(await page('state=pending')).toEqual({ deliveries: all.slice(0, 1), next: null })
    expect(await page(`eventId=${all[2]?.eventId}`)).toEqual({ deliveries: [all[2]], next: null })
    expect(all[0]?.attempts).toMatchObject([{ status: 500, failure: 'status' }])
  })
})
