import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  body: string
}

/**
 * Writes the bytes to the address as they are and reads one whole answer.
 *
 * @param halfClose say that nothing more will be sent: a server that waits for more then gives up
 */
export function exchange(
  url: string,
  bytes: string | Buffer,
  { halfClose = false } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) })
    const chunks: Buffer[] = []
    const finish = () => {
      const answer = parse(Buffer.concat(chunks), true)
      if (answer) resolve(answer)
      else reject(new Error(`no answer: ${Buffer.concat(chunks).toString('latin1').slice(0, 200)}`))
    }
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const answer = parse(Buffer.concat(chunks), false)
      if (!answer) return
      resolve(answer)
      socket.destroy()
    })
    socket.on('end', finish)
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)))
    socket.on('close', () => reject(new Error('the connection was closed without an answer')))
    if (halfClose) socket.end(bytes)
    else socket.write(bytes)
  })
}

function parse(bytes: Buffer, ended: boolean): RawAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const rest = bytes.subarray(headEnd + 4)
  if (status === 204 || status === 304) return { status, headers, body: '' }
  if (headers['transfer-encoding'] === 'chunked') {
    const body = unchunk(rest)
    return body === undefined ? undefined : { status, headers, body }
  }
  const length = headers['content-length']
  if (length === undefined) return ended ? { status, headers, body: rest.toString() } : undefined
  return rest.length >= Number(length)
    ? { status, headers, body: rest.subarray(0, Number(length)).toString() }
    : undefined
}

/** The whole of a chunked body, or undefined where its last chunk has not come. */
function unchunk(bytes: Buffer): string | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return undefined
    if (size === 0) return Buffer.concat(parts).toString()
    parts.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
