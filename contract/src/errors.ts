import { type Static, Type } from 'typebox'

/** The title that every refused body carries; the seed’s clients look for these words. */
export const validationTitle = 'Validation of the request failed'

/** Every error that the API can answer: its code, status and title. The docs page lists the same. */
export const errorCatalogue = {
  validation_failed: { status: 400, title: validationTitle },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  bad_request: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'The key or the secret is missing or wrong' },
  generate_key_refused: { status: 401, title: 'The provider code, the key or the PIN is wrong' },
  provider_disabled: { status: 403, title: 'The provider is disabled' },
  wrong_provider: { status: 403, title: 'The key belongs to another provider' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  link_not_active: { status: 409, title: 'The link is already paid or cancelled' },
  request_in_progress: { status: 409, title: 'A request with this Idempotency-Key is still running' },
  payment_in_progress: { status: 409, title: 'A payment of this link is in progress' },
  statement_entry_decided: { status: 409, title: 'The entry of the statement is not in a state for that' },
  parameter_sets_exhausted: { status: 409, title: 'The provider has too many sets of short-link parameters' },
  too_many_webhooks: { status: 409, title: 'The provider has too many webhooks' },
  refund_exceeds_payment: { status: 409, title: 'There is less left to refund' },
  events_expired: { status: 410, title: 'Events that old are no longer kept' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  statement_unreadable: { status: 422, title: 'The statement cannot be read' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used with another body' },
  refund_not_possible: { status: 422, title: 'The method cannot give this money back' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service cannot answer at the moment' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCatalogue

export const FieldError = Type.Object({
  pointer: Type.String({ description: 'JSON pointer to the field (RFC 6901).' }),
  code: Type.String({
    description: 'For programs: required, invalid_type, too_long, invalid_nrb, duplicate, …',
  }),
  detail: Type.String({ description: 'For people.' }),
})
export type FieldError = Static<typeof FieldError>

/** RFC 9457 problem details, `application/problem+json`. */
export const Problem = Type.Object({
  type: Type.String({ description: 'Address of the page that explains the code.' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  requestId: Type.String({ description: 'Quote it to the operator.' }),
  errors: Type.Optional(Type.Array(FieldError)),
})
export type Problem = Static<typeof Problem>
