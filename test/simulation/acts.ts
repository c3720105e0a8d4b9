import type { PaymentLinkAddress } from '@bill-gateway/contract'
import { type Checkout, startCheckout } from '../../gateway/src/payment/index.ts'
import { findProvider, type Provider } from '../../gateway/src/provider/index.ts'
import type { TestGateway } from '../../gateway/testing/gateway.ts'
import type { Random } from '../crash/random.ts'
import { nrb } from '../support/bill.ts'
import { until } from '../support/until.ts'
import type { Transfer } from './bank.ts'
import { type Chaos, type Charge, notificationHeaders } from './chaos.ts'
import { linksOfPayers } from './queries.ts'

/** One run: a biller, its payers, and a payment provider that does what it likes. */
export interface World {
  gateway: TestGateway
  random: Random
  chaos: Chaos
  providerId: number
  credentials: TestGateway['credentials']
  tokens: string[]
  /** Everything that came to the biller's bank account. */
  transfers: Transfer[]
  /** What was done, for whoever has to understand a failure. */
  log: string[]
}

const payers = ['anna', 'jan', 'ola']
const operations = ['1', '2', '3', null]

export async function provider({ gateway, providerId }: World): Promise<Provider> {
  const found = await findProvider(gateway.database.db, providerId)
  if (!found) throw new Error('the provider is gone')
  return found
}

export function call(world: World, path: string, body?: unknown) {
  return world.gateway.api(path, { credentials: world.credentials, ...(body === undefined ? {} : { body }) })
}

export async function makeLinks(world: World): Promise<void> {
  const { random } = world
  const payments = [
    ...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(operations))),
  ].map((operationId) => ({
    userId: random.pick(payers),
    amount: Number(`${1 + random.below(400)}.${String(random.below(100)).padStart(2, '0')}`),
    nrb,
    title: `FV ${operationId ?? 'x'}`,
    paymentDue: '2026-11-22',
    ...(operationId === null ? {} : { operationId }),
  }))
  const answer = await call(world, '/pay/v1/payments', { payments })
  if (answer.status !== 201) throw new Error(answer.text)
  const { links } = answer.body as { links: PaymentLinkAddress[] }
  world.tokens.push(...links.map(({ token }) => token))
}

export async function cancelLink(world: World): Promise<void> {
  const { random, tokens } = world
  if (tokens.length === 0) return
  const resolution = random.pick(['PAID', 'CANCELLED'])
  const answer = await call(world, `/pay/v1/payments/${random.pick(tokens)}/cancel`, { resolution })
  if (answer.status !== 204 && answer.status !== 409) throw new Error(answer.text)
}

/** A payer picks some of the bills and a way to pay. */
export async function startPaying(world: World): Promise<void> {
  const picked = await linksToPay(world)
  if (picked) await openCheckout(world, { ...picked, channel: world.random.pick(['blik', 'bank'] as const) })
}

interface Picked {
  payerId: bigint
  linkIds: bigint[]
}

/** Some of what somebody owes; undefined where nobody owes anything. */
export async function linksToPay({ random, gateway, providerId }: World): Promise<Picked | undefined> {
  const owing = await linksOfPayers(gateway.database.db, providerId)
  if (owing.length === 0) return undefined
  const { payerId } = random.pick(owing)
  const own = owing.filter((link) => link.payerId === payerId)
  return { payerId, linkIds: own.slice(0, 1 + random.below(own.length)).map(({ id }) => id) }
}

/** @returns undefined where it was refused: a bill was paid meanwhile, or is being paid */
export async function openCheckout(
  world: World,
  { payerId, linkIds, channel }: Picked & { channel: 'blik' | 'bank' | 'transfer' },
): Promise<Checkout | undefined> {
  const started = await startCheckout(world.gateway.platform, await provider(world), {
    payerId,
    linkIds,
    channel,
    ...(channel === 'blik' ? { blikCode: '123456' } : {}),
    formNonce: null,
    language: 'pl',
    returnUrl: (id) => `https://example.com/${id}`,
  })
  return started.kind === 'started' ? started.checkout : undefined
}

