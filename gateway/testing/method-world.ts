import type { Channel } from '@bill-gateway/contract'
import { expect } from 'vitest'
import { verifyBooks } from '../src/ledger/index.ts'
import { type Checkout, findCheckout, startCheckout } from '../src/payment/index.ts'
import { connectMethod } from '../src/payment/method/accounts.ts'
import { methods, notifyUrl } from '../src/payment/method/methods.ts'
import { findOwnLink, type PaymentLink } from '../src/payment-link/index.ts'
import { findProvider, type Provider } from '../src/provider/index.ts'
import type { Fake } from './fakes/fake-server.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { newPayer } from './payer.ts'
import { until } from './payments.ts'

export interface Attempted {
  /** Zlotys of the new link. Default 123.45. */
  amount?: number
  channel?: Channel
  /** Default with channel blik: 100100, whose payer waits for what the test lets him do. */
  blikCode?: string
  bankId?: string
  /** A link that is already there. */
  token?: string
  formNonce?: string
}

/** A gateway whose one provider is connected with the method, and the payment provider behind it. */
export async function startMethodWorld(code: string, startFake: () => Promise<Fake>) {
  const fake = await startFake()
  const gateway = await startTestGateway({
    environment: { RATE_LIMIT_PAGE: '100000', RATE_LIMIT_MISS: '100000', ...fake.environment },
  })
  const { platform } = gateway
  const method = found(methods[code])
  const connect = (provider: Provider, values = fake.credentials) =>
    connectMethod(platform, provider, method, { collectedBy: 'provider', values })
  await connect(gateway.provider)
  fake.registerEndpoint?.(notifyUrl(platform, gateway.provider, method))
  return {
    fake,
    gateway,
    platform,
    method,
    connect,
    ...checkoutsOf(gateway),
    ...booksOf(gateway),
    async close() {
      await gateway.close()
      await fake.close()
    },
  }
}

export type MethodWorld = Awaited<ReturnType<typeof startMethodWorld>>

function checkoutsOf(gateway: TestGateway) {
  const { platform } = gateway
  const { db } = platform
  const provider = async (): Promise<Provider> => found(await findProvider(db, gateway.provider.id))
  const reread = async ({ publicId }: Checkout): Promise<Checkout> => found(await findCheckout(db, publicId))
  const newLink = async (amount = 123.45): Promise<string> =>
    found((await newPayer(gateway).bills([{ amount }]))[0])
  const linkOf = async (token: string): Promise<PaymentLink> =>
    found(await findOwnLink(db, gateway.provider.id, token))
  const start = async (attempted: Attempted) => {
    const { amount, channel = 'bank', bankId, formNonce = null } = attempted
    const blikCode = attempted.blikCode ?? (channel === 'blik' ? '100100' : undefined)
    const link = await linkOf(attempted.token ?? (await newLink(amount)))
    return startCheckout(platform, await provider(), {
      payerId: link.payerId,
      linkIds: [link.id],
      channel,
      ...(blikCode === undefined ? {} : { blikCode }),
      ...(bankId === undefined ? {} : { bankId }),
      visitor: { ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' },
      formNonce,
      language: 'pl',
      returnUrl: (id) => `${gateway.url}/checkout/${id}?return=1`,
    })
  }
  /** Starts a checkout that must not be refused. */
  const started = async (attempted: Attempted = {}): Promise<Checkout> => {
    const answer = await start(attempted)
    if (answer.kind === 'refused') throw new Error(`the checkout was refused: ${answer.reason}`)
    return answer.checkout
  }
  return {
    provider,
    reread,
    newLink,
    linkOf,
    start,
    started,
    /** Starts a checkout whose payer goes to the payment provider. */
    async redirected(attempted: Attempted = {}): Promise<Checkout & { redirectUrl: string }> {
      const checkout = await started(attempted)
      return { ...checkout, redirectUrl: found(checkout.redirectUrl ?? undefined) }
    },
    /** The payer comes back from the payment provider, in a browser. */
    back: ({ publicId }: Checkout) => newPayer(gateway).open(`/checkout/${publicId}?return=1`),
    advance: (duration: string) => gateway.api('/pay/v1/test/clock', { body: { advance: duration } }),
    /** Waits for a state that comes by itself. */
    comesTo: (checkout: Checkout, status: Checkout['status']) =>
      until(async () => (await reread(checkout)).status === status),
  }
}

function booksOf({ platform, api }: TestGateway) {
  const { db } = platform
  const paymentsOf = ({ id }: Checkout) =>
    db.selectFrom('payment').selectAll().where('checkout_id', '=', id).orderBy('id').execute()
  const books = () => verifyBooks(db)
  return {
    paymentsOf,
    books,
    reviewsOf: ({ id }: Checkout) =>
      db.selectFrom('review').selectAll().where('checkout_id', '=', id).execute(),
    /** What the API says of a link. */
    async status(token: string): Promise<LinkStatus> {
      return (await api(`/pay/v1/payments/${token}`)).body as LinkStatus
    },
    /** The checkout has brought these amounts, in minor units, and the books are right. */
    async expectPaid(checkout: Checkout, ...amounts: bigint[]): Promise<void> {
      const payments = await paymentsOf(checkout)
      expect(payments.map((payment) => payment.amount)).toEqual(amounts)
      expect(await books()).toEqual([])
    },
  }
}

export interface LinkStatus {
  status: string
  processing: boolean
  amounts: Record<string, number>
  payments: { amount: number; unallocated?: number }[]
}

export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('it is not there')
  return thing
}
