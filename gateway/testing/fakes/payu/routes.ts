import { meaningOfCode } from '../blik.ts'
import { decisionPage, type FakeReply, type FakeRequest, jsonOf, type Routes } from '../fake-server.ts'
import { failed, faultOf, newOrder, payMethodOf } from './create.ts'
import { account, type Order, orderBody, type Refund, refundBody } from './state.ts'

export interface PayuWorld {
  url(): string
  /** By PayU's id, in order. */
  orders: Map<string, Order>
  /** Tokens that are good, with the customer that they speak for. */
  tokens: Map<string, string | null>
  /** What is saved of a customer. */
  saved: Map<string, { card?: string; blik?: string }>
  newId(): string
  confirmSoon(order: Order): void
  decide(order: Order, decision: string): Promise<void>
  move(order: Order, status: Order['status']): Promise<void>
  refund(order: Order, extRefundId: string, amount: bigint): Refund
}

type Handler = (request: FakeRequest, customer: string | null) => FakeReply | Promise<FakeReply>

/** Seconds that a token lives. */
const tokenLife = 43_199
const success = { status: { statusCode: 'SUCCESS' } }

export function payuRoutes(world: PayuWorld): Routes {
  const keyed = (handle: Handler) => (request: FakeRequest) => {
    const customer = world.tokens.get((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    return customer === undefined ? failed(401, 'UNAUTHORIZED') : handle(request, customer)
  }
  const one = (handle: (order: Order, request: FakeRequest) => FakeReply | Promise<FakeReply>) =>
    keyed((request) => {
      const order = world.orders.get(request.params.id ?? '')
      return order ? handle(order, request) : failed(404, 'DATA_NOT_FOUND')
    })
  return {
    'POST /pl/standard/user/oauth/authorize': (request) => authorise(world, request),
    'POST /api/v2_1/orders': keyed((request, customer) => create(world, jsonOf(request) ?? {}, customer)),
    'GET /api/v2_1/orders/:id': one((order) => ({
      status: 200,
      body: { orders: [orderBody(order)], ...success },
    })),
    'DELETE /api/v2_1/orders/:id': one((order) => cancel(world, order)),
    'POST /api/v2_1/orders/:id/captures': one((order) => capture(world, order)),
    'POST /api/v2_1/orders/:id/refunds': one((order, request) => refund(world, order, jsonOf(request) ?? {})),
    'GET /api/v2_1/orders/:id/refunds': one((order) => showRefunds(order)),
    'GET /api/v2_1/paymethods': keyed((_, customer) => payMethods(world, customer)),
    'GET /pay/:id': ({ params }) => {
      const order = world.orders.get(params.id ?? '')
      return order ? decisionPage('PayU (atrapa)', order) : failed(404, 'DATA_NOT_FOUND')
    },
    'POST /pay/:id': async ({ params, body }) => {
      const order = world.orders.get(params.id ?? '')
      if (!order) return failed(404, 'DATA_NOT_FOUND')
      await world.decide(order, new URLSearchParams(body.toString()).get('decision') ?? '')
      return { status: 303, headers: { location: order.returnUrl } }
    },
  }
}

function authorise({ tokens }: PayuWorld, { body, headers }: FakeRequest): FakeReply {
  const form = new URLSearchParams(body.toString())
  const grant = form.get('grant_type')
  const customer = form.get('ext_customer_id')
  const isTrusted = grant === 'trusted_merchant' && customer && form.get('email')
  const isKnown =
    form.get('client_id') === account.clientId && form.get('client_secret') === account.clientSecret
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded') || !isKnown)
    return { status: 401, body: { error: 'invalid_client', error_description: 'Bad client credentials' } }
  if (grant !== 'client_credentials' && !isTrusted)
    return {
      status: 400,
      body: { error: 'unsupported_grant_type', error_description: 'Unsupported grant type' },
    }
  const token = `token-${tokens.size + 1}-${Math.random().toString(36).slice(2)}`
  tokens.set(token, isTrusted ? customer : null)
  return {
    status: 200,
    body: { access_token: token, token_type: 'bearer', expires_in: tokenLife, grant_type: grant },
  }
}

/** Made orders are answered 302 with a body where a payer goes on, else 201. */
function create(world: PayuWorld, body: Record<string, unknown>, customer: string | null): FakeReply {
  const fault = faultOf(body)
  if (fault) return fault
  if (
    [...world.orders.values()].some(({ extOrderId }) => extOrderId !== '' && extOrderId === body.extOrderId)
  )
    return failed(400, 'ERROR_ORDER_NOT_UNIQUE')
  const method = payMethodOf(body)
  const orderId = world.newId()
  if (method?.type === 'CARD_TOKEN' || method?.type === 'BLIK_TOKEN')
    return chargeSaved(world, newOrder(body, orderId, null), method.value, customer)
  if (method?.type === 'BLIK_AUTHORIZATION_CODE') {
    const order = newOrder(body, orderId, null)
    world.orders.set(orderId, order)
    if (method.blikData?.register && customer) remember(world, customer, { blik: `BLIK-${orderId}` })
    submit(world, order, method.value)
    return { status: 201, body: { ...success, orderId, extOrderId: order.extOrderId } }
  }
  const order = newOrder(body, orderId, `${world.url()}/pay/${orderId}`)
  world.orders.set(orderId, order)
  if (body.cardOnFile === 'FIRST' && customer) remember(world, customer, { card: `TOKC_${orderId}` })
  return {
    status: 302,
    headers: { location: order.payerUrl ?? '' },
    body: { ...success, redirectUri: order.payerUrl, orderId, extOrderId: order.extOrderId },
  }
}

function remember({ saved }: PayuWorld, customer: string, what: { card?: string; blik?: string }): void {
  saved.set(customer, { ...saved.get(customer), ...what })
}

function submit(world: PayuWorld, order: Order, code: string): void {
  order.state = 'pending'
  order.status = 'PENDING'
  const meaning = meaningOfCode(code)
  if (meaning === 'confirmed') world.confirmSoon(order)
  if (meaning === 'declined') setTimeout(() => void world.move(order, 'CANCELED'), 5)
}

/** Only what the customer of the token has saved can be charged. */
function chargeSaved(world: PayuWorld, order: Order, value: string, customer: string | null): FakeReply {
  const { card, blik } = world.saved.get(customer ?? '') ?? {}
  if (value !== card && value !== blik) return failed(400, 'ERROR_VALUE_INVALID', 'INVALID_TOKEN')
  world.orders.set(order.orderId, order)
  order.status = 'PENDING'
  order.state = 'pending'
  world.confirmSoon(order)
  return { status: 201, body: { ...success, orderId: order.orderId, extOrderId: order.extOrderId } }
}

async function cancel(world: PayuWorld, order: Order): Promise<FakeReply> {
  if (order.status === 'COMPLETED') return failed(403, 'ERROR_VALUE_INVALID', 'ORDER_ALREADY_COMPLETED')
  await world.move(order, 'CANCELED')
  order.state = 'stopped'
  return { status: 200, body: { orderId: order.orderId, extOrderId: order.extOrderId, ...success } }
}

async function capture(world: PayuWorld, order: Order): Promise<FakeReply> {
  if (order.status !== 'WAITING_FOR_CONFIRMATION')
    return failed(400, 'ERROR_VALUE_INVALID', 'ORDER_NOT_CAPTURABLE')
  order.status = 'COMPLETED'
  setTimeout(() => void world.move(order, 'COMPLETED'), 5)
  return { status: 200, body: { status: { statusCode: 'SUCCESS', statusDesc: 'Status was updated' } } }
}

/** The same words give the same refund. */
function refund(world: PayuWorld, order: Order, body: Record<string, unknown>): FakeReply {
  const { description, amount, extRefundId, currencyCode } = (body.refund ?? {}) as Record<string, unknown>
  if (typeof description !== 'string' || description === '') return failed(400, 'ERROR_VALUE_MISSING')
  if (typeof amount !== 'string' || !/^[1-9]\d*$/.test(amount) || currencyCode !== order.currency)
    return failed(400, 'ERROR_VALUE_INVALID')
  const known = order.refunds.find((one) => one.extRefundId === extRefundId)
  const given = order.refunds.reduce((sum, one) => sum + (one.status === 'CANCELED' ? 0n : one.amount), 0n)
  const tooMuch = order.status !== 'COMPLETED' || given + BigInt(amount) > (order.paid?.amount ?? 0n)
  if (!known && tooMuch) return failed(400, 'ERROR_VALUE_INVALID', 'REFUND_AMOUNT_TOO_BIG')
  const made = known ?? world.refund(order, String(extRefundId), BigInt(amount))
  return {
    status: 200,
    body: {
      orderId: order.orderId,
      refund: refundBody(made, order.currency),
      status: { statusCode: 'SUCCESS', statusDesc: 'Refund queued for processing' },
    },
  }
}

function showRefunds({ refunds, currency }: Order): FakeReply {
  if (refunds.length === 0) return failed(404, 'DATA_NOT_FOUND')
  return { status: 200, body: refunds.map((one) => refundBody(one, currency)) }
}

function payMethods({ saved }: PayuWorld, customer: string | null): FakeReply {
  const { card, blik } = saved.get(customer ?? '') ?? {}
  const link = (value: string, name: string, status = 'ENABLED') => ({
    value,
    name,
    status,
    brandImageUrl: `https://static.example/${value}.png`,
  })
  return {
    status: 200,
    body: {
      cardTokens: card
        ? [{ value: card, status: 'ACTIVE', cardNumberMasked: '444433******1111', cardBrand: 'VISA' }]
        : [],
      blikTokens: blik ? [{ value: blik, type: 'PAYID' }] : [],
      payByLinks: [
        link('c', 'Karta'),
        link('blik', 'BLIK'),
        link('m', 'mTransfer'),
        link('p', 'Płacę z iPKO'),
        link('o', 'Pekao24', 'TEMPORARY_DISABLED'),
      ],
      ...success,
    },
  }
}
