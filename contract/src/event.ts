import { type Static, Type } from 'typebox'
import { PaymentSucceeded } from './payment.ts'
import { samples } from './samples.ts'

/**
 * What a provider is told. Events hold ids, titles and amounts, never names, addresses or e-mails. Clients
 * ignore types and fields that they do not know.
 */

/** One link in a `link.*` event. A request of many links makes one event that holds them all. */
export const LinkEventItem = Type.Object({
  token: Type.String(),
  userId: Type.String(),
  operationId: Type.Union([Type.String(), Type.Null()]),
  amount: Type.Number({ description: 'What was asked.' }),
  title: Type.String(),
  dropped: Type.Optional(
    Type.Array(Type.String(), { description: 'Optional fields dropped as invalid in the plugin’s dialect.' }),
  ),
})
export type LinkEventItem = Static<typeof LinkEventItem>

const base = {
  id: Type.String({ description: 'Decimal number of at most 18 digits; later events have greater ids.' }),
  at: Type.String({ format: 'date-time' }),
  test: Type.Boolean(),
}
const linksData = Type.Object({ links: Type.Array(LinkEventItem) })

export const LinkCreatedEvent = Type.Object({ ...base, type: Type.Literal('link.created'), data: linksData })
export const LinkUpdatedEvent = Type.Object({ ...base, type: Type.Literal('link.updated'), data: linksData })
export const LinkCancelledEvent = Type.Object({
  ...base,
  type: Type.Literal('link.cancelled'),
  data: Type.Object({
    links: Type.Array(LinkEventItem),
    resolution: Type.String(),
    referenceNumber: Type.Optional(Type.String()),
    revoked: Type.Boolean(),
  }),
})
export const PaymentSucceededEvent = Type.Object({
  ...base,
  type: Type.Literal('payment.succeeded'),
  data: PaymentSucceeded,
})

export const GatewayEvent = Type.Union([
  LinkCreatedEvent,
  LinkUpdatedEvent,
  LinkCancelledEvent,
  PaymentSucceededEvent,
])
export type GatewayEvent = Static<typeof GatewayEvent>
export type EventType = GatewayEvent['type']
export type EventData<T extends EventType> = Extract<GatewayEvent, { type: T }>['data']

export const EventPage = Type.Object(
  {
    events: Type.Array(GatewayEvent),
    next: Type.String({ description: 'Give it as `after` in the next call.' }),
  },
  { examples: [samples.eventPage] },
)
export type EventPage = Static<typeof EventPage>

/** How long events are kept: after that a cursor answers 410. */
export const eventRetentionDays = 400
