import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiError } from '../platform/http/errors.ts'
import type { Platform } from '../platform/platform.ts'
import { basePath, frameFor, languageQuery, visitOf } from './context.ts'
import { drawMessage } from './draw.tsx'
import { pageHeaders } from './headers.ts'
import {
  brokenMessage,
  limitedMessage,
  methodMessage,
  notFoundMessage,
  refusedRequestMessage,
  unknownMessage,
} from './messages.ts'
import type { Message } from './views/models.ts'

/** Addresses that people open: their errors are pages whatever the browser says that it accepts. */
const pages = /^\/(single-payment|checkout|sandbox)(\/|$)/
/** Addresses of programs: their errors are problem details. */
const programs = /^\/(pay|api|notify|health|metrics|openapi\.json|s\/encode)(\/|$)/
const links = /^\/(single-payment|s)(\/|$)/

/** Renders errors for browsers; undefined where the caller wants problem details. */
export function renderHtmlError(platform: Platform) {
  return async (
    error: ApiError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string | undefined> => {
    const path = request.url.split('?', 1)[0] ?? '/'
    if (!wantsHtml(path, request.headers.accept)) return undefined
    reply.headers(pageHeaders)
    const visit = visitOf(request)
    const again = `${basePath(platform)}${path}${languageQuery(visit)}`
    return drawMessage(await frameFor(platform, visit), messageOf(error, path, request.id, again))
  }
}

function wantsHtml(path: string, accept: string | undefined): boolean {
  if (programs.test(path)) return false
  return pages.test(path) ? !accept?.includes('text/event-stream') : (accept?.includes('text/html') ?? false)
}

function messageOf(error: ApiError, path: string, requestId: string, again: string): Message {
  if (error.status === 404) return links.test(path) ? unknownMessage : notFoundMessage
  if (error.status === 405) return methodMessage
  if (error.status === 429) return limitedMessage(again)
  return error.status >= 500 ? brokenMessage(requestId, again) : refusedRequestMessage
}
