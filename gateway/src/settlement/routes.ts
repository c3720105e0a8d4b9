import { amountOf, SettlementPage, SettlementReport, type SettlementTransfer } from '@bill-gateway/contract'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate } from '../provider/index.ts'
import { type ProviderTransfer, transfersOfProvider } from './queries/items.ts'
import { settlementReport } from './report.ts'

const limitMax = 1_000
const limitDefault = 100
const common = { tags: ['Settlements'], security: [{ key: [] }] }

/** What a provider reads of its settlements. */
export function settlementRoutes(platform: Platform): FastifyPluginAsync {
  const { db } = platform
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    app.get<ListRequest>('/pay/v1/settlements', { schema: listSchema }, async (request) => {
      const { before, limit = limitDefault } = request.query
      const cursor = before === undefined ? undefined : BigInt(before)
      const { id } = accessOf(request).provider
      const transfers = await transfersOfProvider(db, id, { before: cursor, limit: limit + 1 })
      return { transfers: transfers.slice(0, limit).map(answerOf), more: transfers.length > limit }
    })
    app.get<ReportRequest>('/pay/v1/settlements/report', { schema: reportSchema }, async (request) => {
      const { from, to } = request.query
      const { id: providerId, test } = accessOf(request).provider
      const { rows, held } = await settlementReport(db, { from, to, providerId, test })
      return {
        rows: rows.map(({ providerId: _, providerCode: __, ...row }) => ({
          ...row,
          collected: signed(row.collected),
          refunded: signed(row.refunded),
          refundedByProvider: signed(row.refundedByProvider),
          reversed: signed(row.reversed),
          settled: signed(row.settled),
        })),
        held: held.map(({ currency, amount }) => ({ currency, amount: signed(amount) })),
      }
    })
  }
}

interface ListRequest {
  Querystring: { before?: string; limit?: number }
}
interface ReportRequest {
  Querystring: { from: string; to: string }
}

const listSchema = {
  ...common,
  summary: 'List transfers to you',
  description:
    'Money that the operator collected for you and passed on, newest first: one transfer for each payment and account, titled `ref <referenceNumber> …`. Refunds after a settlement are kept back from a later one.',
  querystring: Type.Object({
    before: Type.Optional(
      Type.String({
        pattern: '^\\d{1,18}$',
        description: 'Id of the oldest transfer that you have.',
        'x-rule': 'must be the id of a transfer',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limitMax,
        description: `Default ${limitDefault}.`,
        'x-rule': `must be a whole number from 1 to ${limitMax}`,
      }),
    ),
  }),
  response: {
    200: { description: 'Transfers.', content: { 'application/json': { schema: SettlementPage } } },
    ...keyedProblems(),
  },
}

const aDay = (description: string) =>
  Type.String({
    format: 'calendar-date',
    description,
    examples: ['2026-11-23'],
    'x-rule': 'must be a day, as in 2026-11-23',
  })

const reportSchema = {
  ...common,
  summary: 'Report money by day and method',
  description:
    'What came in, went back and was passed on, for each day and method, straight from the ledger. At most 400 days.',
  querystring: Type.Object({ from: aDay('First day, in Warsaw.'), to: aDay('Last day, included.') }),
  response: {
    200: { description: 'The report.', content: { 'application/json': { schema: SettlementReport } } },
    ...keyedProblems(),
  },
}

function answerOf(transfer: ProviderTransfer): SettlementTransfer {
  const { id, runPublicId, paymentPublicId, returned, closedAt, due, amount } = transfer
  const { executesOn, referenceNumber, nrb, title, currency } = transfer
  return {
    id: String(id),
    settlementId: runPublicId,
    status: returned ? 'returned' : closedAt ? 'shown' : 'sent',
    executesOn,
    paymentId: paymentPublicId,
    referenceNumber,
    nrb,
    title,
    currency,
    due: signed(due),
    amount: signed(amount),
  }
}

function signed(minorUnits: bigint): number {
  return minorUnits < 0n ? -amountOf(-minorUnits) : amountOf(minorUnits)
}
