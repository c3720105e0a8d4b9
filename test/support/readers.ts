import type { EventPage, GatewayEvent, PaymentRow } from '@bill-gateway/contract'
import { expect } from 'vitest'
import { basic, type TestGateway } from '../../gateway/testing/gateway.ts'
import { openStream } from './stream.ts'

/** A client that follows payments or events; what it has booked, in its order, without what it saw before. */
export interface Reader<T> {
  seen: T[]
  /** Looks until told that nothing more comes, then once more. */
  done: Promise<void>
}

type IsOver = () => boolean

/** For a stream that ought to bring the newest event. */
const lastLookMs = 60_000

/** Follows the stream, hangs up at random and resumes by Last-Event-ID, in the end until the newest event. */
export function readStream(gateway: TestGateway, isOver: IsOver): Reader<GatewayEvent> {
  const { url, credentials } = gateway
  const seen: GatewayEvent[] = []
  const follow = async () => {
    let last = '0'
    for (let over = false; !over; ) {
      over = isOver()
      const newest = over ? await newestEventId(gateway) : undefined
      if (newest === last) break
      const stream = await openStream(`${url}/pay/v1/events/stream`, {
        authorization: basic(credentials),
        'last-event-id': last,
      })
      const timer = setTimeout(() => stream.close(), over ? lastLookMs : Math.random() * 400)
      const part = []
      for (;;) {
        const event = await stream.next().catch(() => undefined)
        if (!event) break
        part.push(event)
        if (event.id === newest) break
      }
      stream.close()
      clearTimeout(timer)
      seen.push(...part)
      last = part.at(-1)?.id ?? last
    }
  }
  return { seen, done: follow() }
}

async function newestEventId({ database, provider }: TestGateway): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(
    'select max(id)::text as id from event where provider_id = $1',
    [provider.id],
  )
  return rows[0]?.id ?? '0'
}

/** Polls events, three at a time. */
export function pollEvents({ api }: TestGateway, isOver: IsOver): Reader<GatewayEvent> {
  const seen: GatewayEvent[] = []
  const follow = async () => {
    let after = '0'
    for (let over = false, more = false; !over || more; ) {
      over = isOver()
      const answer = await api(`/pay/v1/events?after=${after}&limit=3`)
      expect(answer.status, answer.text).toBe(200)
      const page = answer.body as EventPage
      seen.push(...page.events)
      more = page.events.length > 0
      after = page.next
    }
  }
  return { seen, done: follow() }
}

/** Searches from one second before the last search and books by id. */
export function pollSearch({ api }: TestGateway, isOver: IsOver, limit = ''): Reader<PaymentRow> {
  const seen = new Map<string, PaymentRow>()
  const list: PaymentRow[] = []
  const follow = async () => {
    let lastPoll = 1
    for (let over = false; !over; ) {
      over = isOver()
      const from = lastPoll - 1
      lastPoll = Math.floor(Date.now() / 1000)
      for (let path: string | undefined = `/pay/v1/payments/search?fromDate=${from}${limit}`; path; ) {
        const answer = await api(path)
        expect(answer.status, answer.text).toBe(200)
        for (const row of answer.body as PaymentRow[]) if (!seen.has(row.id)) list.push(row)
        for (const row of answer.body as PaymentRow[]) seen.set(row.id, row)
        path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
      }
    }
  }
  return { seen: list, done: follow() }
}

/** What not to do: a cursor over numbers that a sequence gave when the work began. */
export function pollSequence({ database }: TestGateway, isOver: IsOver): Reader<bigint> {
  const seen: bigint[] = []
  const follow = async () => {
    let last = 0n
    for (let over = false; !over; ) {
      over = isOver()
      const { rows } = await database.pool.query<{ id: bigint }>(
        'select id from naive where id > $1 order by id',
        [last],
      )
      seen.push(...rows.map((row) => row.id))
      last = rows.at(-1)?.id ?? last
    }
  }
  return { seen, done: follow() }
}
