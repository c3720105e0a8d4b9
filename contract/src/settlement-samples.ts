import { samples } from './samples.ts'

const { item, row, refund } = samples

/** The bill’s payment, as the operator passed it on, and what its day adds up to. */
export const settlementSamples = {
  page: {
    transfers: [
      {
        id: '4217',
        settlementId: 'BGLk7Tz2QxVb9Wn4Rd1Ms5Zq',
        status: 'shown',
        executesOn: '2030-07-22',
        paymentId: refund.paymentId,
        referenceNumber: row.referenceNumber,
        nrb: item.nrb,
        title: `ref ${row.referenceNumber} ID ${item.userId} ${item.title}`,
        currency: 'PLN',
        due: item.amount,
        amount: item.amount,
      },
    ],
    more: false,
  },
  report: {
    rows: [
      {
        day: '2030-07-19',
        method: 'p24',
        currency: 'PLN',
        collectedBy: 'operator',
        collected: item.amount,
        refunded: -refund.amount,
        refundedByProvider: 0,
        reversed: 0,
        settled: 0,
      },
    ],
    held: [{ currency: 'PLN', amount: 100 }],
  },
}
