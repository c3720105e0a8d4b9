import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { randomCode } from '../gateway/src/platform/random.ts'
import type { Measured } from './load.ts'
import { type BenchGateway, connections, newItem } from './world.ts'

/**
 * The yardstick of link creation: one prepared statement that writes a hundred links' rows into every table
 * that the gateway writes, values made beforehand, no HTTP, no validation, no check that a pair is new.
 */
const statement = `
  with new_payer as (
    insert into payer (provider_id, user_id) select $1, user_id from unnest($2::text[]) as user_id returning id, user_id
  ), new_link as (
    insert into payment_link (provider_id, payer_id, operation_id, token, short_code, currency, asked_amount, open_amount,
      nrb, title, payment_due, name, surname, email, created_at, updated_at)
    select $1, new_payer.id, operation_id, token, code, 'PLN', amount, amount, nrb, title, due, name, surname, email, $13, $13
    from unnest($2::text[], $3::text[], $4::bytea[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::date[],
      $10::text[], $11::text[], $12::text[])
      as item (user_id, operation_id, token, code, amount, nrb, title, due, name, surname, email)
    join new_payer using (user_id)
    returning id, token, short_code
  ), new_token as (
    insert into link_token (token, provider_id, link_id) select token, $1, id from new_link
  ), new_code as (
    insert into short_link (code, provider_id, token) select short_code, $1, token from new_link
  )
  insert into event (provider_id, id, type, at, data) values ($1, $14, 'link.created', $13, $15)`

export async function driveBareSql(
  { database, providerId }: BenchGateway,
  requests: number,
): Promise<Measured> {
  const prepared = Array.from({ length: requests }, (_, n) => valuesOf(providerId, n))
  let next = 0
  const began = process.hrtime.bigint()
  const lane = async () => {
    const client = await database.pool.connect()
    try {
      for (let values = prepared[next++]; values; values = prepared[next++]) {
        await client.query({ name: 'bare', text: statement, values } satisfies pg.QueryConfig)
      }
    } finally {
      client.release()
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  return { requests, seconds, perSecond: requests / seconds }
}

let eventId = BigInt(Date.now()) * 1000n

function valuesOf(providerId: number, n: number): unknown[] {
  const items = Array.from({ length: 100 }, newItem)
  const prefix = randomBytes(4)
  const tokens = items.map(() => Buffer.concat([prefix, randomBytes(60)]))
  const at = new Date()
  const data = {
    links: items.map((item, i) => ({
      token: tokens[i]?.toString('hex'),
      userId: item.userId,
      operationId: String(item.operationId),
      amount: item.amount,
      title: item.title,
    })),
  }
  eventId += BigInt(n + 1)
  return [
    providerId,
    items.map((item) => item.userId),
    items.map((item) => String(item.operationId)),
    tokens,
    items.map(() => randomCode(10)),
    items.map((item) => BigInt(Math.round(item.amount * 100))),
    items.map((item) => item.nrb),
    items.map((item) => item.title),
    items.map((item) => item.paymentDue),
    items.map((item) => item.name),
    items.map((item) => item.surname),
    items.map((item) => item.email),
    at,
    eventId,
    JSON.stringify(data),
  ]
}
