import { connect, type Socket } from 'node:net'

/**
 * A load generator that costs next to nothing: requests are bytes made beforehand, written to keep-alive
 * sockets, and answers are only cut apart. A heavier one would take the processor from what is measured.
 */

export interface Load {
  port: number
  connections: number
  /** The bytes of the nth request. */
  request: (n: number) => Buffer
  /** Stop after so many requests, … */
  requests?: number
  /** … or after so many milliseconds. */
  forMs?: number
  expectStatus: number
}

export interface Measured {
  requests: number
  seconds: number
  perSecond: number
}

export async function drive(load: Load): Promise<Measured> {
  let next = 0
  let done = 0
  const began = process.hrtime.bigint()
  const elapsed = () => Number(process.hrtime.bigint() - began) / 1e9
  const more = () =>
    (load.requests === undefined || next < load.requests) &&
    (load.forMs === undefined || elapsed() * 1000 < load.forMs)
  const lane = async () => {
    const socket = await open(load.port)
    const answers = readAnswers(socket)
    try {
      while (more()) {
        socket.write(load.request(next++))
        const { value: status } = await answers.next()
        if (status !== load.expectStatus)
          throw new Error(`status ${status} where ${load.expectStatus} was expected`)
        done++
      }
    } finally {
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: load.connections }, lane))
  const seconds = elapsed()
  return { requests: done, seconds, perSecond: done / seconds }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

/** The status of each answer, once the whole of it has come. */
async function* readAnswers(socket: Socket): AsyncGenerator<number, void, void> {
  let buffered: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    for (;;) {
      const answer = cutAnswer(buffered)
      if (!answer) break
      buffered = buffered.subarray(answer.length)
      yield answer.status
    }
  }
}

function cutAnswer(bytes: Buffer): { status: number; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const bodyAt = headEnd + 4
  const length = /content-length: (\d+)/i.exec(head)
  if (length)
    return bytes.length >= bodyAt + Number(length[1])
      ? { status, length: bodyAt + Number(length[1]) }
      : undefined
  if (/transfer-encoding: chunked/i.test(head)) {
    const end = bytes.indexOf('0\r\n\r\n', bodyAt)
    return end < 0 ? undefined : { status, length: end + 5 }
  }
  return { status, length: bodyAt }
}

export function getRequest(path: string, headers: Record<string, string> = {}): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headerLines(headers)}\r\n`)
}

export function postRequest(path: string, body: string, headers: Record<string, string> = {}): Buffer {
  const type = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headerLines({ ...type, ...headers })}\r\n${body}`,
  )
}

function headerLines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
