import type { PaymentLinkAddress, TestPaid } from '@bill-gateway/contract'
import { basic } from '../../gateway/testing/gateway.ts'
import { nrb } from '../support/bill.ts'
import type { GatewayProcess } from './gateway-process.ts'
import type { Journal, KnownLink } from './journal.ts'
import type { Random } from './random.ts'

const workers = 8
const pauseWhenAwayMs = 100
/** Ends that come within a minute of real time. */
const outcomes = ['paid', 'paid', 'paid', 'refused', 'slow', 'twice', 'early', 'silent'] as const

export interface Loader {
  stop(): Promise<void>
}

/** Clients that work until told to stop, and note in the journal what they were told. */
export function startLoader(gateway: GatewayProcess, journal: Journal, random: Random): Loader {
  let stopped = false
  let counted = 0
  const untouched: KnownLink[] = []
  const client = { gateway, journal, random, untouched, isStopped: () => stopped, number: () => ++counted }
  const running = Array.from({ length: workers }, async () => {
    while (!stopped) await act(client)
  })
  return {
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
}

interface Client {
  gateway: GatewayProcess
  journal: Journal
  random: Random
  /** Links that nobody has tried to end; whoever takes one from here is alone with it. */
  untouched: KnownLink[]
  isStopped: () => boolean
  number: () => number
}

function act(client: Client): Promise<void> {
  const link = client.untouched.length > 20 ? client.untouched.shift() : undefined
  if (!link) return client.random.below(4) === 0 ? createByKey(client) : create(client)
  const choice = client.random.below(10)
  if (choice < 5) return pay(client, link)
  if (choice < 7) return cancel(client, link)
  return choice < 9 ? update(client, link) : openPage(client, link)
}

interface Answered {
  status: number
  text: string
}

/** @returns undefined where no answer came: the act may or may not have happened */
async function ask(
  { gateway, journal }: Client,
  path: string,
  body?: unknown,
  more = {},
): Promise<Answered | undefined> {
  try {
    const response = await fetch(`${gateway.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', authorization: basic(gateway.demo), ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status < 500) return { status: response.status, text }
    journal.failures.set(response.status, (journal.failures.get(response.status) ?? 0) + 1)
  } catch {
    journal.unanswered += 1
  }
  await new Promise((resolve) => setTimeout(resolve, pauseWhenAwayMs))
  return undefined
}

function itemOf(userId: string, operationId: string | null, amount: number) {
  return {
    userId,
    ...(operationId ? { operationId } : {}),
    amount,
    nrb,
    title: 'FV 1',
    paymentDue: '2026-12-01',
  }
}

async function create(client: Client): Promise<void> {
  const { random, journal } = client
  const items = Array.from({ length: 1 + random.below(5) }, () => {
    const userId = `crash-${client.number()}`
    return itemOf(userId, random.below(2) ? 'bill' : null, (1 + random.below(10_000)) / 4)
  })
  const answer = await ask(client, '/pay/v1/payments', { payments: items })
  if (answer?.status !== 201) return
  const { links } = JSON.parse(answer.text) as { links: PaymentLinkAddress[] }
  for (const [index, { token }] of links.entries()) {
    const item = items[index]
    if (item) note(client, token, item.userId, item.operationId ?? null, item.amount)
  }
  journal.acknowledged.creates += links.length
}

function note(
  { journal, untouched }: Client,
  token: string,
  userId: string,
  operationId: string | null,
  amount: number,
): void {
  const link = {
    token,
    userId,
    operationId,
    asked: new Set([amount]),
    cancelled: false,
    payments: [],
    touched: false,
  }
  journal.links.set(token, link)
  untouched.push(link)
}

/** Repeats the same request until it is answered: there must be one link in the end. */
async function createByKey(client: Client): Promise<void> {
  const userId = `keyed-${client.number()}`
  const payments = [itemOf(userId, null, 12.5)]
  for (let answered = false; !answered && !client.isStopped(); ) {
    const answer = await ask(client, '/pay/v1/payments', { payments }, { 'idempotency-key': userId })
    answered = answer?.status === 201
    if (!answer || !answered) continue
    const { links } = JSON.parse(answer.text) as { links: PaymentLinkAddress[] }
    for (const { token } of links) note(client, token, userId, null, 12.5)
    client.journal.keyedUserIds.add(userId)
    client.journal.acknowledged.creates += 1
  }
}

async function update(client: Client, link: KnownLink): Promise<void> {
  if (link.operationId === null) return pay(client, link)
  const amount = (1 + client.random.below(10_000)) / 4
  link.asked.add(amount)
  const payments = [itemOf(link.userId, link.operationId, amount)]
  const answer = await ask(client, '/pay/v1/payments', { payments })
  if (answer?.status === 201) {
    link.asked = new Set([amount])
    client.journal.acknowledged.updates += 1
  }
  client.untouched.push(link)
}

async function cancel(client: Client, link: KnownLink): Promise<void> {
  link.touched = true
  const answer = await ask(client, `/pay/v1/payments/${link.token}/cancel`, { resolution: 'CANCELLED' })
  if (answer?.status !== 204) return
  link.cancelled = true
  client.journal.acknowledged.cancels += 1
}

async function pay(client: Client, link: KnownLink): Promise<void> {
  link.touched = true
  const body = {
    scope: 'link',
    outcome: client.random.pick(outcomes),
    method: client.random.pick(['blik', 'bank', 'card']),
  }
  const answer = await ask(client, `/pay/v1/test/payments/${link.token}/pay`, body)
  if (answer?.status !== 200) return
  const paid = JSON.parse(answer.text) as TestPaid
  if (paid.paymentId === null) return
  link.payments.push(paid)
  client.journal.acknowledged.payments += 1
}

async function openPage(client: Client, link: KnownLink): Promise<void> {
  const answer = await ask(client, `/single-payment/${link.token}`, undefined, { accept: 'text/html' })
  if (answer?.status === 200) client.journal.acknowledged.pages += 1
  client.untouched.push(link)
}
