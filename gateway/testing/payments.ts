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
import { findOwnLink, type PaymentLink, paymentLinkRoutes } from '../src/payment-link/index.ts'
import { startWorker } from '../src/platform/jobs.ts'
import { findProvider, type Provider } from '../src/provider/index.ts'
import { shortLinkRoutes } from '../src/short-link/index.ts'
import { testModeRoutes } from '../src/test-mode/index.ts'
import { createTestDatabase } from './database.ts'
import { item, type Reply } from './links.ts'
import { type Biller, newBiller, startRooms } from './rooms.ts'

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
  const { db } = database
  const running = worker ? await startWorker(platform, paymentTasks, paymentCrontab) : undefined

  const api = async (
    path: string,
    body?: unknown,
    by: Biller = biller,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await server.call(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...json, ...by.headers, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const isJson = answer.headers.get('content-type')?.includes('json') && answer.text !== ''
    return { ...answer, body: isJson ? JSON.parse(answer.text) : undefined }
  }

  /** Makes links and reads them back, in the order given. */
  const links = async (items: Record<string, unknown>[], by: Biller = biller): Promise<PaymentLink[]> => {
    const answer = await api('/pay/v1/payments', { payments: items.map((changes) => item(changes)) }, by)
    if (answer.status !== 201) throw new Error(answer.text)
    return Promise.all(answer.body.links.map(({ token }: { token: string }) => reread(token, by.provider.id)))
  }
  const reread = async (token: string, providerId = biller.provider.id): Promise<PaymentLink> => {
    const link = await findOwnLink(db, providerId, token)
    if (!link) throw new Error('no such link')
    return link
  }
  const start = (of: PaymentLink[], options: StartOptions = {}): Promise<StartedCheckout> => {
    const [first] = of
    if (!first) throw new Error('no link')
    const { channel = 'blik', provider = biller.provider } = options
    return startCheckout(platform, provider, {
      payerId: first.payerId,
      linkIds: of.map((link) => link.id),
      channel,
      ...(channel === 'blik' ? { blikCode: options.blikCode ?? '777000' } : {}),
      formNonce: options.formNonce ?? null,
      language: 'pl',
      returnUrl: (id) => `https://example.com/checkout/${id}`,
    })
  }

  return {
    database,
    db,
    platform,
    server,
    biller,
    api,
    links,
    async link(changes: Record<string, unknown> = {}, by: Biller = biller): Promise<PaymentLink> {
      const [made] = await links([changes], by)
      if (!made) throw new Error('no link was made')
      return made
    },
    reread,
    start,
    /** Starts a checkout that must not be refused. */
    async started(of: PaymentLink[], options: StartOptions = {}): Promise<Checkout> {
      const started = await start(of, options)
      if (started.kind === 'refused') throw new Error(started.reason)
      return started.checkout
    },
    async checkout(publicId: string): Promise<Checkout> {
      const found = await findCheckout(db, publicId)
      if (!found) throw new Error('no such checkout')
      return found
    },
    cancel: (link: PaymentLink, body: unknown = { resolution: 'CANCELLED' }) =>
      api(`/pay/v1/payments/${link.token}/cancel`, body),
    search: async (query = 'fromDate=0', by: Biller = biller, headers: Record<string, string> = {}) =>
      api(`/pay/v1/payments/search?${query}`, undefined, by, headers),
    /** Payments that the provider was told of. */
    async told(by: Biller = biller) {
      const { body } = await api('/pay/v1/events?limit=1000', undefined, by)
      return body.events.filter((event: { type: string }) => event.type === 'payment.succeeded')
    },
    advance: (duration: string, by: Biller = biller) => api('/pay/v1/test/clock', { advance: duration }, by),
    /** The provider as it is now: its clock may have moved. */
    async provider(id = biller.provider.id): Promise<Provider> {
      const found = await findProvider(db, id)
      if (!found) throw new Error('no such provider')
      return found
    },
    books: () => verifyBooks(db),
    async close() {
      await running?.stop()
      await server.close()
      await database.drop()
    },
  }
}

export type Payments = Awaited<ReturnType<typeof startPayments>>

/** Looks until it is so; fails after the time given. */
export async function until(isSo: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not so within ${withinMs} ms`)
  }
}
