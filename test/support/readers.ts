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

/** Follows the stream, hangs up at random and resumes by Last-Event-ID. */
export function readStream({ url, credentials }: TestGateway, isOver: IsOver): Reader<GatewayEvent> {
  const seen: GatewayEvent[] = []
  const follow = async () => {
    let last = '0'
    for (let over = false; !over; ) {
      over = isOver()
      const stream = await openStream(`${url}/pay/v1/events/stream`, {
        authorization: basic(credentials),
        'last-event-id': last,
      })
      const timer = setTimeout(() => stream.close(), over ? 2_000 : Math.random() * 400)
      const part = []
      for (;;) {
        const event = await stream.next().catch(() => undefined)
        if (!event) break
        part.push(event)
      }
      clearTimeout(timer)
      seen.push(...part)
      last = part.at(-1)?.id ?? last
    }
  }
  return { seen, done: follow() }
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
