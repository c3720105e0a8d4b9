import {
  AcceptedReplay,
  type DeliveryState,
  ReplayWebhook,
  type WebhookDelivery,
  WebhookDeliveryPage,
} from '@bill-gateway/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, withIdempotencyKey } from '../provider/index.ts'
import { requireEndpoint, requireEndpointLocked } from './manage.ts'
import { deliveriesOf, type ShownDelivery } from './queries/deliveries.ts'
import { replay } from './replay.ts'

const limitDefault = 50
const limitMax = 200

const common = { tags: ['Webhooks'], security: [{ key: [] }] }
const params = Type.Object({ id: Type.String({ maxLength: 100, description: 'The webhook’s id.' }) })
const eventIdRule = { 'x-rule': 'must be the id of an event: a decimal number of at most 18 digits' }

const deliveriesSchema = {
  ...common,
  summary: 'Deliveries of a webhook',
  description:
    'The newest event first, each with every try that was made: when, what the endpoint answered or why it did not, and how long it took. Kept 30 days.',
  params,
  querystring: Type.Object({
    state: Type.Optional(
      Type.Enum(['pending', 'delivered', 'parked'], {
        description: 'Only those in this state.',
        'x-rule': 'must be pending, delivered or parked',
      }),
    ),
    eventId: Type.Optional(
      Type.String({ pattern: '^\\d{1,18}$', description: 'Only this event.', ...eventIdRule }),
    ),
    before: Type.Optional(
      Type.String({
        pattern: '^\\d{1,18}$',
        description: 'Only events before this one: `next` of the page before.',
        ...eventIdRule,
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limitMax,
        default: limitDefault,
        description: 'Deliveries of a page.',
        'x-rule': `must be a whole number from 1 to ${limitMax}`,
      }),
    ),
  }),
  response: {
    200: {
      description: 'A page of deliveries.',
      content: { 'application/json': { schema: WebhookDeliveryPage } },
    },
    ...keyedProblems(404),
  },
}

const replaySchema = {
  ...common,
  summary: 'Send events again',
  description:
    'One event, a range of ids, or everything after a cursor; all of it or only what was given up. They are sent in their order, with the ids they had, so book by `webhook-id` or the event’s `id`. A webhook that is switched off gets them once it is on.',
  params,
  body: ReplayWebhook,
  response: {
    202: {
      description: 'They will be sent.',
      content: { 'application/json': { schema: AcceptedReplay } },
    },
    ...keyedProblems(404, 409, 410, 413, 415, 422),
  },
}

interface ById {
  Params: { id: string }
}

interface DeliveriesRequest extends ById {
  Querystring: { state?: DeliveryState; eventId?: string; before?: string; limit: number }
}

export function addDeliveries(app: FastifyInstance, platform: Platform): void {
  const { db } = platform
  app.get<DeliveriesRequest>(
    '/pay/v1/webhooks/:id/deliveries',
    { schema: deliveriesSchema },
    async (request) => {
      const { provider } = accessOf(request)
      const { state = null, eventId, before, limit } = request.query
      const endpoint = await requireEndpoint(db, provider, request.params.id)
      const found = await deliveriesOf(db, endpoint, {
        state,
        eventId: eventId === undefined ? null : BigInt(eventId),
        before: before === undefined ? null : BigInt(before),
        limit,
      })
      const last = found.length === limit ? found.at(-1) : undefined
      return { deliveries: found.map(shownOf), next: last ? String(last.eventId) : null }
    },
  )
  app.post<ById & { Body: ReplayWebhook }>(
    '/pay/v1/webhooks/:id/replay',
    { schema: replaySchema },
    async (request, reply) => {
      const access = accessOf(request)
      const { status, body } = await withIdempotencyKey(platform, request, access, async (tx) => {
        const endpoint = await requireEndpointLocked(tx, access.provider, request.params.id)
        return { status: 202, body: await replay(tx, access.provider, endpoint, request.body) }
      })
      return reply.code(status).type('application/json; charset=utf-8').send(body)
    },
  )
}

export function shownOf(delivery: ShownDelivery): WebhookDelivery {
  return {
    ...delivery,
    eventId: String(delivery.eventId),
    queuedAt: delivery.queuedAt.toISOString(),
    nextAt: delivery.nextAt?.toISOString() ?? null,
    endedAt: delivery.endedAt?.toISOString() ?? null,
  }
}
