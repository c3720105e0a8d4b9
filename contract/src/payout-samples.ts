import { samples } from './samples.ts'

const { item, row, refund } = samples

const payout = {
  id: 'po_Wq3n8Zr5YbT1kXv7Ls2P',
  method: 'p24',
  methodPayoutId: '4179303',
  day: '2030-07-20',
  sentAt: '2030-07-20T08:15:00+02:00',
  currency: 'PLN',
  amount: 121.98,
  fee: 1.47,
  payments: 1,
  refunds: 0,
  doubtful: 0,
  difference: 0,
}

/** The bill’s payment, as the payment provider paid it out. */
export const payoutSamples = {
  page: {
    payouts: [payout],
    more: false,
    readings: [{ method: 'p24', from: '2030-06-21', to: '2030-07-21', failure: null }],
    missing: [],
  },
  details: {
    ...payout,
    items: [
      {
        position: 1,
        kind: 'payment',
        state: 'matched',
        paymentId: refund.paymentId,
        referenceNumber: row.referenceNumber,
        refundId: null,
        methodPaymentId: '300123456',
        currency: 'PLN',
        amount: item.amount,
        fee: 1.47,
        recorded: item.amount,
      },
    ],
    more: false,
  },
}
