/** Where a provider wants its events sent to. */
export interface Endpoint {
  id: bigint
  providerId: number
  /** As the API names it. */
  publicId: string
  url: string
  /** Empty: all. */
  types: string[]
  description: string
  enabled: boolean
  failingSince: Date | null
  /** The last event that was queued or passed over. */
  cursorId: bigint
  oldSecretUntil: Date | null
  createdAt: Date
  /** What the secret is sealed as; of no use outside of the room. */
  secret: Buffer
}

/** How an endpoint's tries have gone. Times are the provider's. */
export interface Health {
  /** Tries that failed since the last one that did not. */
  failures: number
  failingSince: Date | null
  /** Nothing is sent before. */
  notBefore: Date | null
  /** Nothing is sent again before; null: it is not taken to be down. */
  againNotBefore: Date | null
}

/** What a try came to: a status, or why there is none. */
export interface Attempt {
  at: Date
  durationMs: number
  status: number | null
  failure: Failure | null
  /** What the endpoint asked for by Retry-After. */
  retryAfterMs: number | null
}

export type Failure =
  | 'status'
  | 'redirect'
  | 'gone'
  | 'timeout'
  | 'unreachable'
  | 'certificate'
  | 'address_not_allowed'
  | 'secret_unreadable'

/** An address without what may be secret in it, for mails and logs. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
