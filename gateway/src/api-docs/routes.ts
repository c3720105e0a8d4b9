import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { assetNames, assets } from './assets.ts'
import type { ApiDocument } from './document.ts'
import { renderErrors } from './errors-page.tsx'
import { renderDocs, type Site } from './page.tsx'

const pageHeaders = {
  'cache-control': 'public, max-age=300',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
}

/** The samples name no gateway in particular; here they name this one. */
function documentOf(app: FastifyInstance, settings: Platform['settings']): ApiDocument {
  const text = JSON.stringify(app.swagger())
    .replaceAll('https://pay.example.pl', settings.publicUrl)
    .replaceAll('https://zapl.ac', settings.shortUrl)
  return JSON.parse(text) as ApiDocument
}

/** /docs, /docs/errors and their files. Register it last: it shows what was registered before it. */
export function docsRoutes({ settings }: Platform): FastifyPluginAsync {
  return async (app) => {
    const site: Site = {
      baseUrl: settings.publicUrl,
      shortUrl: settings.shortUrl,
      base: `${new URL(settings.publicUrl).pathname.replace(/\/+$/, '')}/`,
      assets: assetNames,
      rates: settings,
    }
    let pages: { docs: string; errors: string } | undefined
    const render = () => {
      pages ??= { docs: renderDocs(documentOf(app, settings), site), errors: renderErrors(site) }
      return pages
    }
    const send = (reply: FastifyReply, html: string) =>
      reply.headers(pageHeaders).type('text/html; charset=utf-8').send(html)

    app.get('/docs', { schema: { hide: true } }, async (_request, reply) => send(reply, render().docs))
    app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
      send(reply, render().errors),
    )
    app.get<{ Params: { file: string } }>(
      '/docs/assets/:file',
      { schema: { hide: true } },
      async (request, reply) => {
        const file = assets.get(request.params.file)
        if (!file) throw new ApiError('not_found')
        return reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .type(file.type)
          .send(file.body)
      },
    )
  }
}
