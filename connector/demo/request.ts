import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FormValue } from '../src/pages/index.ts'

const bodyBytesMax = 1024 * 1024

export type Fields = Record<string, FormValue>

/** Fields as PHP reads them: `ids[]` is a list, of others the last one counts. */
export function fieldsOf(text: string): Fields {
  const fields: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (!name.endsWith('[]')) fields[name] = value
    else {
      const list = fields[name.slice(0, -2)]
      fields[name.slice(0, -2)] = Array.isArray(list) ? [...list, value] : [value]
    }
  }
  return fields
}

export async function readForm(request: IncomingMessage): Promise<Fields> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += (part as Buffer).length
    if (bytes > bodyBytesMax) throw new Error('the form is too long')
    parts.push(part as Buffer)
  }
  return fieldsOf(Buffer.concat(parts).toString('utf8'))
}

/** Only a browser on this machine, at our own name, and no page of anybody else. */
export function isOurs({ headers, method }: IncomingMessage): boolean {
  const host = headers.host ?? ''
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)) return false
  return method === 'GET' || method === 'HEAD' || headers.origin === `http://${host}`
}

/** The operator's session in LMS: a cookie, of which the connector is given a hash only. */
export function sessionOf(request: IncomingMessage): { hash: string; cookie: string | undefined } {
  const known = /(?:^|;\s*)lms_demo=([0-9a-f]{32})/.exec(request.headers.cookie ?? '')?.[1]
  const id = known ?? randomBytes(16).toString('hex')
  return {
    hash: createHash('sha256').update(id).digest('hex'),
    cookie: known ? undefined : `lms_demo=${id}; HttpOnly; SameSite=Strict; Path=/`,
  }
}
