import { type Static, Type } from 'typebox'
import { type EventType, GatewayEvent } from './event.ts'
import { webhookSamples as samples } from './webhook-samples.ts'

/** Endpoints of a provider that are told of its events by POST, signed as Standard Webhooks. */

/** Every type of event that there is now. */
export const eventTypes: readonly EventType[] = GatewayEvent.anyOf.map((event) => event.properties.type.const)

/** Endpoints that a provider may have. */
export const webhooksMax = 50
/** How long the secret before signs too after a rotation. */
export const oldSecretHours = 24
/** Deliveries that ended are shown so long. */
export const deliveriesKeptDays = 30

const url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: 'Where events are sent by POST: an https address on port 443 of a public host.',
  'x-rule': 'must be an https address of at most 2000 characters',
})
const types = Type.Array(Type.Enum([...eventTypes], { 'x-rule': 'must be a type of event' }), {
  maxItems: 50,
  description: 'Only events of these types are sent; empty: all, also those that are yet to come.',
  'x-rule': 'must be an array of types of events',
})
const description = Type.String({
  maxLength: 200,
  description: 'For people.',
  'x-rule': 'must be a string of at most 200 characters',
})
const eventId = (text: string) =>
  Type.String({
    pattern: '^\\d{1,18}$',
    description: text,
    'x-rule': 'must be the id of an event: a decimal number of at most 18 digits',
  })

export const NewWebhook = Type.Object(
  {
    url,
    types: Type.Optional(types),
    description: Type.Optional(description),
    after: Type.Optional(
      eventId('Begin after this event; 0 sends all that are kept. Without it the endpoint begins now.'),
    ),
  },
  { 'x-rule': 'must be an object with the field url', examples: [samples.newWebhook] },
)
export type NewWebhook = Static<typeof NewWebhook>

export const WebhookChanges = Type.Object(
  {
    url: Type.Optional(url),
    types: Type.Optional(types),
    description: Type.Optional(description),
    enabled: Type.Optional(
      Type.Boolean({
        description:
          'Off: nothing is sent, and nothing is lost either. On again: it goes on where it stopped.',
        'x-rule': 'must be true or false',
      }),
    ),
  },
  { 'x-rule': 'must be an object', examples: [samples.webhookChanges] },
)
export type WebhookChanges = Static<typeof WebhookChanges>

const maybeTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

const fields = {
  id: Type.String(),
  url: Type.String(),
  types: Type.Array(Type.String(), { description: 'Empty: all.' }),
  description: Type.String(),
  enabled: Type.Boolean({ description: 'An endpoint that answers 410 is switched off.' }),
  failingSince: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'The first failed try since the last one that succeeded.',
  }),
  pending: Type.Integer({ description: 'Deliveries that are being tried or wait for their turn.' }),
  parked: Type.Integer({ description: 'Deliveries that were given up; replay them when it can be mended.' }),
  cursor: Type.String({ description: 'Id of the last event that was queued or passed over.' }),
  oldSecretUntil: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'After a rotation: until when the secret before signs too.',
  }),
  createdAt: Type.String({ format: 'date-time' }),
  test: Type.Boolean(),
}

export const Webhook = Type.Object(fields, { examples: [samples.webhook] })
export type Webhook = Static<typeof Webhook>

export const CreatedWebhook = Type.Object(
  {
    ...fields,
    secret: Type.String({
      description: 'whsec_ and base64: the decoded bytes are the key of the signatures. Shown this once.',
    }),
  },
  { examples: [samples.createdWebhook] },
)
export type CreatedWebhook = Static<typeof CreatedWebhook>

export const WebhookList = Type.Object(
  { webhooks: Type.Array(Webhook) },
  { examples: [{ webhooks: [samples.webhook] }] },
)
export type WebhookList = Static<typeof WebhookList>

export const RotatedSecret = Type.Object(
  {
    secret: Type.String({ description: 'The new secret, shown this once.' }),
    oldSecretUntil: Type.String({ format: 'date-time', description: 'Until then both secrets sign.' }),
  },
  { examples: [samples.rotatedSecret] },
)
export type RotatedSecret = Static<typeof RotatedSecret>

export const ReplayWebhook = Type.Object(
  {
    eventId: Type.Optional(eventId('This one event.')),
    from: Type.Optional(eventId('A range: the first event, inclusive.')),
    to: Type.Optional(eventId('The last event of the range, inclusive; without it the newest.')),
    after: Type.Optional(eventId('A cursor: everything after this event; 0 for all that are kept.')),
    only: Type.Optional(
      Type.Enum(['all', 'parked'], {
        description: 'parked: only what was given up. Default all.',
        'x-rule': 'must be all or parked',
      }),
    ),
  },
  {
    'x-rule': 'must be an object with exactly one of eventId, from and after',
    examples: [samples.replayWebhook],
  },
)
export type ReplayWebhook = Static<typeof ReplayWebhook>

export const AcceptedReplay = Type.Object(
  {
    from: Type.String({ description: 'The first event id that is sent again, if there is such an event.' }),
    to: Type.String({ description: 'The last one.' }),
    only: Type.Enum(['all', 'parked']),
  },
  { examples: [samples.acceptedReplay] },
)
export type AcceptedReplay = Static<typeof AcceptedReplay>

export const WebhookAttempt = Type.Object({
  nth: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'What the endpoint answered.' }),
  failure: Type.Union([Type.String(), Type.Null()], {
    description:
      'null: delivered. Else status, redirect, gone, timeout, unreachable, certificate, address_not_allowed or secret_unreadable.',
  }),
  durationMs: Type.Integer(),
})
export type WebhookAttempt = Static<typeof WebhookAttempt>

export const DeliveryState = Type.Enum(['pending', 'delivered', 'parked'])
export type DeliveryState = Static<typeof DeliveryState>

export const WebhookDelivery = Type.Object({
  eventId: Type.String(),
  type: Type.String(),
  state: DeliveryState,
  queuedAt: Type.String({ format: 'date-time' }),
  nextAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'When a pending one is tried next; null while it waits for an earlier event of the payer.',
  }),
  endedAt: maybeTime,
  attempts: Type.Array(WebhookAttempt, { description: 'Oldest first.' }),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const WebhookDeliveryPage = Type.Object(
  {
    deliveries: Type.Array(WebhookDelivery),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `before` in the next call; null: that was all.',
    }),
  },
  { examples: [samples.deliveryPage] },
)
export type WebhookDeliveryPage = Static<typeof WebhookDeliveryPage>
