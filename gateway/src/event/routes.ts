import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import { EventPage, eventRetentionDays } from '@bill-gateway/contract'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate } from '../provider/index.ts'
import { refuseExpired } from './cursor.ts'
import { markFetched } from './fetch.ts'
import { eventPage } from './poll.ts'
import { newestEventId } from './queries.ts'
import { ordinaryPace, type Pace, streamEvents } from './stream.ts'

const limitDefault = 100
const limitMax = 1_000

export function eventRoutes(platform: Platform, pace: Pace = ordinaryPace): FastifyPluginAsync {
  return async (app) => {
    const { db } = platform
    const closing = new AbortController()
    setMaxListeners(0, closing.signal)
    const open = new Set<Promise<void>>()
    app.addHook('onRequest', authenticate(platform))
    app.addHook('preClose', async () => {
      closing.abort()
      await Promise.all(open)
    })

    app.get<PollRequest>('/pay/v1/events', { schema: pollSchema }, async (request, reply) => {
      const { provider } = accessOf(request)
      const after = BigInt(request.query.after)
      await refuseExpired(db, provider.id, after)
      await markFetched(db, provider.id, after)
      const page = Readable.from(eventPage(db, provider, after, request.query.limit))
      return reply.type('application/json; charset=utf-8').send(page)
    })

    const streamOptions = { schema: streamSchema, exposeHeadRoute: false }
    app.get<StreamRequest>('/pay/v1/events/stream', streamOptions, async (request, reply) => {
      const access = accessOf(request)
      const resumed = request.headers['last-event-id'] || request.query.lastEventId
      const after = resumed ? BigInt(resumed) : await newestEventId(db, access.provider.id)
      if (resumed) await refuseExpired(db, access.provider.id, after)
      startStream(reply)
      const stream = streamEvents({ platform, access, response: reply.raw, pace }, after, closing.signal)
      open.add(stream)
      await stream.finally(() => open.delete(stream))
    })
  }
}

/** From here on the answer is ours: status and headers are out. */
function startStream(reply: FastifyReply): void {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // nginx would hold events back until its buffer is full.
    'x-accel-buffering': 'no',
    connection: 'close',
  })
}

interface PollRequest {
  Querystring: { after: string; limit: number }
}
interface StreamRequest {
  Headers: { 'last-event-id'?: string }
  Querystring: { lastEventId?: string }
}

const security = [{ key: [] }]
const eventIdRule = { 'x-rule': 'must be the id of an event: a decimal number of at most 18 digits' }

const pollSchema = {
  tags: ['Events'],
  summary: 'Fetch events by polling',
  description: `Oldest first. Give \`next\` of the answer as \`after\` of the next call: no event that you have passed ever appears later, and everything up to \`after\` counts as fetched. Events are kept ${eventRetentionDays} days.`,
  security,
  querystring: Type.Object({
    after: Type.Optional(
      Type.String({
        pattern: '^\\d{1,18}$',
        default: '0',
        description: 'Id of the last event that you have booked; 0 gives all.',
        ...eventIdRule,
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: limitMax,
        default: limitDefault,
        description: 'Events of a page.',
        'x-rule': `must be a whole number from 1 to ${limitMax}`,
      }),
    ),
  }),
  response: { 200: { description: 'A page of events.', ...EventPage }, ...keyedProblems(410) },
}

const streamSchema = {
  tags: ['Events'],
  summary: 'Hear of events as they happen',
  description:
    'Server-sent events; works behind NAT. Each has `id`, `event` (its type) and `data` (the event as JSON on one line). Without Last-Event-ID the stream starts now; with it, it resumes after that event without loss. A comment every 15 seconds keeps the connection alive. The stream ends at once when the key is revoked.',
  security,
  headers: Type.Object({
    'last-event-id': Type.Optional(
      Type.String({
        pattern: '^\\d{0,18}$',
        description: 'Id of the last event that you have booked.',
        ...eventIdRule,
      }),
    ),
  }),
  querystring: Type.Object({
    lastEventId: Type.Optional(
      Type.String({
        pattern: '^\\d{0,18}$',
        description: 'As Last-Event-ID, for clients that cannot send headers; the header counts first.',
        ...eventIdRule,
      }),
    ),
  }),
  response: {
    200: {
      description: 'A stream of events.',
      content: { 'text/event-stream': { schema: Type.String() } },
    },
    ...keyedProblems(410),
  },
}
