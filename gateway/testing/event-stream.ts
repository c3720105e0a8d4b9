import type { GatewayEvent } from '@bill-gateway/contract'

export interface StreamedEvent {
  id: string
  type: string
  event: GatewayEvent
}

export interface OpenedStream {
  response: Response
  /** The next events, as many as asked for. Rejects where the stream ends before. */
  take(count: number): Promise<StreamedEvent[]>
  /** Resolves when the server ends the stream, with the events that were not taken. */
  ended(): Promise<StreamedEvent[]>
  /** Everything received so far, as it came. */
  text(): string
  close(): Promise<void>
}

/** A reader of server-sent events. */
export async function openEventStream(
  url: string,
  headers: Record<string, string>,
  query = '',
): Promise<OpenedStream> {
  const aborted = new AbortController()
  const response = await fetch(`${url}/pay/v1/events/stream${query}`, { headers, signal: aborted.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let received = ''
  let rest = ''
  const waiting: StreamedEvent[] = []

  /** @returns false at the end of the stream */
  const readMore = async (): Promise<boolean> => {
    const chunk = await reader?.read()
    if (!chunk || chunk.done) return false
    received += chunk.value
    const frames = (rest + chunk.value).split('\n\n')
    rest = frames.pop() ?? ''
    waiting.push(...frames.flatMap((frame) => parseFrame(frame) ?? []))
    return true
  }

  return {
    response,
    async take(count) {
      while (waiting.length < count) {
        if (!(await readMore()))
          throw new Error(`the stream ended after ${waiting.length} of ${count} events`)
      }
      return waiting.splice(0, count)
    },
    async ended() {
      while (await readMore());
      return waiting.splice(0)
    },
    text: () => received,
    async close() {
      aborted.abort()
      await reader?.cancel().catch(() => undefined)
    },
  }
}

function parseFrame(frame: string): StreamedEvent | undefined {
  const fields = new Map(
    frame.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return undefined
  return { id: fields.get('id') ?? '', type: fields.get('event') ?? '', event: JSON.parse(data) }
}
