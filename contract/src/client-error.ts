import type { ErrorCode, FieldError, Problem } from './errors.ts'

/**
 * What can go wrong before the gateway has answered:
 * - `connection_failed`: no connection, or it broke; a write may or may not have been done
 * - `timeout`: no answer in time; a write may or may not have been done
 * - `unexpected_answer`: something that is not this API answered; is `baseUrl` right, is a proxy between?
 * - `answer_too_large`: an answer, line or event beyond every limit of the API
 */
export type ClientErrorCode = 'connection_failed' | 'timeout' | 'unexpected_answer' | 'answer_too_large'

/** A code of the catalogue at `/docs/errors`, one of {@link ClientErrorCode}, or one that a newer gateway knows. */
export type BillGatewayErrorCode = ErrorCode | ClientErrorCode | (string & Record<never, never>)

export interface BillGatewayErrorValues {
  status: number
  code: BillGatewayErrorCode
  detail?: string | undefined
  fieldErrors?: readonly FieldError[] | undefined
  requestId?: string | undefined
  retryAfterMs?: number | undefined
  cause?: unknown
}

/**
 * Everything that a call of the client rejects with, except for a signal’s own reason and programming mistakes
 * (`TypeError`, `RangeError`).
 *
 * @example
 * try {
 *   await client.paymentLinks.create(items)
 * } catch (error) {
 *   if (error instanceof BillGatewayError && error.code === 'validation_failed') {
 *     for (const { pointer, detail } of error.fieldErrors) console.error(pointer, detail)
 *   } else throw error
 * }
 */
export class BillGatewayError extends Error {
  override readonly name = 'BillGatewayError'
  /** HTTP status; 0 where no answer came. */
  readonly status: number
  /** For programs: decide by this, never by the message. */
  readonly code: BillGatewayErrorCode
  /** What is particular about this case, for people. */
  readonly detail: string | undefined
  /** Every bad field of a refused body: JSON pointer, code, sentence. Empty for other errors. */
  readonly fieldErrors: readonly FieldError[]
  /** Quote it to the operator: it finds the request in the gateway’s log. */
  readonly requestId: string | undefined
  /** How long the gateway asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, values: BillGatewayErrorValues) {
    super(message, values.cause === undefined ? undefined : { cause: values.cause })
    this.status = values.status
    this.code = values.code
    this.detail = values.detail
    this.fieldErrors = values.fieldErrors ?? []
    this.requestId = values.requestId
    this.retryAfterMs = values.retryAfterMs
  }
}

/** The error that an answer of status 300 or above means. */
export function errorOfAnswer(
  call: string,
  response: { status: number; headers: Headers },
  text: string,
): BillGatewayError {
  const { status, headers } = response
  const retryAfterMs = retryAfterOf(headers.get('retry-after'))
  const problem = problemOf(headers.get('content-type'), text)
  if (!problem) {
    const location = headers.get('location')
    const detail = location ? `it leads to ${location}` : undefined
    return new BillGatewayError(
      `${call}: HTTP ${status}${detail ? `, ${detail}` : ''}, which is no answer of this API`,
      { status, code: 'unexpected_answer', detail, retryAfterMs },
    )
  }
  const { code, title, detail, errors, requestId } = problem
  return new BillGatewayError(`${call}: ${title}${detail ? ` (${detail})` : ''}`, {
    status,
    code,
    detail,
    fieldErrors: errors,
    requestId,
    retryAfterMs,
  })
}

function problemOf(contentType: string | null, text: string): Problem | undefined {
  if (!contentType?.startsWith('application/problem+json')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isProblem =
      typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string'
    return isProblem ? (value as Problem) : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds of a Retry-After header, which carries seconds or a date. */
export function retryAfterOf(header: string | null, now = Date.now()): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const moment = Date.parse(header)
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now)
}
