import { sql } from 'kysely'
import type { Pool } from 'pg'
import type { Db } from '../platform/db/database.ts'
import { gather } from '../platform/db/gather.ts'
import type { Tx } from '../platform/db/transaction.ts'
import type { ParameterSet } from './parameters.ts'

export interface NewShortLink {
  code: string
  /** Of the payment link that it leads to. */
  token: string
}

export async function insertShortLinks(
  tx: Tx,
  providerId: number,
  links: readonly NewShortLink[],
): Promise<void> {
  if (links.length === 0) return
  const codes = links.map((link) => link.code)
  const tokens = links.map((link) => link.token)
  await sql`/* prepared */
    insert into short_link (provider_id, code, token)
    select ${providerId}, code, decode(token, 'hex')
    from unnest(${codes}::text[], ${tokens}::text[]) as new_link (code, token)`.execute(tx)
}

export interface ShortLink {
  providerId: number
  token: string
}

/** Any provider’s, by its code. Nothing is asked more often. */
export const findShortLink = gather<ShortLink>(async (pool, codes) => {
  const { rows } = await pool.query<ShortLink & { code: string }>({
    name: 'short-links',
    text: `select code, provider_id as "providerId", encode(token, 'hex') as token
      from short_link where code = any($1::text[])`,
    values: [codes],
  })
  return new Map(rows.map((row) => [row.code, row]))
})

/** With the provider’s own set of that suffix; null where it has none. */
export async function findShortLinkWithSet(
  pool: Pool,
  code: string,
  suffix: string,
): Promise<(ShortLink & { set: ParameterSet | null }) | undefined> {
  const { rows } = await pool.query<ShortLink & { set: ParameterSet | null }>({
    name: 'short-link-with-set',
    text: `select short_link.provider_id as "providerId", encode(token, 'hex') as token, query as set
      from short_link
      left join short_link_parameters on short_link_parameters.provider_id = short_link.provider_id and suffix = $2
      where code = $1`,
    values: [code, suffix],
  })
  return rows[0]
}

export async function findSuffix(db: Db, providerId: number, set: ParameterSet): Promise<string | undefined> {
  const row = await db
    .selectFrom('short_link_parameters')
    .select('suffix')
    .where('provider_id', '=', providerId)
    .where('query', '=', set)
    .executeTakeFirst()
  return row?.suffix
}

/** One at a time gives suffixes to the sets of a provider, until its transaction ends. */
export async function lockSets(tx: Tx, providerId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(7302, ${providerId})`.execute(tx)
}

export async function countSets(db: Db, providerId: number): Promise<number> {
  const { count } = await db
    .selectFrom('short_link_parameters')
    .select((query) => query.fn.countAll<bigint>().as('count'))
    .where('provider_id', '=', providerId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertSet(
  tx: Tx,
  providerId: number,
  suffix: string,
  set: ParameterSet,
): Promise<void> {
  await tx
    .insertInto('short_link_parameters')
    .values({ provider_id: providerId, suffix, query: set })
    .execute()
}
