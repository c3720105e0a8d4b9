import { meaningOfCode } from '../blik.ts'
import { decisionPage, type FakeReply, type FakeRequest, jsonOf, type Routes } from '../fake-server.ts'
import { faultOf, hasVisitor, invalid, transactionOf } from './register.ts'
import { type Reports, reportRoutes } from './reports.ts'
import { account, polishTime, sign, type Transaction } from './state.ts'

export interface P24World {
  url(): string
  /** By session id. */
  transactions: Map<string, Transaction>
  reports: Reports
  /** Aliases that banks remember. */
  aliases: Set<string>
  nextOrderId(): number
  confirmSoon(transaction: Transaction): void
  decide(transaction: Transaction, decision: string): Promise<void>
  refund(transaction: Transaction, id: string, amount: bigint, notifyUrl: string): void
}

type Handler = (request: FakeRequest) => FakeReply | Promise<FakeReply>

const unauthorised: FakeReply = { status: 401, body: { error: 'Incorrect authentication', code: 401 } }
const expected = `Basic ${Buffer.from(`${account.posId}:${account.apiKey}`).toString('base64')}`
const done = (data: unknown, status = 200): FakeReply => ({ status, body: { data, responseCode: 0 } })
const unknown: FakeReply = { status: 404, body: { error: 'Transaction not found', responseCode: 0 } }

export function p24Routes(world: P24World): Routes {
  const keyed = (handle: Handler): Handler => {
    return (request) => (request.headers.authorization === expected ? handle(request) : unauthorised)
  }
  const api: Routes = {
    'GET /testAccess': () => done(true),
    'GET /payment/methods/:lang': () => done(paymentMethods),
    'POST /transaction/register': (request) => register(world, jsonOf(request) ?? {}),
    'PUT /transaction/verify': (request) => verify(world, jsonOf(request) ?? {}),
    'GET /transaction/by/sessionId/:id': ({ params }) => show(world.transactions.get(params.id ?? '')),
    'POST /paymentMethod/blik/chargeByCode': (request) => chargeByCode(world, jsonOf(request) ?? {}),
    'POST /paymentMethod/blik/chargeByAlias': (request) => chargeAlias(world, jsonOf(request) ?? {}),
    'POST /card/charge': (request) => chargeSaved(world, jsonOf(request) ?? {}),
    'GET /card/info/:orderId': ({ params }) => cardInfo(world, params.orderId),
    'POST /transaction/refund': (request) => refund(world, jsonOf(request) ?? {}),
    'GET /refund/by/orderId/:orderId': ({ params }) => showRefunds(byOrder(world, params.orderId)),
    ...reportRoutes(world.reports),
  }
  const keyedApi = Object.entries(api).map(([route, handle]) => [
    route.replace(' ', ' /api/v1'),
    keyed(handle),
  ])
  return {
    ...Object.fromEntries(keyedApi),
    'GET /trnRequest/:token': ({ params }) => {
      const transaction = byToken(world, params.token)
      return transaction ? decisionPage('Przelewy24 (atrapa)', transaction) : unknown
    },
    'POST /trnRequest/:token': async ({ params, body }) => {
      const transaction = byToken(world, params.token)
      if (!transaction) return unknown
      await world.decide(transaction, new URLSearchParams(body.toString()).get('decision') ?? '')
      return { status: 303, headers: { location: transaction.returnUrl } }
    },
  }
}

const paymentMethods = [
  {
    id: 20,
    name: 'PKO BP — iPKO',
    group: 'FastTransfers',
    status: true,
    imgUrl: 'https://static.example/20.svg',
  },
  {
    id: 25,
    name: 'mBank — mTransfer',
    group: 'FastTransfers',
    status: true,
    imgUrl: 'http://static.example/25.svg',
  },
  { id: 31, name: 'Bank w przerwie', group: 'FastTransfers', status: false },
  { id: 181, name: 'BLIK', group: 'Blik', status: true },
  { id: 242, name: 'Karta', group: 'Credit Card', status: true },
]

function byToken({ transactions }: P24World, token: unknown): Transaction | undefined {
  return [...transactions.values()].find((one) => one.token === token)
}

function byOrder({ transactions }: P24World, orderId: unknown): Transaction | undefined {
  return [...transactions.values()].find((one) => one.isKnown && String(one.orderId) === String(orderId))
}

/** The same session and amount give the same token again; another amount gives another one. */
function register(world: P24World, body: Record<string, unknown>): FakeReply {
  const fault = faultOf(body)
  if (fault) return fault
  const sessionId = String(body.sessionId)
  const known = world.transactions.get(sessionId)
  if (known && known.amount === BigInt(Number(body.amount))) return done({ token: known.token })
  const orderId = world.nextOrderId()
  const token = `${orderId}-${sessionId.slice(-8)}-${hasVisitor(body) ? 'PSU' : 'NONE'}`
  world.transactions.set(sessionId, transactionOf(body, world.url(), orderId, token))
  return done({ token })
}

function chargeByCode(
  world: P24World,
  { token, blikCode, aliasValue, aliasLabel, recurring }: Record<string, unknown>,
): FakeReply {
  const transaction = byToken(world, token)
  if (!transaction || !/^\d{6}$/.test(String(blikCode))) return invalid('Invalid input data')
  if (!transaction.token.endsWith('PSU')) return invalid('Missing PSU')
  if (recurring !== undefined && !isRecurring(recurring, aliasValue, aliasLabel))
    return invalid('Invalid recurring')
  const meaning = meaningOfCode(String(blikCode))
  if (meaning === 'wrong') return invalid('Incorrect ticket!', 28)
  if (meaning === 'expired') return invalid('Ticket expired!', 29)
  if (meaning === 'used') return invalid('Ticket already used!', 35)
  transaction.isKnown = true
  transaction.payerUrl = null
  transaction.state = meaning === 'declined' || meaning === 'cancelled' ? 'refused' : 'pending'
  if (meaning === 'confirmed') world.confirmSoon(transaction)
  if (typeof aliasValue === 'string') world.aliases.add(aliasValue)
  return done({ orderId: transaction.orderId, message: 'success' }, 201)
}

