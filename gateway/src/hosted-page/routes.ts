import { setMaxListeners } from 'node:events'
import fastifyFormbody from '@fastify/formbody'
import type {} from '@fastify/rate-limit'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { findCheckout } from '../payment/index.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { findProviderByCode } from '../provider/index.ts'
import { loadAssets } from './assets.ts'
import { themeCss, themeVersion } from './brand/theme.ts'
import { type Answer, visitOf } from './context.ts'
import { fileHeaders, foreverHeaders, pageHeaders } from './headers.ts'
import { sentForm } from './pay.ts'
import { payAgain } from './pay-again.ts'
import { payLinkPage } from './pay-link.ts'
import { decideSandbox, showSandbox } from './sandbox-page.ts'
import { showCheckout } from './show-checkout.ts'
import { showLink } from './show-link.ts'
import { transferPicture } from './transfers.ts'
import { takeStream, watchCheckout } from './watch-checkout.ts'

const minuteMs = 60_000
/** Forms are a few fields; the longest names some hundred bills. */
const formBytesMax = 64 * 1024
const hidden = { schema: { hide: true } }

/** What a payer sees, and the files that it is made of. */
export function hostedPageRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    await app.register(pages(platform))
    await app.register(files(platform))
  }
}

function pages(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    const { settings } = platform
    const countPage = app.createRateLimit({ max: settings.rateLimitPage, timeWindow: minuteMs })
    const countMiss = app.createRateLimit({ max: settings.rateLimitMiss, timeWindow: minuteMs })
    const closing = new AbortController()
    // Every open stream listens.
    setMaxListeners(0, closing.signal)
    await app.register(fastifyFormbody, { bodyLimit: formBytesMax })
    app.addHook('preClose', async () => closing.abort())
    app.addHook('onRequest', async (request) => orTooMany(await countPage(request)))

    /** Only what nobody knows is counted as a miss, so guessing never shuts out a payer with a right link. */
    const send = async (request: FastifyRequest, reply: FastifyReply, answer: Answer | undefined) => {
      if (!answer) {
        orTooMany(await countMiss(request))
        throw new ApiError('not_found')
      }
      reply.headers(pageHeaders).code(answer.status)
      if ('location' in answer) return reply.header('location', answer.location).send()
      return reply.type('text/html; charset=utf-8').send(answer.html)
    }

    app.get<Token>('/single-payment/:token', hidden, async (request, reply) =>
      send(request, reply, await showLink(platform, visitOf(request), request.params.token)),
    )
    app.post<Token>('/single-payment/:token', hidden, async (request, reply) => {
      const { params, body } = request
      return send(request, reply, await payLinkPage(platform, visitOf(request), params.token, sentForm(body)))
    })
    app.get<Id>('/checkout/:id', hidden, async (request, reply) =>
      send(request, reply, await showCheckout(platform, visitOf(request), request.params.id)),
    )
    app.post<Id>('/checkout/:id', hidden, async (request, reply) => {
      const { params, body } = request
      return send(request, reply, await payAgain(platform, visitOf(request), params.id, sentForm(body)))
    })
    app.get<Id>(
      '/checkout/:id/events',
      { ...hidden, exposeHeadRoute: false },
      streamOfStates(platform, closing.signal),
    )
    app.get<Id>('/checkout/:id/transfer.png', hidden, async (request, reply) => {
      const picture = await transferPicture(platform, request.params.id)
      if (!picture) return send(request, reply, undefined)
      return reply
        .headers({ ...pageHeaders, 'content-disposition': `attachment; filename="${picture.name}"` })
        .type('image/png')
        .send(picture.png)
    })
    app.get<Id>('/sandbox/:id', hidden, async (request, reply) =>
      send(request, reply, await showSandbox(platform, visitOf(request), request.params.id)),
    )
    app.post<Id>('/sandbox/:id', hidden, async (request, reply) =>
      send(request, reply, await decideSandbox(platform, request.params.id, request.body)),
    )
  }
}

/** Every change of a checkout’s state, for a page that waits for it. */
function streamOfStates(platform: Platform, closing: AbortSignal) {
  return async ({ params, ip }: FastifyRequest<Id>, reply: FastifyReply): Promise<void> => {
    if (!(await findCheckout(platform.db, params.id))) throw new ApiError('not_found')
    const giveBack = takeStream(ip)
    if (!giveBack) throw new ApiError('too_many_requests', { headers: { 'retry-after': '5' } })
    reply.hijack()
    reply.raw.writeHead(200, streamHeaders)
    await watchCheckout(platform, params.id, reply.raw, closing).finally(giveBack)
  }
}

interface Token {
  Params: { token: string }
}
interface Id {
  Params: { id: string }
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
}

type Counted = Awaited<ReturnType<ReturnType<FastifyRequest['server']['createRateLimit']>>>

function orTooMany(state: Counted): void {
  if (!state.isAllowed && state.isExceeded)
    throw new ApiError('too_many_requests', { headers: { 'retry-after': String(state.ttlInSeconds) } })
}

function files(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    const assets = await loadAssets()
    app.get<{ Params: { name: string } }>('/assets/:name', hidden, async ({ params }, reply) => {
      const file = assets.files.get(params.name)
      if (!file) throw new ApiError('not_found')
      return reply.headers(foreverHeaders).type(file.type).send(file.body)
    })
    app.get<Theme>('/brand/:code/theme.css', hidden, async ({ params, query }, reply) => {
      const provider = await findProviderByCode(platform.db, params.code)
      if (!provider?.color) throw new ApiError('not_found')
      const current = query.v === themeVersion(provider.color)
      return reply
        .headers(current ? foreverHeaders : fileHeaders)
        .type('text/css; charset=utf-8')
        .send(themeCss(provider.color))
    })
  }
}

interface Theme {
  Params: { code: string }
  Querystring: { v?: string }
}
