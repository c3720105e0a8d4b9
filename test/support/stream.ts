import type { GatewayEvent } from '@bill-gateway/contract'

export interface OpenStream {
  status: number
  headers: Headers
  /** The next event; rejects where the stream ended before it came. */
  next(): Promise<GatewayEvent>
  /** The ids as the `id:` lines gave them, in order. */
  ids: string[]
  /** Reads to the end that the server makes. @returns whatever was still unread */
  ended(): Promise<GatewayEvent[]>
  close(): void
}

const decoder = new TextDecoder()

/** Opens server-sent events and returns once the answer's head is there. */
export async function openStream(url: string, headers: Record<string, string>): Promise<OpenStream> {
  const abort = new AbortController()
  const response = await fetch(url, { headers, signal: abort.signal })
  const reader = response.body?.getReader()
  const ids: string[] = []
  const queue: GatewayEvent[] = []
  let text = ''

  const readMore = async (): Promise<boolean> => {
    const part = await reader?.read()
    if (!part || part.done) return false
    text += decoder.decode(part.value, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) queue.push(...eventsOf(block, ids))
    return true
  }
  return {
    status: response.status,
    headers: response.headers,
    ids,
    async next() {
      for (;;) {
        const event = queue.shift()
        if (event) return event
        if (!(await readMore())) throw new Error('the stream ended')
      }
    },
    async ended() {
      while (await readMore().catch(() => false));
      return queue.splice(0)
    },
    close: () => abort.abort(),
  }
}

/** One block of a stream; comments and the retry line carry no event. */
function eventsOf(block: string, ids: string[]): GatewayEvent[] {
  const lines = block.split('\n')
  const field = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim())
  const data = field('data')
  if (data.length === 0) return []
  ids.push(...field('id'))
  return [JSON.parse(data.join('\n')) as GatewayEvent]
}
