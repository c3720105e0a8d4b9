import { EncodedShortLink, EncodeShortLink } from '@bill-gateway/contract'
import type {} from '@fastify/rate-limit'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { problems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { encodeParameters } from './encode.ts'
import { utmName } from './parameters.ts'
import { targetOf } from './redirect.ts'
import { readShortLinkUrl, shortLinkUrl } from './short-link.ts'

const minuteMs = 60_000
const common = { tags: ['Short links'], security: [] }

/** Short links live under /s; requests to the short-link service’s own host are sent there by the server. */
export function shortLinkRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    const { settings } = platform
    const limiter = app.createRateLimit({ max: settings.rateLimitMiss, timeWindow: minuteMs })
    const countMiss = async (request: FastifyRequest): Promise<void> => {
      const state = await limiter(request)
      if (state.isAllowed || !state.isExceeded) return
      throw new ApiError('too_many_requests', { headers: { 'retry-after': String(state.ttlInSeconds) } })
    }
    const redirect = async (
      request: FastifyRequest<{ Params: { code: string; params?: string } }>,
      reply: FastifyReply,
    ) => {
      const target = await targetOf(platform, request.params.code, request.params.params)
      if (target !== undefined)
        return reply.code(302).headers(redirectHeaders).header('location', target).send()
      await countMiss(request)
      return reply.callNotFound()
    }
    app.get('/s/:code', { schema: redirectSchema }, redirect)
    app.get('/s/:code/:params', { schema: redirectWithParametersSchema }, redirect)

    app.post<{ Body: EncodeShortLink; Querystring: Record<string, string> }>(
      '/s/encode',
      { schema: encodeSchema },
      async (request, reply) => {
        const address = readShortLinkUrl(settings, request.body.url)
        if (!address) throw badUrl()
        const suffix = await encodeParameters(platform, address, Object.entries(request.query))
        if (suffix === undefined) {
          await countMiss(request)
          throw new ApiError('not_found')
        }
        const url = shortLinkUrl(settings, address.code, suffix)
        // The LMS plugin sends no Accept header and puts the whole answer into its messages.
        if (request.headers.accept === undefined) return reply.type('text/plain; charset=utf-8').send(url)
        return reply.send({ url })
      },
    )
  }
}

const redirectHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
}

function badUrl(): ApiError {
  return validationFailed([
    { pointer: '/url', code: 'invalid_url', detail: 'url must be a short link of this service' },
  ])
}

/** Errors that a browser is shown as a page. */
function pageProblems(...statuses: number[]) {
  return Object.fromEntries(
    Object.entries(problems(...statuses)).map(([status, { description, content }]) => [
      status,
      { description, content: { ...content, 'text/html': { schema: Type.String() } } },
    ]),
  )
}

const redirectSchema = {
  ...common,
  summary: 'Follow a short link',
  description: 'Leads to the payer’s page. Only unknown codes are rate-limited.',
  params: Type.Object({ code: Type.String({ description: '10 letters and digits.' }) }),
  response: {
    302: { description: 'To the page, its address in `Location`.', type: 'null' },
    ...pageProblems(404),
  },
}

const redirectWithParametersSchema = {
  ...redirectSchema,
  summary: 'Follow a short link with parameters',
  description: 'As without; the parameters that the suffix stands for are added to the page’s address.',
  params: Type.Object({
    code: Type.String({ description: '10 letters and digits.' }),
    params: Type.String({ description: 'A suffix that /encode gave; an unknown one is ignored.' }),
  }),
}

const parameter = (description: string) =>
  Type.Optional(Type.String({ maxLength: 100, description, 'x-rule': 'must have at most 100 characters' }))

const encodeSchema = {
  ...common,
  summary: 'Add parameters to a short link',
  description:
    'Parameters of this call become a suffix of one to three characters; the same set always has the same suffix. Only type, connectApp, lang and utm_* are taken, at most 10, all others are dropped. Parameters that the link has already stay unless given again. No authentication: only known codes. Without an Accept header the answer is the bare address as text.',
  querystring: Type.Object(
    {
      type: parameter('balance or connect'),
      connectApp: parameter('Id of the app to connect with.'),
      lang: parameter('pl, en or uk'),
    },
    {
      patternProperties: {
        [utmName]: { type: 'string', maxLength: 100, 'x-rule': 'must have at most 100 characters' },
      },
    },
  ),
  body: EncodeShortLink,
  response: {
    200: {
      description: 'The short link with its suffix.',
      content: {
        'application/json': { schema: EncodedShortLink },
        'text/plain': { schema: Type.String() },
      },
    },
    ...problems(404, 409, 413, 415),
  },
}
