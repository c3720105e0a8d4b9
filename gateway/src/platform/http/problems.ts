import { Problem } from '@bill-gateway/contract'

const meanings: Record<number, string> = {
  400: 'The request is refused; `errors` names every bad field.',
  401: 'The key or the secret is missing or wrong.',
  403: 'The provider is disabled, or the key belongs to another one.',
  404: 'There is no such thing, or it is another provider’s.',
  409: 'It conflicts with the present state.',
  410: 'It is no longer kept.',
  413: 'The body is too large.',
  415: 'The media type is not supported.',
  422: 'It is understood and cannot be done; `code` says why. The Idempotency-Key may have come with another body.',
  429: 'Too many requests; `Retry-After` says when to try again.',
  500: 'Something went wrong on our side; quote `requestId`.',
  503: 'The service cannot answer at the moment; try again after `Retry-After`.',
}

/** Response schemas of errors for a route: those given, and those that every route can answer. */
export function problems(...statuses: number[]) {
  const all = [...new Set([...statuses, 400, 429, 500, 503])].sort()
  return Object.fromEntries(
    all.map((status) => [
      status,
      {
        description: meanings[status] ?? 'An error.',
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  )
}

/** As {@link problems}, for routes that need a key. */
export function keyedProblems(...statuses: number[]) {
  return problems(401, 403, ...statuses)
}
