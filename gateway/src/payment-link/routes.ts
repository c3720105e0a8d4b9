import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import {
  BulkResult,
  CancelPaymentLink,
  CreatedPaymentLinks,
  CreatePaymentLinks,
  PaymentLinkItem,
  PluginPaymentLinks,
} from '@bill-gateway/contract'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { ApiError } from '../platform/http/errors.ts'
import { keyedProblems } from '../platform/http/problems.ts'
import { metrics } from '../platform/metrics.ts'
import type { Platform } from '../platform/platform.ts'
import {
  accessOf,
  authenticate,
  becomePluginKey,
  speaksPluginDialect,
  withIdempotencyKey,
} from '../provider/index.ts'
import { answerOf, pluginAnswerOf } from './answer.ts'
import { type Cancelled, cancelLink } from './cancel.ts'
import { type Created, countLinks, createLinks } from './create.ts'
import { isAbsent, isObject } from './normalise-item.ts'
import { readRequest } from './read-items.ts'
import { answerUpload } from './upload.ts'

const common = { tags: ['Payment links'], security: [{ key: [] }] }
const idempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'The same key with the same body answers the first answer again for 24 hours.',
    }),
  ),
})
const ndjson = 'application/x-ndjson'

/** The API of payment links, but for their status, which the payment room knows. */
export function paymentLinkRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    addCreate(app, platform)
    addCancel(app, platform)
    await app.register(async (scope) => addBulk(scope, platform))
  }
}

function addCreate(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Create or update payment links',
    description:
      'Makes a link for each item, or updates the active link of its (userId, operationId): all items or none. The answer has the order of the request. The LMS plugin, which sends providerCode, is answered a bare array.',
    headers: idempotencyKey,
    body: CreatePaymentLinks,
    response: {
      201: {
        description: 'The links, in the order of the request.',
        content: { 'application/json': { schema: Type.Union([CreatedPaymentLinks, PluginPaymentLinks]) } },
      },
      ...keyedProblems(409, 413, 415, 422),
    },
  }
  // readRequest validates by the same schema, after it has brought the body into its normal form.
  const validatorCompiler = () => () => true
  app.post('/pay/v1/payments', { schema, validatorCompiler }, async (request, reply) => {
    const access = accessOf(request)
    const { provider } = access
    const { bills, lmsPlugin } = readRequest(provider, request.body)
    const shortCodes = !lmsPlugin || platform.settings.pluginShortLinks
    let done: Created | undefined
    const { body } = await withIdempotencyKey(platform, request, access, async (tx) => {
      if (lmsPlugin) await becomePluginKey(tx, access)
      done = await createLinks(tx, provider, bills, { lmsPlugin, shortCodes })
      const answer = lmsPlugin ? pluginAnswerOf : answerOf
      return { status: 201, body: answer(platform.settings, done.answers) }
    })
    if (done) countLinks(done)
    return reply.code(201).type('application/json; charset=utf-8').send(body)
  })
}

function addCancel(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Cancel a payment link',
    description:
      'PAID: paid another way; referenceNumber names the transfer that paid it. CANCELLED: out of date or made by mistake. revoke: the link went to the wrong person and shows nothing any more; it must be said with the cancel, a link that is already paid or cancelled answers 409.',
    headers: idempotencyKey,
    params: Type.Object({ token: Type.String({ description: 'The link’s token.' }) }),
    body: CancelPaymentLink,
    response: {
      204: { description: 'The link is cancelled.', type: 'null' },
      ...keyedProblems(404, 409, 413, 415, 422),
    },
  }
  app.post<{ Params: { token: string }; Body: CancelPaymentLink }>(
    '/pay/v1/payments/:token/cancel',
    {
      schema,
      preValidation: async (request) => {
        request.body = withoutAbsent(request.body) as CancelPaymentLink
      },
    },
    async (request, reply) => {
      const access = accessOf(request)
      const forgiving = speaksPluginDialect(request)
      let done: Cancelled | undefined
      await withIdempotencyKey(platform, request, access, async (tx) => {
        done = await cancelLink(tx, access.provider, request.params.token, request.body)
        if (done === 'unknown' && !forgiving) throw new ApiError('not_found')
        if (done === 'ended' && !forgiving) throw new ApiError('link_not_active')
        return { status: 204, body: undefined }
      })
      if (done === 'cancelled') metrics.links.inc({ act: 'cancelled' })
      return reply.code(204).send()
    },
  )
}

/** null and an empty string mean that an optional field is absent. */
function withoutAbsent(body: unknown): unknown {
  if (!isObject(body)) return body
  return Object.fromEntries(
    Object.entries(body).filter(([field, value]) => field === 'resolution' || !isAbsent(value)),
  )
}

function addBulk(app: FastifyInstance, platform: Platform): void {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  app.addHook('preClose', async () => closing.abort())
  // Only this media type, and as a stream: there is no limit on its length.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(ndjson, (_request, payload, done) => done(null, payload))
  const schema = {
    ...common,
    summary: 'Create or update any number of payment links',
    description:
      'One item a line; one result a line in the same order, while the request is still being sent: read the answers as you send. A bad line fails alone. A line that names a pair again updates its link. Lines are stored in batches; an upload that breaks off has stored whole batches from its beginning. A line may have 64 KB; blank lines are skipped and counted.',
    body: { content: { [ndjson]: { schema: PaymentLinkItem } } },
    response: {
      200: {
        description: 'One result a line.',
        content: { [ndjson]: { schema: BulkResult } },
      },
      ...keyedProblems(415),
    },
  }
  const validatorCompiler = () => () => true
  app.post('/pay/v1/payments/bulk', { schema, validatorCompiler }, async (request, reply) => {
    const input = request.body instanceof Readable ? request.body : Readable.from([])
    return reply.type(ndjson).send(answerUpload(platform, accessOf(request), input, closing.signal))
  })
}
