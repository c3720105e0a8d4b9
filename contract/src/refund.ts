import { type Static, Type } from 'typebox'
import { amountMax } from './amount.ts'
import { RefundRow } from './event.ts'
import { Channel } from './payment.ts'
import { samples } from './samples.ts'

/** The first whole amount above the largest: what lies between the two is no whole minor unit. */
const amountLimit = Math.ceil(amountMax)

/** No control characters and no half of a surrogate pair: neither can be stored or shown. */
const printable = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$'

export const OrderRefund = Type.Object(
  {
    amount: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: amountLimit,
        format: 'amount',
        description:
          'What is given back, in the major unit. Default: all that is left of what this link’s payments brought it, and of what no link took of them.',
        examples: [23.45],
        'x-rule': 'must be a number above 0 and at most 9999999.99 with at most two decimals',
      }),
    ),
    paymentId: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        description: 'Only of this payment, which has a row for the link. Default: any, the newest first.',
        'x-rule': 'must be the id of a payment of this link',
      }),
    ),
    unallocatedOnly: Type.Optional(
      Type.Boolean({
        description: 'Only what no link took of the payments; what paid the link stays.',
        'x-rule': 'must be true or false',
      }),
    ),
    manual: Type.Optional(
      Type.Boolean({
        description:
          'You give the money back yourself, by a transfer: the refund is recorded at once and no payment provider is asked.',
        'x-rule': 'must be true or false',
      }),
    ),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: printable,
        description: 'For your own records, such as the number of a credit note. No personal data.',
        'x-rule': 'must have 1 to 200 printable characters',
      }),
    ),
  },
  { 'x-rule': 'must be an object', examples: [samples.orderRefund] },
)
export type OrderRefund = Static<typeof OrderRefund>

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Time = Type.String({ format: 'date-time' })

export const Refund = Type.Object(
  {
    id: Type.String({ description: 'Unique and for ever, over refunds and reversals.' }),
    kind: Type.Enum(['refund', 'reversal'], {
      description: 'refund: you gave the money back; reversal: the payer’s bank took it back (chargeback).',
    }),
    status: Type.Enum(['pending', 'succeeded', 'failed'], {
      description:
        'pending: ordered, its money is reserved; succeeded: given back, told by an event; failed: nothing went back, and it can be ordered anew.',
    }),
    test: Type.Boolean(),
    paymentId: Type.String(),
    referenceNumber: Type.String({ description: 'The payment’s reference: yyyymmdd-nnnnnn' }),
    amount: Type.Number({ description: 'In the major unit. Its rows add up to it.' }),
    currency: Type.String(),
    manual: Type.Boolean(),
    reason: nullable(Type.String()),
    failure: nullable(Type.String({ description: 'In the payment provider’s words.' })),
    createdAt: Time,
    endedAt: nullable(Time),
    rows: Type.Array(RefundRow, { minItems: 1 }),
  },
  { examples: [samples.refund] },
)
export type Refund = Static<typeof Refund>

/** An order makes a refund of each payment that money goes back of. */
export const Refunds = Type.Object(
  { refunds: Type.Array(Refund, { description: 'That of the newest payment first.' }) },
  { examples: [{ refunds: [samples.refund] }] },
)
export type Refunds = Static<typeof Refunds>

/** A payment of which no link took all. */
export const UnallocatedPayment = Type.Object(
  {
    paymentId: Type.String(),
    referenceNumber: Type.String(),
    amount: Type.Number({ description: 'Of the whole payment.' }),
    unallocated: Type.Number({
      description: 'What no link took, and is neither refunded nor reserved to be.',
    }),
    currency: Type.String(),
    method: Channel,
    paidAt: Time,
    rows: Type.Array(
      Type.Object({
        id: Type.String({ description: '`id` of the row in search.' }),
        token: Type.String({ description: 'The link that the payer meant.' }),
        userId: Type.String(),
        operationId: nullable(Type.String()),
        title: Type.String(),
        unallocated: Type.Number(),
      }),
      { minItems: 1 },
    ),
  },
  { examples: [samples.unallocatedPayment] },
)
export type UnallocatedPayment = Static<typeof UnallocatedPayment>
