import {
  amountOf,
  PayoutDetails,
  type PayoutItem as PayoutItemView,
  PayoutPage,
  type Payout as PayoutView,
} from '@bill-gateway/contract'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import { accessOf, authenticate } from '../provider/index.ts'
import { missedPayments } from './missed.ts'
import type { Payout, PayoutItem } from './payout.ts'
import { findPayout, listItems, listPayouts } from './queries/payouts.ts'
import { readingsOf } from './queries/readings.ts'

/** What came to the operator's accounts is settled, and may hold payments of others. */
const own = { only: 'provider' } as const
const common = { tags: ['Settlements'], security: [{ key: [] }] }
const payoutsMax = 100
const itemsMax = 1_000

/** What a provider reads of its payment providers' payouts. */
export function payoutRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    addList(app, platform)
    addDetails(app, platform)
  }
}

interface ListRequest {
  Querystring: { from?: string; to?: string; after?: string; limit: number }
}

function addList(app: FastifyInstance, { db }: Platform): void {
  app.get<ListRequest>('/pay/v1/payouts', { schema: listSchema }, async (request) => {
    const { id } = accessOf(request).provider
    const { after, limit, ...days } = request.query
    const last = after === undefined ? undefined : await findPayout(db, id, after, own)
    if (after !== undefined && !last)
      throw validationFailed([
        { pointer: '/querystring/after', code: 'not_found', detail: 'after must be the id of a payout' },
      ])
    const cursor = last && { after: last.id }
    const found = await listPayouts(db, id, { ...days, ...cursor, ...own, limit: limit + 1 })
    const readings = await readingsOf(db, id, own)
    const missing = last ? [] : await missedPayments(db, id, own)
    return {
      payouts: found.slice(0, limit).map(viewOf),
      more: found.length > limit,
      readings: readings.map(({ method, firstDay, lastDay, failure }) => ({
        method,
        from: firstDay,
        to: lastDay,
        failure,
      })),
      missing: missing.map(({ publicId, referenceNumber, method, currency, amount, paidAt }) => ({
        paymentId: publicId,
        referenceNumber,
        method,
        currency,
        amount: signed(amount),
        paidAt: warsawTime(paidAt),
      })),
    }
  })
}

interface DetailsRequest {
  Params: { id: string }
  Querystring: { after: number; limit: number }
}

function addDetails(app: FastifyInstance, { db }: Platform): void {
  app.get<DetailsRequest>('/pay/v1/payouts/:id', { schema: detailsSchema }, async (request) => {
    const { id: providerId } = accessOf(request).provider
    const { after, limit } = request.query
    const payout = await findPayout(db, providerId, request.params.id, own)
    if (!payout) throw new ApiError('not_found')
    const items = await listItems(db, providerId, payout.id, { after, limit: limit + 1 })
    return {
      ...viewOf(payout),
      items: items.slice(0, limit).map(itemViewOf),
      more: items.length > limit,
    }
  })
}

function viewOf({
  publicId,
  sentAt,
  amount,
  fee,
  difference,
  id: _,
  collectedBy: __,
  ...payout
}: Payout): PayoutView {
  return {
    id: publicId,
    ...payout,
    sentAt: sentAt && warsawTime(sentAt),
    amount: signed(amount),
    fee: signed(fee),
    difference: signed(difference),
  }
}

function itemViewOf({
  paymentPublicId,
  refundPublicId,
  amount,
  fee,
  recorded,
  state,
  ...item
}: PayoutItem): PayoutItemView {
  return {
    ...item,
    state: state === 'elsewhere' ? 'unknown' : state,
    paymentId: paymentPublicId,
    refundId: refundPublicId,
    amount: signed(amount),
    fee: signed(fee),
    recorded: recorded === null ? null : signed(recorded),
  }
}

function signed(minorUnits: bigint): number {
  return minorUnits < 0n ? -amountOf(-minorUnits) : amountOf(minorUnits)
}

const aDay = (description: string) =>
  Type.Optional(
    Type.String({ format: 'calendar-date', description, 'x-rule': 'must be a day, as in 2026-11-23' }),
  )
const atMost = (maximum: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum,
      default: maximum,
      description: 'How many at most.',
      'x-rule': `must be a whole number from 1 to ${maximum}`,
    }),
  )

const listSchema = {
  ...common,
  summary: 'List payouts of payment providers',
  description:
    'Transfers of many payments at once to the account, as the payment provider reports them (Przelewy24), held against the payments. A payout that comes late comes last: keep the last id.',
  querystring: Type.Object({
    from: aDay('The first day.'),
    to: aDay('The last day, included.'),
    after: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Id of the last payout that you have.',
        'x-rule': 'must be the id of a payout',
      }),
    ),
    limit: atMost(payoutsMax),
  }),
  response: {
    200: { description: 'Payouts.', content: { 'application/json': { schema: PayoutPage } } },
    ...keyedProblems(),
  },
}

const detailsSchema = {
  ...common,
  summary: 'Look up a payout',
  description: 'A payout with its payments and refunds, each beside what the gateway has recorded.',
  params: Type.Object({ id: Type.String({ description: 'The payout’s id.' }) }),
  querystring: Type.Object({
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_147_483_647,
        default: 0,
        description: 'Position of the last item that you have.',
        'x-rule': 'must be a whole number',
      }),
    ),
    limit: atMost(itemsMax),
  }),
  response: {
    200: { description: 'The payout.', content: { 'application/json': { schema: PayoutDetails } } },
    ...keyedProblems(404),
  },
}
