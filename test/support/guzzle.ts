import { basic } from '../../gateway/testing/gateway.ts'
import { exchange, type RawAnswer } from './raw-socket.ts'

export interface GuzzleAnswer extends RawAnswer {
  json: unknown
}

/**
 * A request in the bytes that Guzzle 7 writes: no Accept, no Accept-Encoding, its own User-Agent, JSON with
 * PHP's escapes (`\/` and `\u0105`).
 */
export async function guzzle(
  url: string,
  method: string,
  path: string,
  { body, credentials, host }: GuzzleOptions = {},
): Promise<GuzzleAnswer> {
  const json = body === undefined ? undefined : phpJson(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host ?? new URL(url).host}`,
    ...(credentials ? [`Authorization: ${basic(credentials)}`] : []),
    'User-Agent: GuzzleHttp/7',
    ...(json === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${json.length}`]),
  ]
  const answer = await exchange(url, `${head.join('\r\n')}\r\n\r\n${json ?? ''}`)
  const isJson = answer.headers['content-type']?.includes('json') && answer.body !== ''
  return { ...answer, json: isJson ? JSON.parse(answer.body) : undefined }
}

export interface GuzzleOptions {
  body?: unknown
  credentials?: { apiKey: string; apiSecret: string }
  host?: string
}

/** As json_encode writes it: ASCII only, slashes escaped. */
function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
