import type { Method } from '../method.ts'

/**
 * An ordinary transfer from the payer’s bank to the biller’s account. Nobody is asked about it: the payer reads
 * on our page what to do, and the money is known once the biller’s bank statement shows it. It is there for
 * providers that switch it on, because somebody has to bring the statements.
 */
export const transfer: Method = {
  code: 'transfer',
  arrives: 'transfer',
  channels: ['transfer'],
  slow: true,
  collectedBy: 'provider',
  account: 'none',

  async start(_platform, _provider, { checkout }) {
    return { kind: 'instructions', reference: checkout.referenceNumber }
  },

  async hear() {
    return { verdict: 'unreadable' }
  },

  /** A payer who has read the instructions may be at the bank already: it is open until its time is over. */
  async status() {
    return { state: 'open' }
  },

  stop: 'cannot',
  refund: 'cannot',
  chargeSaved: 'cannot',
  banks: 'cannot',
  testConnection: 'cannot',
  payouts: 'cannot',
}
