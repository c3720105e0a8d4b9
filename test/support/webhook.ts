import type { CreatedWebhook, Webhook, WebhookDelivery, WebhookDeliveryPage } from '@bill-gateway/contract'
import { expect } from 'vitest'
import type { ApiCall, TestGateway } from '../../gateway/testing/gateway.ts'
import { type Received, type Receiver, startReceiver } from '../../gateway/testing/webhook-receiver.ts'
import { createLink } from './bill.ts'
import { until } from './until.ts'

type Api = TestGateway['api']

/** Receivers of tests listen on the loopback. */
export const webhookEnvironment = { WEBHOOK_ALLOW_NETS: '127.0.0.0/8' }

/** A biller with an endpoint, and what its tests say to both. Close its receiver. */
export async function hookedBiller({ newProvider, api }: TestGateway, { path = '' } = {}) {
  const { provider, credentials } = await newProvider()
  const call = { credentials }
  const receiver = await startReceiver()
  const { id, secret } = await newHook(api, { url: receiver.url + path }, call)
  const at = `/pay/v1/webhooks/${id}`
  return {
    provider,
    call,
    receiver,
    id,
    secret,
    link: (title: string, userId = 'anna', more: ApiCall = {}) =>
      createLink(api, { title, userId }, { ...call, ...more }),
    show: async () => (await api(at, call)).body as Webhook,
    change: (body: object) => api(at, { ...call, method: 'PATCH', body }),
    remove: () => api(at, { ...call, method: 'DELETE' }),
    rotate: async () => {
      const answer = await api(`${at}/secret`, { ...call, method: 'POST' })
      expect(answer.status, answer.text).toBe(201)
      return answer.body as { secret: string }
    },
    replay: (body: object) => api(`${at}/replay`, { ...call, body }),
    deliveries: (states?: string[]) => deliveriesOf(api, id, { ...call, ...(states ? { states } : {}) }),
    /** The newest delivery, once it has been tried so often. */
    tried: (count: number) =>
      until(`${count} tries of the newest`, async () => {
        const [newest] = await deliveriesOf(api, id, call)
        return (newest?.attempts.length ?? 0) >= count && newest
      }),
  }
}

export async function newHook(api: Api, body: object, call: ApiCall = {}): Promise<CreatedWebhook> {
  const answer = await api('/pay/v1/webhooks', { ...call, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.body as CreatedWebhook
}

/** What a receiver has been sent, once it is so much. Held to be no more. */
export async function received(receiver: Receiver, count: number): Promise<Received[]> {
  await until(`${count} webhooks`, async () => receiver.received.length >= count)
  expect(receiver.received).toHaveLength(count)
  return receiver.received
}

/** An endpoint's deliveries, the newest first, once they are in these states. */
export async function deliveriesOf(
  api: Api,
  id: string,
  { states, ...call }: ApiCall & { states?: string[] } = {},
): Promise<WebhookDelivery[]> {
  return until(`deliveries are ${states}`, async () => {
    const answer = await api(`/pay/v1/webhooks/${id}/deliveries?limit=200`, call)
    expect(answer.status, answer.text).toBe(200)
    const { deliveries } = answer.body as WebhookDeliveryPage
    const now = deliveries.map(({ state }) => state)
    return (states === undefined || JSON.stringify(now) === JSON.stringify(states)) && deliveries
  })
}
