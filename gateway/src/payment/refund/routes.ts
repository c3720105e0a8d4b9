import { minorUnitsOf, OrderRefund, Refund, Refunds, UnallocatedPayment } from '@bill-gateway/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { findOwnLink, type PaymentLink, validateToken } from '../../payment-link/index.ts'
import type { Db } from '../../platform/db/database.ts'
import { ApiError, validationFailed } from '../../platform/http/errors.ts'
import { keyedProblems } from '../../platform/http/problems.ts'
import type { Platform } from '../../platform/platform.ts'
import { accessOf, type Provider, withIdempotencyKey } from '../../provider/index.ts'
import { refundAnswers } from './answer.ts'
import { orderRefunds, type RefundWish } from './order.ts'
import { findRefund, paymentsToReturn, refundsOfPayments } from './queries/refunds.ts'
import { isRefundId } from './refund.ts'
import { decodeUnallocatedCursor, unallocatedPage } from './unallocated.ts'

const common = { tags: ['Refunds'], security: [{ key: [] }] }
const json = 'application/json; charset=utf-8'
const limitMax = 1_000

/** The API of refunds, and of money that no link took; the caller has authenticated. */
export function addRefunds(app: FastifyInstance, platform: Platform): void {
  addOrder(app, platform)
  addRefundsOfLink(app, platform)
  addRefund(app, platform)
  addUnallocated(app, platform)
}

const linkParams = Type.Object({ token: Type.String({ description: 'The link’s token.' }) })
interface OfLink {
  Params: { token: string }
}

function addOrder(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Refund payments of a link',
    description:
      'Money goes back of what no link took first, then of what paid this link, of the newest payment first; what paid other links is not touched. There is one refund of each payment. It is `pending` and its money reserved until the payment provider has decided, which an event tells; refunds of one payment never add up to more than it. The link stays paid.',
    headers: Type.Object({
      'idempotency-key': Type.Optional(
        Type.String({
          description: 'The same key with the same body answers the first answer again for 24 hours.',
        }),
      ),
    }),
    params: linkParams,
    body: OrderRefund,
    response: {
      201: {
        description: 'The refunds that were ordered.',
        content: { 'application/json': { schema: Refunds } },
      },
      ...keyedProblems(404, 409, 413, 415, 422),
    },
  }
  app.post<OfLink & { Body: OrderRefund }>(
    '/pay/v1/payments/:token/refunds',
    {
      schema,
      preValidation: async (request) => {
        request.body = withoutAbsent(request.body) as OrderRefund
      },
    },
    async (request, reply) => {
      const access = accessOf(request)
      const { provider } = access
      const { body } = await withIdempotencyKey(platform, request, access, async (tx) => {
        const link = await ownLink(tx, provider, request.params.token)
        const ordered = await orderRefunds(tx, provider, await wishOf(tx, provider, link, request.body))
        return { status: 201, body: { refunds: await refundAnswers(tx, provider, ordered) } }
      })
      return reply.code(201).type(json).send(body)
    },
  )
}

/** null means that an optional field is absent. */
function withoutAbsent(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
}

async function ownLink(db: Db, provider: Provider, token: string): Promise<PaymentLink> {
  const link = validateToken(token) ? await findOwnLink(db, provider.id, token) : undefined
  if (!link) throw new ApiError('not_found')
  return link
}

async function wishOf(
  db: Db,
  provider: Provider,
  link: PaymentLink,
  { amount, paymentId, unallocatedOnly, manual, reason }: OrderRefund,
): Promise<RefundWish> {
  const all = await paymentsToReturn(db, provider.id, link.id)
  const payments = paymentId === undefined ? all : all.filter((payment) => payment.publicId === paymentId)
  if (paymentId !== undefined && payments.length === 0) {
    const detail = 'paymentId must be the id of a payment of this link'
    throw validationFailed([{ pointer: '/paymentId', code: 'not_found', detail }])
  }
  return {
    payments,
    links: unallocatedOnly ? [] : [link.id],
    amount: amount === undefined ? undefined : minorUnitsOf(amount),
    manual,
    reason,
  }
}

function addRefundsOfLink(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Refunds of a link’s payments',
    description: 'Refunds and reversals of every payment that has a row for the link, the newest first.',
    params: linkParams,
    response: {
      200: { description: 'The refunds.', content: { 'application/json': { schema: Refunds } } },
      ...keyedProblems(404),
    },
  }
  app.get<OfLink>('/pay/v1/payments/:token/refunds', { schema }, async (request) => {
    const { provider } = accessOf(request)
    const link = await ownLink(platform.db, provider, request.params.token)
    const payments = await paymentsToReturn(platform.db, provider.id, link.id)
    const ids = payments.map((payment) => payment.id)
    const refunds = await refundsOfPayments(platform.db, provider.id, ids)
    return { refunds: await refundAnswers(platform.db, provider, refunds) }
  })
}

function addRefund(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'A refund',
    description: 'What became of a refund, or a reversal.',
    params: Type.Object({ id: Type.String({ description: 'The refund’s id.' }) }),
    response: {
      200: { description: 'The refund.', content: { 'application/json': { schema: Refund } } },
      ...keyedProblems(404),
    },
  }
  app.get<{ Params: { id: string } }>('/pay/v1/refunds/:id', { schema }, async (request) => {
    const { provider } = accessOf(request)
    const { id } = request.params
    const found = isRefundId(id) ? await findRefund(platform.db, provider.id, id) : undefined
    const [answer] = found ? await refundAnswers(platform.db, provider, [found]) : []
    if (!answer) throw new ApiError('not_found')
    return answer
  })
}

interface UnallocatedRequest {
  Querystring: { limit?: number; cursor?: string }
}

function addUnallocated(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Money that no link took',
    description:
      'Payments of which no link could take all, in the order in which they were recorded, with what is left of that: refund it, or make a link and settle it with the payer.',
    querystring: Type.Object({
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: limitMax,
          default: 100,
          description: 'Payments of one page; `Link: <…>; rel="next"` leads to the next one.',
          'x-rule': `must be a whole number from 1 to ${limitMax}`,
        }),
      ),
      cursor: Type.Optional(
        Type.String({ maxLength: 100, description: 'Out of a `Link` header.', 'x-rule': 'must be a string' }),
      ),
    }),
    response: {
      200: {
        description: 'The payments.',
        headers: { link: { type: 'string', description: 'The next page, if there is one.' } },
        content: { 'application/json': { schema: Type.Array(UnallocatedPayment) } },
      },
      ...keyedProblems(),
    },
  }
  app.get<UnallocatedRequest>('/pay/v1/unallocated', { schema }, async (request, reply) => {
    const { provider } = accessOf(request)
    const { limit = 100, cursor } = request.query
    const page = await unallocatedPage(platform, provider, decodeUnallocatedCursor(cursor), limit)
    if (page.next !== undefined) {
      const query = new URLSearchParams({ limit: String(limit), cursor: page.next })
      reply.header('link', `<${platform.settings.publicUrl}/pay/v1/unallocated?${query}>; rel="next"`)
    }
    return reply.type(json).send(JSON.stringify(page.payments))
  })
}
