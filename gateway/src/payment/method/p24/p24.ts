import { randomCode } from '../../../platform/random.ts'
import { type Bank, type Method, MethodError } from '../method.ts'
import { unlessWithoutAccount } from '../without-account.ts'
import { bodyOf, type P24Client, p24Client, saidOf } from './client.ts'
import { hearP24 } from './hear.ts'
import { p24Payouts } from './payouts.ts'
import { refundStatus, sendRefund } from './refund.ts'
import { signatureOf } from './signature.ts'
import { chargeSavedP24, startP24 } from './start.ts'
import { statusP24 } from './status.ts'
import { PaymentMethods } from './wire.ts'

/** Groups of payment methods that are banks. */
const bankGroups: readonly string[] = ['FastTransfers', 'eTransfer']

/** Przelewy24, by its REST API of version 1. Our id of a transaction (sessionId) is the checkout's public id. */
export const p24: Method = {
  code: 'p24',
  arrives: 'batch',
  channels: ['blik', 'bank', 'card'],
  collectedBy: 'account',
  testHint: { blik: '777 123' },
  account: {
    settings: {
      merchantId: { description: 'merchant id, digits', pattern: /^\d{1,10}$/ },
      posId: {
        description: 'shop id, digits; default: the merchant id',
        pattern: /^\d{1,10}$/,
        optional: true,
      },
      email: {
        description:
          'your address, for receipts of Przelewy24 to payers whose bill has none; at most 50 characters',
        pattern: /^(?=.{3,50}$)[^\s@]+@[^\s@]+$/,
      },
    },
    credentials: {
      apiKey: {
        description: 'key for reports (klucz do raportów), 1 to 100 characters',
        pattern: /^\S{1,100}$/,
      },
      crc: { description: 'CRC key, 1 to 100 characters', pattern: /^\S{1,100}$/ },
    },
  },
  start: async (platform, provider, attempt) =>
    startP24(platform, await p24Client(platform, provider), attempt),
  async hear(platform, provider, notification) {
    const client = await unlessWithoutAccount(p24Client(platform, provider))
    return client ? hearP24(client, notification) : { verdict: 'forged' }
  },
  status: async (platform, provider, checkout) =>
    statusP24(platform, await p24Client(platform, provider), provider, checkout),
  // A payer can be kept from nothing that is registered: its time runs out.
  stop: 'cannot',
  refund: {
    send: async (platform, provider, order) =>
      sendRefund(await p24Client(platform, provider), provider, order),
    status: async (platform, provider, order) =>
      refundStatus(await p24Client(platform, provider), provider, order),
  },
  chargeSaved: async (platform, provider, attempt) =>
    chargeSavedP24(platform, await p24Client(platform, provider), attempt),
  banks: async (platform, provider) => banksOf(await p24Client(platform, provider)),
  testConnection: async (platform, provider) => {
    const client = await p24Client(platform, provider)
    await testAccess(client)
    await testSignature(client, platform.settings.publicUrl)
  },
  payouts: p24Payouts,
}

async function banksOf(client: P24Client): Promise<Bank[]> {
  const answer = await client.call('GET', '/payment/methods/pl?currency=PLN')
  const { data } = bodyOf(answer, PaymentMethods, 'a question for banks')
  return data
    .filter(({ status, group }) => status && bankGroups.includes(group ?? ''))
    .map(({ id, name, imgUrl }) => ({
      id: String(id),
      name,
      logoUrl: imgUrl?.startsWith('https://') ? imgUrl : null,
    }))
}

async function testAccess(client: P24Client): Promise<void> {
  const answer = await client.call('GET', '/testAccess')
  if (answer.status === 200) return
  throw new MethodError(
    answer.status === 401
      ? 'Przelewy24 refuses the shop id with this key. Check posId and apiKey (the key for reports), and that the address of this server is among the allowed ones in the panel.'
      : `Przelewy24 answered ${answer.status} to the test of access${saidOf(answer.body)}`,
  )
}

/** Only a registration shows whether the CRC key is right. Nobody pays this one, so it never comes to anything. */
async function testSignature(
  { merchantId, posId, email, crc, call }: P24Client,
  returnUrl: string,
): Promise<void> {
  const sessionId = `test-${randomCode(22)}`
  const [amount, currency] = [100, 'PLN']
  const answer = await call('POST', '/transaction/register', {
    merchantId,
    posId,
    sessionId,
    amount,
    currency,
    description: 'test',
    email,
    country: 'PL',
    language: 'pl',
    urlReturn: returnUrl,
    timeLimit: 1,
    sign: signatureOf({ sessionId, merchantId, amount, currency }, crc),
  })
  if (answer.status !== 200)
    throw new MethodError(
      `Przelewy24 takes the key for reports but no payment: check merchantId and the CRC key. It answered ${answer.status}${saidOf(answer.body)}`,
    )
}
