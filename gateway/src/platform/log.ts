import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { pino, stdSerializers } from 'pino'

export type Log = FastifyBaseLogger

/** Tokens, codes and checkout ids are secrets: six characters tell two apart and open nothing. */
export function redactUrl(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  return path.replace(/[A-Za-z0-9_]{9,}(?=[/.]|$)/g, (part) => (isWord(part) ? part : `${part.slice(0, 6)}…`))
}

/** Route words such as `generate-key` are lower case and have no digits. */
function isWord(part: string): boolean {
  return /^[a-z]+$/.test(part)
}

/** PostgreSQL quotes whole rows and values there: names, addresses and tokens among them. */
const quotesData = new Set(['detail', 'where', 'internalQuery'])

function errorWithoutData(error: Error): object {
  return Object.fromEntries(
    Object.entries(stdSerializers.err(error)).filter(([name]) => !quotesData.has(name)),
  )
}

/** JSON lines on standard output. Bodies, query strings and headers are never logged. */
export function createLog(level: string): Log {
  return pino({
    level,
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        url: redactUrl(request.url),
        address: request.ip,
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: errorWithoutData,
    },
    redact: {
      paths: ['*.email', '*.name', '*.surname', '*.apiSecret', '*.pin', '*.authorization'],
      censor: '[redacted]',
    },
  })
}
