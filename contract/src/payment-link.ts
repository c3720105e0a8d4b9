import { type Static, Type } from 'typebox'
import { amountMax } from './amount.ts'
import { samples } from './samples.ts'

/**
 * The schemas of payment links. `x-rule` is the sentence an integrator reads when a field is refused; lengths
 * count Unicode code points after NFC, which the gateway applies before it validates.
 */

export const linksPerRequestMax = 100

/** The first whole amount above the largest: what lies between the two is no whole minor unit. */
const amountLimit = Math.ceil(amountMax)

const titleCharacters = "A-Za-z0-9#&_\\-,./' \\u00c0-\\u02c0"
const nameCharacters = 'A-Za-z0-9\\-,. \\u00c0-\\u02c0'
/** No control characters and no half of a surrogate pair: neither can be stored or shown. */
const printable = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$'

const optional = 'null and an empty string mean that it is absent.'

function identifier(description: string) {
  return Type.Unsafe<string | number>({
    type: ['string', 'number'],
    minLength: 1,
    maxLength: 100,
    pattern: printable,
    format: 'exact-number',
    description,
    'x-rule':
      'must be a string or a number of 1 to 100 printable characters; integers above 2^53 only as a string',
  })
}

function personName(description: string) {
  return Type.String({
    maxLength: 100,
    pattern: `^[${nameCharacters}]*$`,
    description: `${description} ${optional}`,
    'x-rule': 'must have at most 100 characters out of A-Z a-z 0-9 - , . space and U+00C0 to U+02C0',
  })
}

export const Recipient = Type.Object(
  {
    id: identifier('The division’s id in your system.'),
    name: Type.String({
      minLength: 1,
      maxLength: 35,
      pattern: printable,
      description: 'The payee’s name that the page shows.',
      'x-rule': 'must have 1 to 35 printable characters',
    }),
  },
  {
    description: 'Whom the page names as the payee, for example a division of the provider.',
    'x-rule': 'must be an object { id, name }',
  },
)

export const PaymentLinkItem = Type.Object(
  {
    userId: identifier('The payer’s id in your system. A number is kept as a string.'),
    amount: Type.Number({
      exclusiveMinimum: 0,
      exclusiveMaximum: amountLimit,
      format: 'amount',
      description:
        'What the payer still owes for this bill now, in the major unit (PLN), at most 9999999.99. A number within 1e-6 of a whole grosz means that grosz: 30.300000000000001 is 30.30.',
      examples: [123.45],
      'x-rule': 'must be a number above 0 and at most 9999999.99 with at most two decimals',
    }),
    nrb: Type.Optional(
      Type.String({
        format: 'nrb',
        description:
          'The account to pay to: Polish BBAN of 26 digits. Spaces and a leading PL are taken off. Missing or empty: the provider’s default account.',
        'x-rule': 'must be a Polish account number of 26 digits with right check digits',
      }),
    ),
    title: Type.String({
      minLength: 1,
      maxLength: 105,
      pattern: `^(?=.*[^ ])[${titleCharacters}]*$`,
      description: 'What is being paid for.',
      examples: ['FV 123/2020'],
      'x-rule':
        "must have 1 to 105 characters, not only spaces, out of A-Z a-z 0-9 # & _ - , . / ' space and U+00C0 to U+02C0",
    }),
    paymentDue: Type.String({
      format: 'calendar-date',
      description: 'The day the payment is due, yyyy-mm-dd. It may be past.',
      examples: ['2020-07-23'],
      'x-rule': 'must be a real date written yyyy-mm-dd',
    }),
    name: Type.Optional(personName('The payer’s first name. With surname, the answer has a short link.')),
    surname: Type.Optional(personName('The payer’s surname.')),
    email: Type.Optional(
      Type.String({
        format: 'mailbox',
        description: `The payer’s e-mail address. ${optional}`,
        'x-rule': 'must be an e-mail address',
      }),
    ),
    operationId: Type.Optional(
      identifier(
        `The bill’s id in your system. At most one link of (userId, operationId) is active: a second request updates it. ${optional}`,
      ),
    ),
    recipient: Type.Optional(Recipient),
    seen: Type.Optional(
      Type.Unsafe<string | number>({
        type: ['string', 'integer'],
        pattern: '^\\d{1,18}$',
        format: 'exact-number',
        description:
          'Id of the last event that you have booked. Payments of the pair (userId, operationId) recorded after it are subtracted from amount; nothing left: the answer is the link that took the money.',
        'x-rule': 'must be the id of an event',
      }),
    ),
  },
  { 'x-rule': 'must be an object', examples: [samples.item] },
)
export type PaymentLinkItem = Static<typeof PaymentLinkItem>

