import type { FastifyPluginAsync } from 'fastify'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { readerOf, unsubscribe } from './unsubscribe.ts'

const bodyBytesMax = 1024

interface Token {
  Params: { token: string }
}

/**
 * Where a reader gives up notices. A mail program presses by itself (RFC 8058), a reader by the button; a GET,
 * as scanners of mails send it, changes nothing.
 */
export function mailRoutes(platform: Platform): FastifyPluginAsync {
  const known = async (token: string) => {
    const reader = await readerOf(platform.db, token)
    const provider = reader && (await findProvider(platform.db, reader.providerId))
    if (!provider) throw new ApiError('not_found')
    return { reader, provider }
  }
  return async (app) => {
    app.removeAllContentTypeParsers()
    // What a program sends along says nothing that the address does not say.
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_request, _body, done) =>
      done(null, undefined),
    )
    const options = { schema: { hide: true } }
    app.get<Token>('/mail/unsubscribe/:token', options, async ({ params }, reply) => {
      const { provider } = await known(params.token)
      const { unsubscribePage } = await import('./views/unsubscribe.tsx')
      return reply.headers(pageHeaders).send(unsubscribePage(provider, 'asked'))
    })
    app.post<Token>('/mail/unsubscribe/:token', options, async ({ params }, reply) => {
      const { reader, provider } = await known(params.token)
      await unsubscribe(platform.db, reader)
      const { unsubscribePage } = await import('./views/unsubscribe.tsx')
      return reply.headers(pageHeaders).send(unsubscribePage(provider, 'done'))
    })
  }
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-robots-tag': 'noindex, nofollow',
} as const
