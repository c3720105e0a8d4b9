import type { Bank, Method } from '../method.ts'
import { unlessWithoutAccount } from '../without-account.ts'
import { bodyOf, type TpayClient, tpayClient } from './client.ts'
import { findTransaction } from './find.ts'
import { hearTpay } from './hear.ts'
import { refundStatus, sendRefund } from './refund.ts'
import { blikGroup, cardGroup, chargeSavedTpay, startTpay } from './start.ts'
import { statusTpay } from './status.ts'
import { Groups } from './wire.ts'

/** Groups that are no banks: BLIK, cards, wallets, instalments and deferred payments. */
const notBanks: ReadonlySet<number> = new Set([blikGroup, cardGroup, 166, 167, 169, 170, 174, 175])

/** Tpay, by its OpenAPI. Our id of a transaction (hiddenDescription, tr_crc) is the checkout's public id. */
export const tpay: Method = {
  code: 'tpay',
  arrives: 'batch',
  channels: ['blik', 'bank', 'card'],
  // Its transactions have an amount and name no currency: it would be zlotys of whatever was owed.
  currencies: ['PLN'],
  collectedBy: 'account',
  account: {
    settings: {
      merchantId: { description: 'merchant id, digits', pattern: /^\d{1,10}$/ },
      email: {
        description:
          'your address, for receipts of Tpay to payers whose bill has none; at most 100 characters',
        pattern: /^(?=.{3,100}$)[^\s@]+@[^\s@]+$/,
      },
    },
    credentials: {
      clientId: { description: 'client id of an API key, 1 to 200 characters', pattern: /^\S{1,200}$/ },
      clientSecret: { description: 'its secret, 1 to 200 characters', pattern: /^\S{1,200}$/ },
      securityCode: {
        description: 'security code of notifications (kod bezpieczeństwa), 1 to 100 characters',
        pattern: /^\S{1,100}$/,
      },
    },
  },
  heardAnswer: 'TRUE',
  start: async (platform, provider, attempt) =>
    startTpay(platform, await tpayClient(platform, provider), attempt),
  async hear(platform, provider, notification) {
    // Without an account there is no code by which anything could be proved.
    const client = await unlessWithoutAccount(tpayClient(platform, provider))
    return client ? hearTpay(client, notification) : { verdict: 'forged' }
  },
  status: async (platform, provider, checkout) =>
    statusTpay(platform, await tpayClient(platform, provider), provider, checkout),
  async stop(platform, provider, checkout) {
    const client = await tpayClient(platform, provider)
    const transaction = await findTransaction(client, provider, checkout)
    // Where it is too late for that, its status says so.
    if (transaction?.status === 'pending')
      await client.call('POST', `/transactions/${transaction.transactionId}/cancel`)
  },
  refund: {
    send: async (platform, provider, order) =>
      sendRefund(platform, await tpayClient(platform, provider), provider, order),
    status: async (platform, provider, order) =>
      refundStatus(platform, await tpayClient(platform, provider), provider, order),
  },
  chargeSaved: async (platform, provider, attempt) =>
    chargeSavedTpay(platform, await tpayClient(platform, provider), attempt),
  banks: async (platform, provider) => banksOf(await tpayClient(platform, provider)),
  async testConnection(platform, provider) {
    await banksOf(await tpayClient(platform, provider))
  },
  payouts: 'cannot',
}

async function banksOf(client: TpayClient): Promise<Bank[]> {
  const answer = await client.call('GET', '/transactions/bank-groups?onlyOnline=true')
  const { groups } = bodyOf(answer, Groups, 'a question for banks')
  return Object.values(groups)
    .filter(({ id }) => !notBanks.has(Number(id)))
    .map(({ id, name, img }) => ({
      id: String(id),
      name,
      logoUrl: img?.startsWith('https://') ? img : null,
    }))
}
