import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from '@bill-gateway/contract'
import { eventRoutes } from '../src/event/index.ts'
import { verifyBooks } from '../src/ledger/index.ts'
import {
  type Checkout,
  findCheckout,
  paymentCrontab,
  paymentRoutes,
  paymentTasks,
  type StartedCheckout,
  startCheckout,
} from '../src/payment/index.ts'
import type { Money } from '../src/payment/method/method.ts'
import { findOwnLink, type PaymentLink, paymentLinkRoutes } from '../src/payment-link/index.ts'
import { startWorker } from '../src/platform/jobs.ts'
import type { Platform } from '../src/platform/platform.ts'
import { findProvider, type Provider } from '../src/provider/index.ts'
import { shortLinkRoutes } from '../src/short-link/index.ts'
import { testModeRoutes } from '../src/test-mode/index.ts'
import { createTestDatabase } from './database.ts'
import { item, type Reply } from './links.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from './rooms.ts'

export interface StartOptions {
  channel?: Channel
  blikCode?: string
  formNonce?: string
  provider?: Provider
}

/** Every room up to test mode on a database of its own, with one biller; jobs run where a test asks for it. */
export async function startPayments({ worker = false, connections = 10 } = {}) {
  const database = await createTestDatabase({ connections })
  const server = await startRooms(database, (platform) => [
    eventRoutes(platform),
    shortLinkRoutes(platform),
    paymentLinkRoutes(platform),
    paymentRoutes(platform),
    testModeRoutes(platform),
  ])
  const biller = await newBiller(database)
  const { platform } = server
  const running = worker ? await startWorker(platform, paymentTasks, paymentCrontab) : undefined
  const calls = callsOf(server, biller)
  return {
    database,
    db: database.db,
    platform,
    server,
    biller,
    ...calls,
    ...linksOf(platform, biller, calls.api),
    ...checkoutsOf(platform, biller),
    /** The provider as it is now: its clock may have moved. */
    async provider(id = biller.provider.id): Promise<Provider> {
      return found(await findProvider(database.db, id))
    },
    books: () => verifyBooks(database.db),
    async close() {
      await running?.stop()
      await server.close()
      await database.drop()
    },
  }
}

type Call = (path: string, body?: unknown, by?: Biller) => Promise<Reply>

function callsOf(server: RoomServer, biller: Biller) {
  const api: Call = async (path, body, by = biller) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await server.call(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...json, ...by.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const isJson = answer.headers.get('content-type')?.includes('json') && answer.text !== ''
    return { ...answer, body: isJson ? JSON.parse(answer.text) : undefined }
  }
  return {
    api,
    cancel: (link: PaymentLink, body: unknown = { resolution: 'CANCELLED' }) =>
      api(`/pay/v1/payments/${link.token}/cancel`, body),
    search: (query = 'fromDate=0', by?: Biller) => api(`/pay/v1/payments/search?${query}`, undefined, by),
    /** Payments that the provider was told of. */
    async told(by?: Biller) {
      const { body } = await api('/pay/v1/events?limit=1000', undefined, by)
      return body.events.filter((event: { type: string }) => event.type === 'payment.succeeded')
    },
    advance: (duration: string, by?: Biller) => api('/pay/v1/test/clock', { advance: duration }, by),
  }
}

function linksOf({ db }: Platform, biller: Biller, api: Call) {
  const reread = async (token: string, providerId = biller.provider.id): Promise<PaymentLink> =>
    found(await findOwnLink(db, providerId, token))
  /** Makes links and reads them back, in the order given. */
  const links = async (items: Record<string, unknown>[], by = biller): Promise<PaymentLink[]> => {
    const answer = await api('/pay/v1/payments', { payments: items.map((changes) => item(changes)) }, by)
    if (answer.status !== 201) throw new Error(answer.text)
    const made: { token: string }[] = answer.body.links
    return Promise.all(made.map(({ token }) => reread(token, by.provider.id)))
  }
  return {
    reread,
    links,
    async link(changes: Record<string, unknown> = {}, by?: Biller): Promise<PaymentLink> {
      const [made] = await links([changes], by)
      return found(made)
    },
  }
}

function checkoutsOf(platform: Platform, biller: Biller) {
  const start = (of: PaymentLink[], options: StartOptions = {}): Promise<StartedCheckout> => {
    const { channel = 'blik', provider = biller.provider } = options
    return startCheckout(platform, provider, {
      payerId: found(of[0]).payerId,
      linkIds: of.map((link) => link.id),
      channel,
      ...(channel === 'blik' ? { blikCode: options.blikCode ?? '777000' } : {}),
      formNonce: options.formNonce ?? null,
      language: 'pl',
      returnUrl: (id) => `https://example.com/checkout/${id}`,
    })
  }
  return {
    start,
    /** Starts a checkout that must not be refused. */
    async started(of: PaymentLink[], options: StartOptions = {}): Promise<Checkout> {
      const started = await start(of, options)
      if (started.kind === 'refused') throw new Error(started.reason)
      return started.checkout
    },
    async checkout(publicId: string): Promise<Checkout> {
      return found(await findCheckout(platform.db, publicId))
    },
  }
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('it is not there')
  return thing
}

export type Payments = Awaited<ReturnType<typeof startPayments>>

/** Looks until it is so; fails after the time given. */
export async function until(isSo: () => Promise<boolean>, withinMs = 45_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not so within ${withinMs} ms`)
  }
}

let moneyMade = 0

/** New money of a method: zlotys, paid now, unless said otherwise. */
export function money(amount: number, changes: Partial<Money> = {}): Money {
  const methodPaymentId = `money-${++moneyMade}`
  return { methodPaymentId, amount: BigInt(amount), currency: 'PLN', paidAt: new Date(), ...changes }
}
