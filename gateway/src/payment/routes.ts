import { Readable } from 'node:stream'
import { PaymentLinkStatus, PaymentRow } from '@bill-gateway/contract'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { keyedProblems, problems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate, speaksPluginDialect } from '../provider/index.ts'
import { hearNotification, notificationBytesMax } from './hear.ts'
import { linkStatus } from './link-status.ts'
import { addRefunds } from './refund/routes.ts'
import { decodeCursor, searchPage, searchText } from './search.ts'

const limitMax = 1_000
/** The year 5138; a time in milliseconds is beyond it. */
const secondsMax = 99_999_999_999
const json = 'application/json; charset=utf-8'

/** The API of payments, and the addresses that payment providers call. */
export function paymentRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    await app.register(async (keyed) => {
      keyed.addHook('onRequest', authenticate(platform))
      addSearch(keyed, platform)
      addLinkStatus(keyed, platform)
      addRefunds(keyed, platform)
    })
    await app.register(async (open) => addNotify(open, platform))
  }
}

const common = { tags: ['Payments'], security: [{ key: [] }] }

const searchSchema = {
  ...common,
  summary: 'Search payments',
  description:
    'One row for each payment and each link that it was made for, oldest first, in the order in which the gateway recorded them; an overlap of one second with the last call misses nothing. Dedupe by `id`. Without `limit` nothing is cut: the answer is streamed. A plugin key without an Accept header is answered in the LMS plugin’s dialect.',
  querystring: Type.Object({
    fromDate: Type.Integer({
      minimum: -secondsMax,
      maximum: secondsMax,
      description: 'Unix seconds, inclusive; 0 and less give all.',
      examples: [1595513742],
      'x-rule': 'must be a whole number of unix seconds',
    }),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limitMax,
        description: 'Rows of one page; `Link: <…>; rel="next"` leads to the next one.',
        'x-rule': `must be a whole number from 1 to ${limitMax}`,
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 100, description: 'Out of a `Link` header.', 'x-rule': 'must be a string' }),
    ),
  }),
  response: {
    200: {
      description: 'The rows.',
      headers: { link: { type: 'string', description: 'With `limit`: the next page, if there is one.' } },
      content: { 'application/json': { schema: Type.Array(PaymentRow) } },
    },
    ...keyedProblems(),
  },
}

interface SearchRequest {
  Querystring: { fromDate: number; limit?: number; cursor?: string }
}

function addSearch(app: FastifyInstance, platform: Platform): void {
  // Being asked counts as fetching, so there is no HEAD.
  const options = { schema: searchSchema, exposeHeadRoute: false }
  app.get<SearchRequest>('/pay/v1/payments/search', options, async (request, reply) => {
    const { provider } = accessOf(request)
    const { fromDate, limit, cursor } = request.query
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    const search = { fromDate, after, plugin: speaksPluginDialect(request) }
    if (limit === undefined) {
      const text = Readable.from(searchText(platform, provider, search), { objectMode: false })
      return reply.type(json).send(text)
    }
    const { rows, next } = await searchPage(platform, provider, search, limit)
    if (next !== undefined) {
      const query = new URLSearchParams({ fromDate: String(fromDate), limit: String(limit), cursor: next })
      const url = `${platform.settings.publicUrl}/pay/v1/payments/search?${query}`
      reply.header('link', `<${url}>; rel="next"`)
    }
    return reply.type(json).send(JSON.stringify(rows))
  })
}

function addLinkStatus(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    tags: ['Payment links'],
    summary: 'Status of a payment link',
    description:
      'What the link asks, what was paid for it, and whether a payment is in progress: while `processing` is true nobody should be asked to pay it again.',
    params: Type.Object({ token: Type.String({ description: 'The link’s token.' }) }),
    response: {
      200: {
        description: 'The link.',
        content: { 'application/json': { schema: PaymentLinkStatus } },
      },
      ...keyedProblems(404),
    },
  }
  app.get<{ Params: { token: string } }>('/pay/v1/payments/:token', { schema }, async (request) =>
    linkStatus(platform, accessOf(request).provider, request.params.token),
  )
}

interface NotifyRequest {
  Params: { method: string; providerCode: string }
}

function addNotify(app: FastifyInstance, platform: Platform): void {
  // Signatures are over the bytes as they came.
  app.removeAllContentTypeParsers()
  const bodyLimit = notificationBytesMax
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body))
  const schema = {
    tags: ['Payments'],
    summary: 'Notify of a payment',
    description:
      'For payment providers. What is not signed by the method or names no checkout changes nothing; what is believed makes the gateway ask the method.',
    params: Type.Object({
      method: Type.String({ description: 'The method’s word, such as sandbox.' }),
      providerCode: Type.String({ description: 'The biller’s code.' }),
    }),
    response: {
      200: {
        description: 'Heard, in the words that the method waits for.',
        content: { 'text/plain': { schema: Type.String() } },
      },
      204: { description: 'Heard.', type: 'null' },
      ...problems(404, 413),
    },
  }
  app.post<NotifyRequest>('/notify/:method/:providerCode', { schema, bodyLimit }, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const { method, providerCode } = request.params
    const answer = await hearNotification(platform, method, providerCode, { headers: request.headers, body })
    return answer === undefined ? reply.code(204).send() : reply.type('text/plain').send(answer)
  })
}
