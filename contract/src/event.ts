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

/** The part of a refund or reversal that concerns one search row, that is one payment’s money for one link. */
export const RefundRow = Type.Object({
  id: Type.String({ description: 'Unique and for ever: dedupe by it.' }),
  paymentRowId: Type.String({ description: '`id` of the search row that the money goes back from.' }),
  token: Type.String({ description: 'The link’s token.' }),
  userId: Type.String(),
  operationId: Type.Union([Type.String(), Type.Null()]),
  amount: Type.Number({ description: 'Above 0, in the major unit: what went back of this row.' }),
  title: Type.String(),
})
export type RefundRow = Static<typeof RefundRow>

/** Money of a payment that went back to the payer. Its rows add up to `amount`. */
export const PaymentReturned = Type.Object({
  refundId: Type.String({ description: 'Unique and for ever, over refunds and reversals.' }),
  paymentId: Type.String(),
  referenceNumber: Type.String({ description: 'The payment’s reference: yyyymmdd-nnnnnn' }),
  amount: Type.Number({ description: 'Above 0, in the major unit.' }),
  at: Type.String({ format: 'date-time', description: 'When the money went back.' }),
  rows: Type.Array(RefundRow, { minItems: 1 }),
})
export type PaymentReturned = Static<typeof PaymentReturned>

/** The provider gave money of a payment back. A payment can have several, up to its amount. */
export const PaymentRefundedEvent = Type.Object({
  ...base,
  type: Type.Literal('payment.refunded'),
  data: PaymentReturned,
})
/** The payer’s bank took money of a payment back (chargeback). */
export const PaymentReversedEvent = Type.Object({
  ...base,
  type: Type.Literal('payment.reversed'),
  data: PaymentReturned,
})

export const GatewayEvent = Type.Union([
  LinkCreatedEvent,
  LinkUpdatedEvent,
  LinkCancelledEvent,
  PaymentSucceededEvent,
  PaymentRefundedEvent,
  PaymentReversedEvent,
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
