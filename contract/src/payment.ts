import { type Static, Type } from 'typebox'
import { samples } from './samples.ts'

/** What the payer used: `transfer` is a plain bank transfer, `bank` a bank’s own pay page. */
export const Channel = Type.Enum(['blik', 'bank', 'card', 'transfer'], {
  'x-rule': 'must be blik, bank, card or transfer',
})
export type Channel = Static<typeof Channel>

export const Arrival = Type.Enum(['transfer', 'batch'], {
  description:
    'How the money reaches the biller: one transfer with the reference in its title, or a bulk payout.',
  'x-rule': 'must be transfer or batch',
})
export type Arrival = Static<typeof Arrival>

/** One payment’s money for one link. The rows of a payment share referenceNumber and add up to it. */
export const PaymentRow = Type.Object(
  {
    id: Type.String({ description: 'Unique and for ever: dedupe by it.' }),
    token: Type.String({
      description:
        'The link’s token. In the plugin’s dialect a row that did not complete the link has `<token>.<n>`.',
    }),
    userId: Type.String(),
    operationId: Type.Union([Type.String(), Type.Null()]),
    amount: Type.Number({ description: 'That payment’s money for that link, unallocated included.' }),
    unallocated: Type.Number({ description: 'The part that the link could not take.' }),
    title: Type.String(),
    invoiceNumber: Type.String({ description: 'Always empty; the seed’s clients expect the field.' }),
    paidAt: Type.String({ format: 'date-time' }),
    referenceNumber: Type.String({ description: 'yyyymmdd-nnnnnn' }),
    method: Channel,
    arrives: Arrival,
    companyTaxId: Type.String({ description: 'The provider’s tax id, empty if not set.' }),
    integrationVersion: Type.Literal('V1'),
    test: Type.Boolean({ description: 'A test provider’s play money.' }),
  },
  { examples: [samples.row] },
)
export type PaymentRow = Static<typeof PaymentRow>

export const PaymentSucceeded = Type.Object({
  paymentId: Type.String(),
  referenceNumber: Type.String(),
  titleReference: Type.Optional(
    Type.String({
      description: 'The reference that the transfer’s title named, where this is a second transfer with it.',
    }),
  ),
  amount: Type.Number(),
  paidAt: Type.String({ format: 'date-time' }),
  method: Channel,
  arrives: Arrival,
  rows: Type.Array(PaymentRow),
})
export type PaymentSucceeded = Static<typeof PaymentSucceeded>

/** What the sandbox can be told to do. */
export const SandboxOutcome = Type.Enum(
  ['paid', 'refused', 'slow', 'expired', 'late', 'twice', 'early', 'silent', 'wrong-amount'],
  {
    description:
      'paid at once; refused; slow: paid after 20 s; expired: the payer never finishes; late: paid after the checkout expired; twice: notified twice; early: notified before the payer returns; silent: never notified, only the status query tells; wrong-amount: one grosz more than asked.',
    'x-rule': 'must be one of the sandbox outcomes',
  },
)
export type SandboxOutcome = Static<typeof SandboxOutcome>

export const TestPay = Type.Object(
  {
    scope: Type.Enum(['link', 'balance'], {
      description: 'link: this link only; balance: every active link of the payer.',
      'x-rule': 'must be link or balance',
    }),
    tokens: Type.Optional(
      Type.Array(Type.String({ 'x-rule': 'must be a string' }), {
        minItems: 1,
        maxItems: 500,
        description: 'With scope balance: pay only these links of the payer.',
        'x-rule': 'must be an array of 1 to 500 tokens',
      }),
    ),
    method: Type.Optional(
      Type.Enum(['blik', 'bank', 'card'], {
        description: 'Default blik.',
        'x-rule': 'must be blik, bank or card',
      }),
    ),
    outcome: Type.Optional(SandboxOutcome),
    arrives: Type.Optional(Arrival),
  },
  { 'x-rule': 'must be an object with the field scope', examples: [samples.testPay] },
)
export type TestPay = Static<typeof TestPay>

export const CheckoutState = Type.Enum(['created', 'pending', 'succeeded', 'failed', 'expired'])
export type CheckoutState = Static<typeof CheckoutState>

/** The payment that the test endpoint made, or the checkout’s state where there is none (yet). */
export const TestPaid = Type.Object(
  {
    checkoutId: Type.String(),
    status: CheckoutState,
    paymentId: Type.Union([Type.String(), Type.Null()]),
    referenceNumber: Type.String(),
    amount: Type.Number(),
    paidAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    method: Channel,
    arrives: Arrival,
    rows: Type.Array(PaymentRow),
  },
  { examples: [samples.testPaid] },
)
export type TestPaid = Static<typeof TestPaid>

export const AdvanceClock = Type.Object(
  {
    advance: Type.String({
      maxLength: 40,
      pattern: '^P(?=.)(\\d{1,4}W)?(\\d{1,4}D)?(T(?=.)(\\d{1,5}H)?(\\d{1,6}M)?(\\d{1,8}S)?)?$',
      description:
        'An ISO 8601 duration of weeks, days, hours, minutes and seconds; at most 400 days a call.',
      examples: ['P5D'],
      'x-rule': 'must be an ISO 8601 duration such as P5D or PT20M, at most 400 days',
    }),
  },
  { 'x-rule': 'must be an object with the field advance', examples: [samples.advanceClock] },
)
export type AdvanceClock = Static<typeof AdvanceClock>

export const ClockAdvanced = Type.Object(
  {
    now: Type.String({ format: 'date-time', description: 'The test provider’s time after the step.' }),
    done: Type.Integer({ description: 'How many acts fell due and were done.' }),
  },
  { examples: [samples.clockAdvanced] },
)
export type ClockAdvanced = Static<typeof ClockAdvanced>