/** Something happens at the payment provider; now and then it tells. */
export async function decide(world: World): Promise<void> {
  const { random, chaos } = world
  const charges = [...chaos.charges.values()]
  if (charges.length === 0) return
  const charge = random.pick(charges)
  const at = new Date()
  const kind = random.below(20)
  if (kind < 9) chaos.pay(charge, charge.amount, charge.currency, at)
  else if (kind === 9) chaos.pay(charge, charge.amount + 1n + BigInt(random.below(500)), charge.currency, at)
  else if (kind === 10 && charge.amount > 1n) chaos.pay(charge, charge.amount - 1n, charge.currency, at)
  else if (kind === 11) chaos.pay(charge, charge.amount, 'EUR', at)
  else if (kind < 15) charge.state = 'failed'
  else if (kind < 17) charge.state = 'expired'
  else if (kind === 17 && charge.state === 'open') charge.state = 'pending'
  else takeBack(world, charge)
  const times = random.pick([0, 1, 1, 2, 3])
  await Promise.all(Array.from({ length: times }, () => notify(world, charge)))
}

/** Only what was not refunded: a bank takes back no more than there is. */
function takeBack({ chaos, random }: World, charge: Charge): void {
  const refunded = [...chaos.refunds.values()].map(({ order }) => order.methodPaymentId)
  const taken = charge.takenBack.map(({ methodPaymentId }) => methodPaymentId)
  const whole = charge.money.filter(
    ({ methodPaymentId, currency }) =>
      ![...refunded, ...taken].includes(methodPaymentId) && currency === 'PLN',
  )
  if (whole.length > 0) chaos.takeBack(charge, random.pick(whole), new Date())
}

export async function notify(
  { gateway, chaos, providerId }: World,
  charge: Charge,
  forged = false,
): Promise<number> {
  const { platform } = gateway
  const { code } = (await findProvider(platform.db, providerId)) ?? { code: '' }
  const response = await fetch(`${gateway.url}/notify/${chaos.method.code}/${code}`, {
    method: 'POST',
    headers: notificationHeaders(forged),
    body: chaos.notification(charge, forged),
  })
  await response.arrayBuffer()
  return response.status
}

export async function forge(world: World): Promise<void> {
  const charge = [...world.chaos.charges.values()][0]
  if (!charge) return
  const status = await notify(world, charge, true)
  if (status !== 400 && status !== 503) throw new Error(`a forged notification was answered ${status}`)
}

export async function passTime(world: World): Promise<void> {
  const advance = world.random.pick(['PT5S', 'PT1M', 'PT31M', 'PT6H'])
  const answer = await call(world, '/pay/v1/test/clock', { advance })
  if (answer.status !== 200) throw new Error(answer.text)
}

export async function refund(world: World): Promise<void> {
  const { random, tokens } = world
  if (tokens.length === 0) return
  const body = random.below(2) === 0 ? {} : { amount: Number(`${random.below(50)}.${10 + random.below(90)}`) }
  const answer = await call(world, `/pay/v1/payments/${random.pick(tokens)}/refunds`, body)
  if (answer.status >= 500) throw new Error(answer.text)
}

/** A connection of the gateway dies, whatever it was doing. Resolves once no dead one is left in its pool. */
export async function breakConnection({ gateway }: World): Promise<void> {
  const { pool } = gateway.database
  const ask = (statement: string) =>
    pool.query(statement).then(
      () => true,
      () => false,
    )
  await ask(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and application_name = 'bill-gateway' and pid <> pg_backend_pid()
     order by random() limit 1`,
  )
  await until('no connection is dead', async () =>
    (await Promise.all(Array.from({ length: pool.totalCount }, () => ask('select 1')))).every(Boolean),
  )
}
