import type { CreatedWebhook, WebhookDelivery, WebhookDeliveryPage } from '@bill-gateway/contract'
import { expect } from 'vitest'
import type { ApiCall, TestGateway } from '../../gateway/testing/gateway.ts'
import type { Received, Receiver } from '../../gateway/testing/webhook-receiver.ts'
import { until } from './until.ts'

type Api = TestGateway['api']

/** Receivers of tests listen on the loopback. */
export const webhookEnvironment = { WEBHOOK_ALLOW_NETS: '127.0.0.0/8' }

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
