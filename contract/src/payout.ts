import { type Static, Type } from 'typebox'
import { payoutSamples } from './payout-samples.ts'

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const text = (description?: string) => Type.String(description === undefined ? {} : { description })
const amount = (description?: string) => Type.Number(description === undefined ? {} : { description })
const count = (description?: string) => Type.Integer(description === undefined ? {} : { description })

const payoutFields = {
  id: text('`po_<20 letters and digits>`; `after` takes it.'),
  method: text('Such as `p24`.'),
  methodPayoutId: text('The payment provider’s own id of it.'),
  day: text('In Warsaw, when it was sent.'),
  sentAt: nullable(text()),
  currency: text(),
  amount: amount('What was sent, as reported.'),
  fee: amount('What the payment provider kept in all.'),
  payments: count(),
  refunds: count('Taken out of it.'),
  doubtful: count('Items that differ or are unknown.'),
  difference: amount('`amount` less what the items come to after fees: 0 where it adds up.'),
}

/** A payment provider’s transfer of many payments to a bank account. */
export const Payout = Type.Object(payoutFields)
export type Payout = Static<typeof Payout>

/** A payment or a refund within a payout, beside what the gateway has recorded. */
export const PayoutItem = Type.Object({
  position: count(),
  kind: Type.Enum(['payment', 'refund']),
  state: Type.Enum(['matched', 'differs', 'unknown'], {
    description:
      'differs: in amount or currency, or the refund failed; unknown: nothing of it is recorded, such as a refund made in the payment provider’s panel.',
  }),
  paymentId: nullable(text()),
  referenceNumber: nullable(text()),
  refundId: nullable(text()),
  methodPaymentId: text(),
  currency: text(),
  amount: amount('Before the fee; below zero: a refund.'),
  fee: amount(),
  recorded: nullable(amount('What the gateway has of it.')),
})
export type PayoutItem = Static<typeof PayoutItem>

/** A payment that should have been in a payout by now. */
export const MissingPayment = Type.Object({
  paymentId: text(),
  referenceNumber: text(),
  method: text(),
  currency: text(),
  amount: amount(),
  paidAt: text(),
})
export type MissingPayment = Static<typeof MissingPayment>

export const PayoutPage = Type.Object(
  {
    payouts: Type.Array(Payout, { description: 'In the order in which they were first read.' }),
    more: Type.Boolean({ description: 'Ask again with `after`.' }),
    readings: Type.Array(
      Type.Object({
        method: text(),
        from: nullable(text()),
        to: nullable(text()),
        failure: nullable(text('Why the last reading failed.')),
      }),
      { description: 'The days whose reports were read.' },
    ),
    missing: Type.Array(MissingPayment, {
      description:
        'Payments of those days that no payout has, though 17 days more were read. At most 100; none with `after`.',
    }),
  },
  { examples: [payoutSamples.page] },
)
export type PayoutPage = Static<typeof PayoutPage>

export const PayoutDetails = Type.Object(
  {
    ...payoutFields,
    items: Type.Array(PayoutItem),
    more: Type.Boolean({ description: 'Ask again with the last `position`.' }),
  },
  { examples: [payoutSamples.details] },
)
export type PayoutDetails = Static<typeof PayoutDetails>
