import { GeneratedKey, GenerateKey } from '@bill-gateway/contract'
import type {} from '@fastify/rate-limit'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { ApiError } from '../platform/http/errors.ts'
import { problems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { generateKey } from './generate-key.ts'
import { tooMany } from './limit-key.ts'
import { findLogo } from './queries/providers.ts'

const minuteMs = 60_000
const yearSeconds = 31_536_000
const logoFreshSeconds = 300

export function providerRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    const countMiss = app.createRateLimit({ max: platform.settings.rateLimitMiss, timeWindow: minuteMs })

    app.post<{ Body: GenerateKey }>(
      '/api/service-provider/generate-key',
      { schema: generateKeySchema },
      async (request) => {
        const apiSecret = await generateKey(platform, request.body, async () => {
          const state = await countMiss(request)
          if (!state.isAllowed && state.isExceeded) throw tooMany(state.ttlInSeconds)
        })
        return { data: { apiSecret } }
      },
    )

    app.get<LogoAddress>('/brand/:code/logo', { schema: logoSchema }, async (request, reply) => {
      const logo = await findLogo(platform.db, request.params.code)
      if (!logo) throw new ApiError('not_found')
      const forEver = request.query.v === logo.hash
      return reply
        .header(
          'cache-control',
          `public, max-age=${forEver ? `${yearSeconds}, immutable` : logoFreshSeconds}`,
        )
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .type(logo.type)
        .send(logo.bytes)
    })
  }
}

const generateKeySchema = {
  tags: ['Keys'],
  summary: 'Fetch a new API secret by a PIN',
  description:
    'The operator makes the PIN. It works once, expires, and locks after five wrong tries. The new secret joins the key: the old one works until the new one is first used, 24 hours at most. Whatever is wrong, the answer is the same 401. No Basic authentication.',
  security: [],
  body: GenerateKey,
  response: { 200: { description: 'The new secret.', ...GeneratedKey }, ...problems(401, 403, 413, 415) },
}

interface LogoAddress {
  Params: { code: string }
  Querystring: { v?: string }
}

const logoSchema = {
  hide: true,
  params: Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' }) }),
  querystring: Type.Object({ v: Type.Optional(Type.String()) }),
}
