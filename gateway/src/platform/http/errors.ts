import { type ErrorCode, errorCatalogue, type FieldError, type Problem } from '@bill-gateway/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { sqlState } from '../db/transaction.ts'
import { fieldErrorsOf } from './validation.ts'

/** An answer of the error catalogue: thrown by any room, rendered by {@link renderError}. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(
    code: ErrorCode,
    options: {
      detail?: string
      errors?: FieldError[]
      headers?: Record<string, string>
      cause?: unknown
    } = {},
  ) {
    super(errorCatalogue[code].title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return errorCatalogue[this.code].status
  }
}

export function validationFailed(errors: FieldError[]): ApiError {
  return new ApiError('validation_failed', {
    errors,
    detail: errors
      .map((error) => error.detail)
      .slice(0, 3)
      .join('; '),
  })
}

/** Says what any thrown thing means to the caller; what nobody foresaw is internal_error. */
export function apiErrorOf(error: FastifyError | Error): ApiError {
  if (error instanceof ApiError) return error
  if ('validation' in error && error.validation) {
    return validationFailed(fieldErrorsOf(error.validation, error.validationContext))
  }
  const code = 'code' in error ? String(error.code) : ''
  const known = fastifyCodes[code]
  if (known) return new ApiError(known, { cause: error })
  if ('statusCode' in error && error.statusCode === 429)
    return new ApiError('too_many_requests', { cause: error })
  if (isUnavailable(error))
    return new ApiError('unavailable', { headers: { 'retry-after': '2' }, cause: error })
  if ('statusCode' in error && error.statusCode === 400) return new ApiError('bad_request', { cause: error })
  return new ApiError('internal_error', { cause: error })
}

const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
  FST_ERR_BAD_URL: 'not_found',
}

/** The database is away, starting, full, or too slow: trying again later may help. */
function isUnavailable(error: Error): boolean {
  const state = sqlState(error) ?? ''
  const connection = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(state)
  const server = /^(08|53|57P|55P03|57014|25P03)/.test(state)
  return (
    connection ||
    server ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  )
}

export function problemOf(error: ApiError, request: FastifyRequest, publicUrl: string): Problem {
  return {
    type: `${publicUrl}/docs/errors#${error.code}`,
    title: error.message,
    status: error.status,
    code: error.code,
    ...(error.detail ? { detail: error.detail } : {}),
    requestId: request.id,
    ...(error.errors ? { errors: error.errors } : {}),
  }
}

/** Answers with RFC 9457 problem details. */
export function renderProblem(
  error: ApiError,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
) {
  return reply
    .code(error.status)
    .headers(error.headers)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemOf(error, request, publicUrl))
}
