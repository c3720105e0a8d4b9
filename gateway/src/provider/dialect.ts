import type { FastifyRequest } from 'fastify'
import { accessOf } from './authenticate.ts'

/**
 * Whether a call other than create is in the LMS plugin's dialect: a plugin key, and no Accept header. The
 * plugin's HTTP client sends none; curl, fetch and axios do, so people who try a plugin's key by hand see the
 * ordinary API.
 */
export function speaksPluginDialect(request: FastifyRequest): boolean {
  return accessOf(request).lmsPlugin && request.headers.accept === undefined
}
