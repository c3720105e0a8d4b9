import type { EventData, EventType } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import { signal, type Tx } from '../platform/db/transaction.ts'
import { insertEventRow, insertNextEvents, takeEventId, waitForEventLock } from './queries.ts'

/**
 * The provider's next event id: microseconds since 1970, greater than every id that anybody has seen. It holds
 * the provider's event lock until the transaction ends, so take it last: nothing that waits may follow.
 */
export async function nextEventId(tx: Tx, providerId: number): Promise<bigint> {
  return takeEventId(tx, providerId)
}

/**
 * Records an event under an id of {@link nextEventId}, in the transaction of what it tells of.
 *
 * @param at the provider's time
 */
export async function insertEvent<T extends EventType>(
  tx: Tx,
  providerId: number,
  id: bigint,
  type: T,
  at: Date,
  data: EventData<T>,
): Promise<void> {
  await insertEventRow(tx, providerId, { id, type, at, data: JSON.stringify(data) })
  signal(tx, eventTopic(providerId))
  signal(tx, anyEventTopic)
}

/** Takes the next id and records the event under it. */
export async function recordEvent<T extends EventType>(
  tx: Tx,
  providerId: number,
  type: T,
  at: Date,
  data: EventData<T>,
): Promise<bigint> {
  return recordEvents(tx, providerId, type, at, [data])
}

/** As {@link recordEvent}, for several of one type in their order; at least one. @returns the id of the first */
export async function recordEvents<T extends EventType>(
  tx: Tx,
  providerId: number,
  type: T,
  at: Date,
  data: EventData<T>[],
): Promise<bigint> {
  const written = data.map((each) => JSON.stringify(each))
  const id = await insertNextEvents(tx, providerId, { type, at, data: written })
  signal(tx, eventTopic(providerId))
  signal(tx, anyEventTopic)
  return id
}

/**
 * Waits for the transactions that hold an event id now. What a statement then reads is complete up to the
 * greatest id in it: nothing can appear below later.
 */
export async function awaitRecorded(db: Db, providerId: number): Promise<void> {
  await waitForEventLock(db, providerId)
}

/** Signalled after the commit of an event of the provider. */
export function eventTopic(providerId: number): string {
  return `event ${providerId}`
}

/** Signalled after the commit of an event of any provider, and of what makes senders look again. */
export const anyEventTopic = 'event'
