import { type Static, Type } from 'typebox'
import { settlementSamples } from './settlement-samples.ts'

const amount = (description: string) => Type.Number({ description, examples: [123.45] })
const day = (description: string) => Type.String({ description, examples: ['2026-11-23'] })

/** One transfer of a settlement to the provider, or what was kept back from one. */
export const SettlementTransfer = Type.Object({
  id: Type.String({ description: 'Unique and for ever; `before` takes it.' }),
  settlementId: Type.String({ description: 'Of the run: transfers that were sent together share it.' }),
  status: Type.Enum(['sent', 'shown', 'returned'], {
    description:
      'sent: on its way; shown: seen on a bank statement; returned: the bank sent it back, and it is due again.',
  }),
  executesOn: day('When the bank was told to pay.'),
  paymentId: Type.String({ description: 'The payment that it is for.' }),
  referenceNumber: Type.String({ description: 'Of the payment; the title of the transfer begins with it.' }),
  nrb: Type.String({ description: 'The account that it goes to, 26 digits.' }),
  title: Type.String({ description: 'Of the transfer.' }),
  currency: Type.String({ description: 'ISO 4217.' }),
  due: amount(
    'What is settled of the payment by it; below zero: money that was given back after it had been settled.',
  ),
  amount: amount('What the transfer carries: `due` less debts that were kept back; 0: no transfer.'),
})
export type SettlementTransfer = Static<typeof SettlementTransfer>

export const SettlementPage = Type.Object(
  {
    transfers: Type.Array(SettlementTransfer, { description: 'Newest first.' }),
    more: Type.Boolean({ description: 'Whether there are older ones: ask again with `before`.' }),
  },
  { examples: [settlementSamples.page] },
)
export type SettlementPage = Static<typeof SettlementPage>

/** What a day brought by one method, as the ledger has it. */
export const SettlementReportRow = Type.Object({
  day: day('In Warsaw.'),
  method: Type.String({ description: 'The payment provider or way, such as `p24` or `transfer`.' }),
  currency: Type.String({ description: 'ISO 4217.' }),
  collectedBy: Type.Enum(['provider', 'operator'], {
    description: 'Whose account the money came to. Only what the operator collected is settled.',
  }),
  collected: amount('Payments.'),
  refunded: amount('Refunds, below zero.'),
  refundedByProvider: amount('Refunds that you gave back yourself, below zero.'),
  reversed: amount('Chargebacks and matches that were undone, below zero.'),
  settled: amount('Passed on to you, debts kept back.'),
})
export type SettlementReportRow = Static<typeof SettlementReportRow>

export const SettlementReport = Type.Object(
  {
    rows: Type.Array(SettlementReportRow),
    held: Type.Array(
      Type.Object({
        currency: Type.String({ description: 'ISO 4217.' }),
        amount: amount('Collected by the operator and not yet passed on; below zero: you owe it.'),
      }),
      { description: 'At the end of the last day.' },
    ),
  },
  { examples: [settlementSamples.report] },
)
export type SettlementReport = Static<typeof SettlementReport>
