import type {} from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'

type Limiter = ReturnType<FastifyRequest['server']['createRateLimit']>

const windowMs = 1_000
/** One count per process, however many rooms ask for keys. */
const limiters = new WeakMap<Platform, Limiter>()

/** Counts a request of a live key and says in the headers what is left. @throws ApiError 429 */
export async function limitKey(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const state = await limiterOf(platform, request)(request)
  if (state.isAllowed) return
  reply.headers({
    'ratelimit-limit': state.max,
    'ratelimit-remaining': state.remaining,
    'ratelimit-reset': state.ttlInSeconds,
  })
  if (state.isExceeded) throw tooMany(state.ttlInSeconds)
}

export function tooMany(retryAfterSeconds: number): ApiError {
  return new ApiError('too_many_requests', { headers: { 'retry-after': String(retryAfterSeconds) } })
}

function limiterOf(platform: Platform, request: FastifyRequest): Limiter {
  const known = limiters.get(platform)
  if (known) return known
  const limiter = request.server.createRateLimit({
    max: platform.settings.rateLimitKey,
    timeWindow: windowMs,
    keyGenerator: (limited) => String(limited.access?.keyId),
  })
  limiters.set(platform, limiter)
  return limiter
}
