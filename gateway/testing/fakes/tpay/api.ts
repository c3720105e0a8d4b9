import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { confirmMs, meaningOfCode } from '../blik.ts'
import { type FakeReply, type FakeRequest, jsonOf, type Routes } from '../fake-server.ts'
import {
  refundObject,
  type TpayCharge,
  type TpayRefund,
  type TpayWorld,
  transactionObject,
  zlotys,
} from './charges.ts'

export const login = {
  clientId: '1010-fake-client',
  clientSecret: 'fake-client-secret-0123456789',
}

const banks = {
  102: { id: '102', name: 'Bank Pekao SA', img: 'https://tpay.com/img/banks/102.png' },
  103: { id: '103', name: 'Karta płatnicza', img: '' },
  108: { id: '108', name: 'PKO Bank Polski', img: 'https://tpay.com/img/banks/108.png' },
  150: { id: '150', name: 'BLIK', img: '' },
  160: { id: '160', name: 'mBank', img: 'http://insecure.example/160.png' },
  166: { id: '166', name: 'Google Pay', img: '' },
}

/** What happens to a charge from outside the API. */
export interface Acts {
  succeed(charge: TpayCharge): Promise<void>
}

let made = 0

/** The OpenAPI: tokens, transactions, charges, refunds. */
export function apiRoutes(world: TpayWorld, acts: Acts, url: () => string): Routes {
  const keyed = (handle: (request: FakeRequest) => FakeReply) => (request: FakeRequest) => {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    return world.tokens.has(token) ? handle(request) : failed(401, 'access_denied')
  }
  const known = (handle: (charge: TpayCharge, request: FakeRequest) => FakeReply) =>
    keyed((request) => {
      const charge = world.all.find(({ transactionId }) => transactionId === request.params.id)
      return charge ? handle(charge, request) : failed(404, 'not_found')
    })
  return {
    'POST /oauth/auth': (request) => tokenFor(world, request),
    'GET /transactions/bank-groups': keyed(() => ok({ groups: banks })),
    'POST /transactions': keyed((request) => create(world, request, url())),
    'GET /transactions': keyed(({ query }) => {
      const limit = Number(query.get('limit'))
      const start = (Number(query.get('page')) - 1) * limit
      const page = world.all.toReversed().slice(start, start + limit)
      return ok({ transactions: page.map(transactionObject) })
    }),
    'GET /transactions/:id': known((charge) => ({ status: 200, body: transactionObject(charge) })),
    'POST /transactions/:id/pay': known((charge, request) => pay(world, acts, charge, request)),
    'POST /transactions/:id/cancel': known((charge) => {
      if (charge.paid) return failed(400, 'invalid_transaction_status')
      charge.status = 'canceled'
      charge.state = 'stopped'
      return ok({})
    }),
    'POST /transactions/:id/refunds': known((charge, request) => refund(world, charge, request)),
    'GET /transactions/:id/refunds': known(({ refunds }) => ok({ refunds: refunds.map(refundObject) })),
  }
}

function ok(values: object): FakeReply {
  return { status: 200, body: { result: 'success', requestId: 'fake-request', ...values } }
}

function failed(status: number, errorCode: string, fieldName = ''): FakeReply {
  const errors = [{ errorCode, errorMessage: 'jan@example.com is wrong', fieldName, devMessage: 'x' }]
  return { status, body: { result: 'failed', requestId: 'fake-request', errors } }
}

function tokenFor({ tokens }: TpayWorld, { body, headers }: FakeRequest): FakeReply {
  const form = new URLSearchParams(body.toString())
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return failed(415, 'media_type')
  if (form.get('client_id') !== login.clientId || form.get('client_secret') !== login.clientSecret)
    return failed(401, 'invalid_client')
  const token = randomUUID()
  tokens.add(token)
  const values = { access_token: token, token_type: 'Bearer', expires_in: 7200, scope: 'read write' }
  return { status: 200, body: { issued_at: 1, client_id: login.clientId, ...values } }
}

function create(world: TpayWorld, request: FakeRequest, url: string): FakeReply {
  const body = jsonOf(request)
  const fault = body ? faultOf(body) : 'body'
  if (!body || fault) return failed(400, 'invalid_value', fault)
  const { callbacks, pay: order } = body as unknown as Created
  made += 1
  const title = `TR-FKE-${String(made).padStart(6, '0')}X`
  const groupId = order?.groupId ?? null
  const charge: TpayCharge = {
    checkoutId: String(body.hiddenDescription),
    transactionId: `ta_fake${String(made).padStart(8, '0')}`,
    get reference() {
      return charge.transactionId
    },
    title,
    status: 'pending',
    state: 'open',
    groupId,
    amount: BigInt(Math.round(Number(body.amount) * 100)),
    currency: 'PLN',
    paid: null,
    paidAt: null,
    refunded: 0n,
    returnUrl: callbacks.payerUrls.success,
    notifyUrl: callbacks.notification.url,
    payerUrl: `${url}/?title=${title}`,
    created: new Date(),
    attempts: [],
    refunds: [],
  }
  world.charges.set(charge.checkoutId, charge)
  world.all.push(charge)
  return { status: 200, body: transactionObject(charge) }
}

