import { Agent, type Dispatcher, request } from 'undici'

/** A request to somebody else's server. */
export interface OutgoingRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  url: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Milliseconds for all of it, from the name to the last byte. Default 10,000. */
  timeoutMs?: number
  /** Bytes of the answer that are read; a longer one is an error. Default 1 MiB. */
  bytesMax?: number
  /** Where connections come from. Default: one shared agent that keeps them open. */
  dispatcher?: Dispatcher
}

export interface OutgoingAnswer {
  status: number
  /** Names in lower case; of a repeated header the first. */
  headers: Record<string, string | undefined>
  body: Buffer
}

export type OutgoingFailure = 'timeout' | 'too-large' | 'unreachable'

/** There is no answer. The message names the host alone: addresses may hold secrets. */
export class OutgoingError extends Error {
  override name = 'OutgoingError'
  readonly failure: OutgoingFailure

  constructor(failure: OutgoingFailure, host: string, cause?: unknown) {
    super(`${host}: ${sentences[failure]}`, { cause })
    this.failure = failure
  }
}

const sentences: Record<OutgoingFailure, string> = {
  timeout: 'no answer in time',
  'too-large': 'the answer is too large',
  unreachable: 'the connection failed',
}

const defaultTimeoutMs = 10_000
const defaultBytesMax = 1024 * 1024
const shared = new Agent({ keepAliveTimeout: 4_000, connect: { timeout: 5_000 }, connections: 64 })

/**
 * Sends a request and reads the whole answer, whatever its status. Redirects are not followed: whoever means
 * them reads `location`.
 *
 * @throws OutgoingError where no whole answer came
 */
export async function sendOut({
  method,
  url,
  headers = {},
  body,
  timeoutMs = defaultTimeoutMs,
  bytesMax = defaultBytesMax,
  dispatcher = shared,
}: OutgoingRequest): Promise<OutgoingAnswer> {
  const { host } = new URL(url)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await request(url, {
      method,
      headers: { 'user-agent': 'bill-gateway', ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
      dispatcher,
    })
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of answer.body) {
      bytes += part.length
      if (bytes > bytesMax) throw new OutgoingError('too-large', host)
      parts.push(part)
    }
    return { status: answer.statusCode, headers: firstOf(answer.headers), body: Buffer.concat(parts) }
  } catch (error) {
    if (error instanceof OutgoingError) throw error
    throw new OutgoingError(signal.aborted ? 'timeout' : 'unreachable', host, error)
  }
}

/** Closes the connections that are kept open. */
export function closeOutgoing(): Promise<void> {
  return shared.close()
}

function firstOf(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
}
