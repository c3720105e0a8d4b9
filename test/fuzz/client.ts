import { Agent, type IncomingMessage, request } from 'node:http'

export interface FuzzRequest {
  kind: string
  method: string
  path: string
  headers: Record<string, string>
  body?: string | Buffer
  /** Where it is known: exactly these fields are bad, by JSON pointer. */
  bad?: string[]
}

export interface FuzzAnswer {
  status: number
  contentType: string
  text: string
}

/** Keeps its connections; answers arrive in any order. */
export function openClient(url: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)
  return {
    close: () => agent.destroy(),
    send: ({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> =>
      new Promise((resolve, reject) => {
        const length: Record<string, string | number> =
          body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
        const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } })
        outgoing.on('error', reject)
        outgoing.on('response', (response) => {
          read(response).then(resolve, reject)
        })
        outgoing.end(body)
      }),
  }
}

/** A stream has no end: its head says all. */
async function read(response: IncomingMessage): Promise<FuzzAnswer> {
  const status = response.statusCode ?? 0
  const contentType = response.headers['content-type'] ?? ''
  if (contentType.startsWith('text/event-stream')) {
    response.destroy()
    return { status, contentType, text: '' }
  }
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status, contentType, text: Buffer.concat(chunks).toString() }
}