interface Created {
  callbacks: { payerUrls: { success: string; error: string }; notification: { url: string } }
  pay?: { groupId?: number }
}

function faultOf(body: Record<string, unknown>): string | undefined {
  const { amount, description, hiddenDescription, lang, payer, callbacks, pay: order, ...unknown } = body
  const { email, name } = (payer ?? {}) as Record<string, unknown>
  const { payerUrls, notification } = (callbacks ?? {}) as Partial<Created['callbacks']>
  const checks: Record<string, boolean> = {
    amount: typeof amount === 'number' && amount > 0 && /^\d+(\.\d{1,2})?$/.test(String(amount)),
    description: isText(description, 128),
    hiddenDescription: isText(hiddenDescription, 255),
    lang: ['pl', 'en', 'de', 'fr', 'ru', 'it', 'es'].includes(String(lang)),
    'payer.email': isText(email, 255) && String(email).includes('@'),
    'payer.name': isText(name, 255),
    'callbacks.payerUrls': isUrl(payerUrls?.success) && isUrl(payerUrls?.error),
    'callbacks.notification': isUrl(notification?.url),
    'pay.groupId':
      order === undefined || Object.keys(banks).includes(String((order as Created['pay'])?.groupId)),
    [Object.keys(unknown)[0] ?? 'unknown']: Object.keys(unknown).length === 0,
  }
  return Object.keys(checks).find((field) => !checks[field])
}

function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= lengthMax
}

function isUrl(value: string | undefined): boolean {
  return URL.canParse(value ?? '')
}

interface Order {
  groupId: number
  method: string
  blikPaymentData?: { blikToken?: string; type: number; aliases?: { type: string; value: string } }
  cardPaymentData?: { token: string }
}

function pay(world: TpayWorld, acts: Acts, charge: TpayCharge, request: FakeRequest): FakeReply {
  const order = jsonOf(request) as unknown as Order | undefined
  if (!order || charge.state !== 'open') return failed(400, 'invalid_transaction_status')
  charge.groupId = order.groupId
  charge.state = 'pending'
  const later = (act: () => unknown) =>
    void sleep(confirmMs).then(() => (charge.state === 'pending' ? act() : undefined))
  if (order.cardPaymentData) later(() => acts.succeed(charge))
  const { blikToken, aliases } = order.blikPaymentData ?? {}
  if (blikToken !== undefined) return submitCode(world, acts, charge, blikToken, aliases?.value, later)
  if (aliases && !world.aliases.has(aliases.value)) return refusedAtOnce(charge, '105')
  if (aliases) later(() => acts.succeed(charge))
  return ok({ status: 'pending', payments: { status: 'pending', amountPaid: 0, attempts: [] } })
}

function submitCode(
  world: TpayWorld,
  acts: Acts,
  charge: TpayCharge,
  code: string,
  alias: string | undefined,
  later: (act: () => unknown) => void,
): FakeReply {
  if (!/^\d{6}$/.test(code)) return failed(400, 'invalid_value', 'blikPaymentData.blikToken')
  if (alias) world.aliases.add(alias)
  switch (meaningOfCode(code)) {
    case 'confirmed':
      later(() => acts.succeed(charge))
      break
    case 'declined':
      later(() => refuse(charge, '102'))
      break
    case 'cancelled':
      later(() => refuse(charge, '101'))
      break
    case 'waits':
      break
    case 'wrong':
      return refusedAtOnce(charge, '63')
    default:
      return refusedAtOnce(charge, 'payment_failed')
  }
  return ok({ status: 'pending', payments: { status: 'pending', amountPaid: 0, attempts: [] } })
}

export function refuse(charge: TpayCharge, code: string): void {
  charge.attempts.push(code)
  charge.state = 'refused'
}

/** Said with success all the same: the transaction is there, and its code was none. */
function refusedAtOnce(charge: TpayCharge, errorCode: string): FakeReply {
  refuse(charge, errorCode)
  const errors = [{ errorCode, errorMessage: 'x', fieldName: null }]
  return ok({ status: 'pending', payments: { status: 'pending', amountPaid: 0, errors } })
}

function refund(world: TpayWorld, charge: TpayCharge, request: FakeRequest): FakeReply {
  const amount = BigInt(Math.round(Number(jsonOf(request)?.amount) * 100))
  const given = charge.refunds.filter(({ status }) => status !== 'declined')
  const left = given.reduce((rest, one) => rest - one.amount, charge.paid?.amount ?? 0n)
  if (amount <= 0n || amount > left) return failed(400, 'refund_amount_too_high', 'amount')
  made += 1
  const one: TpayRefund = { refundId: `re_fake${made}`, amount, status: 'pending' }
  charge.refunds.push(one)
  if (world.refundsEnd !== 'later') settle(charge, one, world.refundsEnd)
  return ok({ refundId: one.refundId, amount: zlotys(amount), status: one.status })
}

export function settle(charge: TpayCharge, refund: TpayRefund, how: 'succeeded' | 'failed'): void {
  refund.status = how === 'failed' ? 'declined' : 'complete'
  if (how === 'succeeded') charge.refunded += refund.amount
}