function isRecurring(recurring: unknown, aliasValue: unknown, aliasLabel: unknown): boolean {
  const { type, frequency } = recurring as { type?: unknown; frequency?: unknown }
  const label = typeof aliasLabel === 'string' && aliasLabel.length >= 5 && aliasLabel.length <= 35
  return (
    ['A', 'O', 'M'].includes(String(type)) &&
    /^[1-9][0-9]{0,2}[DWMY]$/.test(String(frequency)) &&
    typeof aliasValue === 'string' &&
    label
  )
}

/** BLIK asks for the payer's address and browser also where the payer is not there. */
function chargeAlias(world: P24World, body: Record<string, unknown>): FakeReply {
  const isTold = byToken(world, body.token)?.token.endsWith('PSU')
  return isTold ? chargeSaved(world, body) : invalid('Missing PSU')
}

/** An alias or a card of an earlier payment; what nobody knows is refused. */
function chargeSaved(world: P24World, { token }: Record<string, unknown>): FakeReply {
  const transaction = byToken(world, token)
  const saved = transaction?.methodRefId ?? ''
  if (!transaction || !(world.aliases.has(saved) || saved.startsWith('card-')))
    return invalid('Invalid input data')
  transaction.isKnown = true
  transaction.state = 'pending'
  world.confirmSoon(transaction)
  return done({ orderId: transaction.orderId }, 201)
}

function cardInfo(world: P24World, orderId: unknown): FakeReply {
  const transaction = byOrder(world, orderId)
  if (!transaction?.savesCard) return { status: 404, body: { error: 'Undefined error', code: 404 } }
  return done({ refId: `card-${transaction.orderId}`, mask: '444433XXXXXX1111', cardDate: '122030' })
}

function show(transaction: Transaction | undefined): FakeReply {
  if (!transaction?.isKnown) return unknown
  const { orderId, checkoutId: sessionId, paid, amount, currency, paidAt, isVerified, refunded } = transaction
  const isGone = paid !== null && refunded >= paid.amount
  return done({
    statement: `p24-A${orderId}`,
    orderId,
    sessionId,
    status: !paid ? 0 : isGone ? 3 : isVerified ? 2 : 1,
    amount: Number(paid?.amount ?? amount),
    currency: paid?.currency ?? currency,
    date: polishTime(new Date()),
    ...(paidAt && { dateOfTransaction: polishTime(paidAt) }),
    fee: '0',
    batchId: 0,
  })
}

function verify(world: P24World, body: Record<string, unknown>): FakeReply {
  const { sessionId, orderId, amount, currency, merchantId, posId } = body
  const signed = {
    sessionId: String(sessionId),
    orderId: Number(orderId),
    amount: Number(amount),
    currency: String(currency),
  }
  if (body.sign !== sign(signed)) return invalid('Incorrect CRC value')
  const transaction = world.transactions.get(String(sessionId))
  const isOwn = merchantId === Number(account.merchantId) && posId === Number(account.posId)
  const { paid } = transaction ?? {}
  if (!transaction || !isOwn || !paid || transaction.orderId !== orderId) return invalid('Error call 2')
  if (Number(paid.amount) !== amount || paid.currency !== currency) return invalid('Error call 2')
  transaction.isVerified = true
  return done({ status: 'success' })
}

function refund(world: P24World, body: Record<string, unknown>): FakeReply {
  const { requestId, refundsUuid, refunds, urlStatus } = body
  const [wanted] = (Array.isArray(refunds) ? refunds : []) as Record<string, unknown>[]
  const id = String(requestId)
  if (!wanted || id.length > 45 || String(refundsUuid).length > 35) return invalid('Invalid input parameters')
  const { orderId, sessionId, amount, description } = wanted
  if (!Number.isSafeInteger(amount) || Number(amount) < 1 || String(description ?? '').length > 35)
    return invalid('Invalid input parameters')
  const all = [...world.transactions.values()].flatMap((one) => one.refunds)
  if (all.some((one) => one.id === id)) return invalid('Request already exists')
  const transaction = world.transactions.get(String(sessionId))
  const conflict = (message: string): FakeReply => ({
    status: 409,
    body: { error: [{ orderId, sessionId, amount, status: false, message }], code: 409 },
  })
  if (!transaction || transaction.orderId !== orderId) return conflict('Transaction not found')
  if (!transaction.isVerified || !transaction.paid)
    return conflict('Transaction in wrong status - cannot refund')
  const asked = transaction.refunds.reduce((sum, one) => sum + (one.status === 4 ? 0n : one.amount), 0n)
  if (asked + BigInt(Number(amount)) > transaction.paid.amount)
    return conflict('The amount of refund exceeds available amount for the transaction')
  world.refund(transaction, id, BigInt(Number(amount)), String(urlStatus ?? ''))
  return done([{ orderId, sessionId, amount, description, status: true, message: 'success' }], 201)
}

function showRefunds(transaction: Transaction | undefined): FakeReply {
  if (!transaction || transaction.refunds.length === 0) return unknown
  const { orderId, checkoutId: sessionId, amount, currency } = transaction
  const refunds = transaction.refunds.map(({ id, status, amount: part }) => ({
    batchId: 0,
    requestId: id,
    date: polishTime(new Date()),
    login: 'api',
    description: '',
    status,
    amount: Number(part),
  }))
  return done({ orderId, sessionId, amount: Number(amount), currency, refunds })
}
