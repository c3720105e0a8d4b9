import { randomUUID } from 'node:crypto'
import fastifyRateLimit from '@fastify/rate-limit'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import type { Platform } from '../platform.ts'
import { allowedMethods, collectRoutes } from './allowed-methods.ts'
import { ApiError, apiErrorOf, renderProblem } from './errors.ts'
import { rewriteUrl } from './rewrite-url.ts'
import { securityHeaders } from './security-headers.ts'
import { validatorCompiler } from './validation.ts'

/** Largest JSON or form body: 100 links with every field at its longest are under half of it. */
const bodyBytesMax = 1024 * 1024
/** A connection on which nothing moves is closed; streams send a heartbeat every 15 s. */
const idleConnectionMs = 75_000
/** Time for the whole of a request to arrive: a bulk upload may go on for long. */
const requestMs = 60 * 60 * 1000

/** Renders an error for a browser, or returns undefined where the caller wants problem details. */
export type HtmlErrors = (
  error: ApiError,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | undefined>

/** A server with everything that no room owns: limits, headers, errors, validation. Rooms are registered by app.ts. */
export async function buildServer(platform: Platform, htmlErrors?: HtmlErrors): Promise<FastifyInstance> {
  const { settings } = platform
  const app = fastify({
    loggerInstance: platform.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: settings.trustedProxies.length > 0 ? settings.trustedProxies : false,
    rewriteUrl: rewriteUrl(settings),
    bodyLimit: bodyBytesMax,
    connectionTimeout: idleConnectionMs,
    requestTimeout: requestMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    return503OnClosing: true,
  })
  app.setValidatorCompiler(validatorCompiler())
  const routes = collectRoutes(app)
  const answerError = async (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const error = apiErrorOf(thrown)
    if (error.status >= 500) request.log.error({ err: error.cause ?? error }, error.message)
    if (reply.raw.headersSent) return reply.raw.destroy()
    const html = await htmlErrors?.(error, request, reply)
    if (html === undefined) return renderProblem(error, request, reply, settings.publicUrl)
    return reply.code(error.status).headers(error.headers).type('text/html; charset=utf-8').send(html)
  }
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => {
    const allow = allowedMethods(routes, request.url)
    const known = allow.length > 0 && !allow.includes(request.method)
    const error = known
      ? new ApiError('method_not_allowed', { headers: { allow: allow.join(', ') } })
      : new ApiError('not_found')
    return answerError(error, request, reply)
  })
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({ req: request, res: reply, ms: Math.round(reply.elapsedTime) }, 'request')
    done()
  })
  const headers = securityHeaders(settings.publicUrl.startsWith('https:'))
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    done(null, payload)
  })
  await app.register(fastifyRateLimit, { global: false, enableDraftSpec: true })
  // The API takes JSON; who takes anything else registers it for its own routes.
  app.removeContentTypeParser('text/plain')
  return app
}
