import type { Bank, Method } from '../method.ts'
import { unlessWithoutAccount } from '../without-account.ts'
import { bodyOf, type PayuClient, payuClient } from './client.ts'
import { hearPayu } from './hear.ts'
import { refundStatus, sendRefund } from './refund.ts'
import { chargeSavedPayu, startPayu } from './start.ts'
import { statusPayu } from './status.ts'
import { PayMethods, partsOfReference } from './wire.ts'

/** What PayU lists among its ways to pay and is no bank. */
const noBanks: ReadonlySet<string> = new Set([
  'blik',
  'c',
  'jp',
  'ap',
  'ma',
  'vc',
  'ai',
  'dpp',
  'dpt',
  'dpkl',
  'b',
  'pu',
  't',
])

/** PayU, by its REST API of version 2.1. Our id of an order (extOrderId) begins with the checkout's public id. */
export const payu: Method = {
  code: 'payu',
  arrives: 'batch',
  channels: ['blik', 'bank', 'card'],
  collectedBy: 'account',
  testHint: { blik: '777 123' },
  account: {
    settings: {
      posId: { description: 'point of sale (pos_id), digits', pattern: /^\d{1,12}$/ },
      clientId: {
        description: 'OAuth client_id, digits; default: the pos_id',
        pattern: /^\d{1,12}$/,
        optional: true,
      },
      email: {
        description: 'your address, for PayU’s mails to payers whose bill has none; at most 100 characters',
        pattern: /^(?=.{3,100}$)[^\s@]+@[^\s@]+$/,
      },
      signature: {
        description: 'how the shop signs: MD5, SHA-1, SHA-256, SHA-384 or SHA-512; default MD5, PayU’s own',
        pattern: /^(MD5|SHA-1|SHA-256|SHA-384|SHA-512)$/,
        optional: true,
      },
    },
    credentials: {
      clientSecret: { description: 'OAuth client_secret, 1 to 100 characters', pattern: /^\S{1,100}$/ },
      secondKey: { description: 'second key (drugi klucz), 1 to 100 characters', pattern: /^\S{1,100}$/ },
    },
  },
  /** PayU wants status 200 and reads nothing. */
  heardAnswer: '',
  start: async (platform, provider, attempt) =>
    startPayu(platform, await payuClient(platform, provider), attempt),
  async hear(platform, provider, notification) {
    const client = await unlessWithoutAccount(payuClient(platform, provider))
    return client ? hearPayu(client, notification) : { verdict: 'forged' }
  },
  status: async (platform, provider, checkout) =>
    statusPayu(platform, await payuClient(platform, provider), provider, checkout),
  async stop(platform, provider, { methodReference }) {
    if (methodReference === null) return
    const client = await payuClient(platform, provider)
    await client.call('DELETE', `/orders/${partsOfReference(methodReference).orderId}`)
  },
  refund: {
    send: async (platform, provider, order) =>
      sendRefund(await payuClient(platform, provider), provider, order),
    status: async (platform, provider, order) =>
      refundStatus(await payuClient(platform, provider), provider, order),
  },
  chargeSaved: async (platform, provider, attempt) =>
    chargeSavedPayu(platform, await payuClient(platform, provider), attempt),
  banks: async (platform, provider) => banksOf(await payuClient(platform, provider)),
  async testConnection(platform, provider) {
    await banksOf(await payuClient(platform, provider))
  },
  payouts: 'cannot',
}

async function banksOf(client: PayuClient): Promise<Bank[]> {
  const answer = await client.call('GET', '/paymethods')
  const { payByLinks = [] } = bodyOf(answer, PayMethods, 'a question for ways to pay')
  return payByLinks
    .filter(({ value, status }) => status === 'ENABLED' && !noBanks.has(value))
    .map(({ value, name, brandImageUrl }) => ({
      id: value,
      name,
      logoUrl: brandImageUrl?.startsWith('https://') ? brandImageUrl : null,
    }))
}
