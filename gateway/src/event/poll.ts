import type { Db } from '../platform/db/database.ts'
import type { Provider } from '../provider/index.ts'
import { eventJson } from './event.ts'
import { eventsAfter } from './queries.ts'

/** Events of a request of many links are long: no more than these are in memory at once. */
const readRowsMax = 100

/** The JSON text of a page of events, piece by piece. */
export async function* eventPage(
  db: Db,
  provider: Provider,
  after: bigint,
  limit: number,
): AsyncGenerator<string> {
  let cursor = after
  let text = '{"events":['
  for (let left = limit; left > 0; ) {
    const rows = Math.min(left, readRowsMax)
    const events = await eventsAfter(db, provider.id, cursor, rows)
    if (events.length > 0) yield text + events.map((event) => eventJson(event, provider.test)).join(',')
    cursor = events.at(-1)?.id ?? cursor
    if (events.length > 0) text = ','
    left = events.length < rows ? 0 : left - rows
  }
  const isEmpty = cursor === after
  yield `${isEmpty ? text : ''}],"next":"${cursor}"}`
}
