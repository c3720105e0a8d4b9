import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Client, type ClientOptions, createClient } from '../src/index.ts'

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** Answers the n-th request, from 1. */
export type Script = (
  nth: number,
  request: SeenRequest,
  response: ServerResponse,
  raw: IncomingMessage,
) => void | Promise<void>

export interface FakeGateway {
  url: string
  seen: SeenRequest[]
  client: Client
  clientWith(options: Partial<ClientOptions>): Client
  close(): Promise<void>
}

/** An HTTP server on a loopback port that does as the script says: the network as the client meets it. */
export async function startFakeGateway(
  script: Script,
  { readBody = true }: { readBody?: boolean } = {},
): Promise<FakeGateway> {
  const seen: SeenRequest[] = []
  const server = createServer(async (raw, response) => {
    const request = { method: raw.method ?? '', url: raw.url ?? '', headers: raw.headers, body: '' }
    const nth = seen.push(request)
    try {
      if (readBody) for await (const chunk of raw) request.body += String(chunk)
      await script(nth, request, response, raw)
    } catch (error) {
      // The client may go away at any time.
      if (!raw.destroyed) throw error
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientWith: FakeGateway['clientWith'] = (options) =>
    createClient({ baseUrl: url, apiKey: 'test_key', apiSecret: 'sécret', ...options })
  return {
    url,
    seen,
    client: clientWith({}),
    clientWith,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export function answerProblem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
  more: object = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
  response.end(
    JSON.stringify({
      type: `http://x/docs/errors#${code}`,
      title: 'T',
      status,
      code,
      requestId: 'r-1',
      ...more,
    }),
  )
}
