import { eventRetentionDays } from '@bill-gateway/contract'

/** What a provider was told, as it is kept. */
export interface RecordedEvent {
  /** Microseconds since 1970 when it was recorded: greater than every earlier id of the provider. */
  id: bigint
  type: string
  /** The provider's time. */
  at: Date
  /** JSON text. */
  data: string
}

/** The event as clients get it: one line of JSON. */
export function eventJson({ id, type, at, data }: RecordedEvent, test: boolean): string {
  const head = JSON.stringify({ id: String(id), type, at: at.toISOString(), test })
  return `${head.slice(0, -1)},"data":${data}}`
}

/** Events with smaller ids are older than the time for which they are kept. */
export function oldestKeptId(now = Date.now()): bigint {
  return BigInt(now - eventRetentionDays * 86_400_000) * 1000n
}
