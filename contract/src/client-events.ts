import { readChunks } from './client-body.ts'
import { BillGatewayError } from './client-error.ts'
import { connectionFailed, type Transport, timedOut, unexpected } from './client-request.ts'
import { mayPass, pause, pauseAfter } from './client-retry.ts'
import type { EventPage, EventType, GatewayEvent } from './event.ts'
import { readEventStream, type StreamMessage } from './event-stream.ts'

/** The event of a type: `EventOf<'payment.succeeded'>`. */
export type EventOf<T extends EventType> = Extract<GatewayEvent, { type: T }>

export interface ListEventsOptions {
  /** Id of the last event that you have dealt with. Default `"0"`: from the oldest event that is kept. */
  after?: string
  /** Events a page. */
  limit?: number
  signal?: AbortSignal
}

export interface StreamEventsOptions<T extends EventType = EventType> {
  /**
   * Id of the last event that you have dealt with: the stream goes on right after it. Without it the stream
   * starts with what happens from now on.
   */
  lastEventId?: string
  /** Only these. Default: all, those included that this version of the client does not know. */
  types?: readonly T[]
  /** Ends the stream quietly: the loop ends as if there were no more events. */
  signal?: AbortSignal
}

const path = '/pay/v1/events'
/** The gateway says something every 15 s: three misses mean that the connection is dead without saying so. */
export const silenceMsMax = 50_000
const reconnectPauseMsMax = 30_000

export async function listEvents(transport: Transport, options: ListEventsOptions): Promise<EventPage> {
  const { after = '0', limit, signal } = options
  const call = 'events.list'
  const { body } = await transport.send({
    call,
    method: 'GET',
    path,
    query: { after, limit },
    repeatable: true,
    signal,
  })
  return body as EventPage
}

/** Events as they happen, over as many connections as it takes. */
export async function* streamEvents<T extends EventType>(
  transport: Transport,
  options: StreamEventsOptions<T>,
): AsyncGenerator<EventOf<T>, void, undefined> {
  const { signal, types } = options
  const wanted = types && new Set<string>(types)
  let cursor = options.lastEventId
  let failures = 0
  while (!signal?.aborted) {
    let failure: unknown
    try {
      for await (const message of connect(transport, cursor, signal)) {
        failures = 0
        cursor = message.id ?? cursor
        if (message.data === '') continue
        const event = eventOf(message.data)
        if (!wanted || wanted.has(event.type)) yield event as EventOf<T>
      }
    } catch (error) {
      if (signal?.aborted) return
      if (!mayPass(error)) throw error
      failure = error
    }
    failures++
    await pause(pauseAfter(failures, failure, reconnectPauseMsMax), signal).catch(() => undefined)
  }
}

/** One connection, until it ends, breaks or falls silent. */
async function* connect(
  transport: Transport,
  cursor: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamMessage, void, undefined> {
  const call = 'events.stream'
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  const giveUp = (ms: number) => setTimeout(() => controller.abort(timedOut(call, ms)), ms)
  let timer = giveUp(transport.timeoutMs)
  try {
    const response = await transport.open({
      call,
      method: 'GET',
      path: `${path}/stream`,
      headers: { accept: 'text/event-stream', ...(cursor === undefined ? {} : { 'last-event-id': cursor }) },
      signal: controller.signal,
    })
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw unexpected(call, response.status, 'the answer is no event stream')
    }
    const heard = async function* () {
      for await (const chunk of readChunks(response)) {
        // No time counts while the caller deals with what was heard.
        clearTimeout(timer)
        yield chunk
        timer = giveUp(silenceMsMax)
      }
    }
    clearTimeout(timer)
    timer = giveUp(silenceMsMax)
    yield* readEventStream(heard())
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw error instanceof BillGatewayError ? error : connectionFailed(call, error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    controller.abort()
  }
}

function eventOf(data: string): GatewayEvent {
  try {
    const event: unknown = JSON.parse(data)
    if (typeof event === 'object' && event !== null && 'type' in event) return event as GatewayEvent
  } catch {
    // Said below.
  }
  throw unexpected('events.stream', 200, 'a message is no event')
}