export const CreatePaymentLinks = Type.Object(
  {
    payments: Type.Array(PaymentLinkItem, {
      minItems: 1,
      maxItems: linksPerRequestMax,
      description: 'The bills to make links for. The answer has their order.',
      'x-rule': `must be an array of 1 to ${linksPerRequestMax} items`,
    }),
    providerCode: Type.Optional(
      Type.String({
        description: 'Sent by the LMS plugin only; it switches the request to the plugin’s dialect.',
        'x-rule': 'must be a string',
      }),
    ),
  },
  { 'x-rule': 'must be an object with the field payments', examples: [samples.create] },
)
export type CreatePaymentLinks = Static<typeof CreatePaymentLinks>

export const PaymentLinkAddress = Type.Object({
  token: Type.String({
    description: '128 hexadecimal characters. Keep it with the bill: it names the link ever after.',
  }),
  link: Type.String({ description: 'The payer’s page.' }),
  shortLink: Type.Optional(Type.String({ description: 'Only where the item gave name and surname.' })),
})
export type PaymentLinkAddress = Static<typeof PaymentLinkAddress>

export const CreatedPaymentLinks = Type.Object(
  {
    links: Type.Array(PaymentLinkAddress, { description: 'In the order of the request.' }),
  },
  { examples: [samples.created] },
)
export type CreatedPaymentLinks = Static<typeof CreatedPaymentLinks>

/** The answer that the LMS plugin reads: a bare array, shortLink always there. */
export const PluginPaymentLinks = Type.Array(
  Type.Object({
    token: Type.String(),
    link: Type.String(),
    shortLink: Type.Union([Type.String(), Type.Null()]),
  }),
  {
    description: 'The LMS plugin’s dialect: answered where the body has providerCode.',
    examples: [samples.pluginCreated],
  },
)
export type PluginPaymentLinks = Static<typeof PluginPaymentLinks>

export const Resolution = Type.Enum(['PAID', 'CANCELLED'], {
  description: 'PAID: paid another way. CANCELLED: out of date or made by mistake.',
  'x-rule': 'must be PAID or CANCELLED',
})

export const CancelPaymentLink = Type.Object(
  {
    resolution: Resolution,
    referenceNumber: Type.Optional(
      Type.String({
        pattern: '^\\d{8}-\\d{6}$',
        description: 'With PAID: names the transfer that paid the link; its open checkout is closed.',
        'x-rule': 'must be a reference number yyyymmdd-nnnnnn',
      }),
    ),
    revoke: Type.Optional(
      Type.Boolean({
        description: 'The link went to the wrong person: its page shows nothing any more.',
        'x-rule': 'must be true or false',
      }),
    ),
  },
  { 'x-rule': 'must be an object with the field resolution', examples: [samples.cancel] },
)
export type CancelPaymentLink = Static<typeof CancelPaymentLink>

export const LinkState = Type.Enum(['active', 'paid', 'cancelled'])
export type LinkState = Static<typeof LinkState>

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Amount = Type.Number({ description: 'In the major unit, at most two decimals.' })
const Time = Type.String({ format: 'date-time' })

export const PaymentLinkStatus = Type.Object(
  {
    token: Type.String(),
    link: Type.String(),
    shortLink: Type.Optional(Type.String()),
    test: Type.Boolean(),
    status: LinkState,
    processing: Type.Boolean({ description: 'A payment method reports a checkout of this link as pending.' }),
    resolution: nullable(Resolution),
    userId: Type.String(),
    operationId: nullable(Type.String()),
    title: Type.String(),
    paymentDue: Type.String(),
    nrb: Type.String(),
    currency: Type.String(),
    amounts: Type.Object({
      asked: Type.Number({ description: 'The amount of the last create or update.' }),
      paid: Type.Number({ description: 'Money allocated to the link in its whole life.' }),
      refunded: Amount,
      open: Type.Number({ description: 'What the link still takes.' }),
    }),
    dropped: Type.Array(Type.String(), {
      description: 'Optional fields that the plugin’s dialect dropped as invalid.',
    }),
    createdAt: Time,
    updatedAt: Time,
    endedAt: nullable(Time),
    payments: Type.Array(
      Type.Object({
        id: Type.String({ description: 'Id of the row in search.' }),
        referenceNumber: Type.String(),
        amount: Amount,
        unallocated: Amount,
        paidAt: Time,
        method: Type.String(),
      }),
    ),
  },
  { examples: [samples.status] },
)
export type PaymentLinkStatus = Static<typeof PaymentLinkStatus>

export const BulkResult = Type.Union(
  [
    Type.Object({
      line: Type.Integer({ minimum: 1 }),
      token: Type.String(),
      link: Type.String(),
      shortLink: Type.Optional(Type.String()),
    }),
    Type.Object({
      line: Type.Integer({ minimum: 1 }),
      error: Type.Object({
        code: Type.String(),
        title: Type.String(),
        errors: Type.Optional(
          Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() })),
        ),
      }),
    }),
  ],
  { examples: [...samples.bulkResults] },
)
export type BulkResult = Static<typeof BulkResult>
