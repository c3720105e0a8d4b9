import { sql } from 'kysely'
import type { Db } from '../../platform/db/database.ts'

/** A checkout that a reference number leads to, and the payment of that number where there is one. */
export interface ByReference {
  referenceNumber: string
  checkoutId: bigint
  payerId: bigint
  method: string
  currency: string
  /** Of the payment that the number is of; null where the checkout has none. */
  paymentId: bigint | null
  paymentAmount: bigint | null
  arrives: string
}

export async function byReference(
  db: Db,
  providerId: number,
  referenceNumbers: readonly string[],
): Promise<ByReference[]> {
  if (referenceNumbers.length === 0) return []
  const { rows } = await sql<ByReference>`
    select checkout.reference_number as "referenceNumber", checkout.id as "checkoutId",
      checkout.payer_id as "payerId", checkout.method, checkout.currency, checkout.arrives,
      payment.id as "paymentId", payment.amount as "paymentAmount"
    from checkout left join payment on payment.provider_id = checkout.provider_id
      and payment.checkout_id = checkout.id and payment.reference_number = checkout.reference_number
    where checkout.provider_id = ${providerId} and checkout.reference_number = any(${referenceNumbers}::text[])
    union all
    select payment.reference_number, payment.checkout_id, payment.payer_id, payment.method, payment.currency,
      payment.arrives, payment.id, payment.amount
    from payment join checkout on checkout.provider_id = payment.provider_id and checkout.id = payment.checkout_id
    where payment.provider_id = ${providerId} and payment.reference_number = any(${referenceNumbers}::text[])
      and checkout.reference_number <> payment.reference_number`.execute(db)
  return rows
}

export interface KnownPayer {
  payerId: bigint
  userId: string
}

export async function payersOfUserIds(
  db: Db,
  providerId: number,
  userIds: readonly string[],
): Promise<KnownPayer[]> {
  if (userIds.length === 0) return []
  return db
    .selectFrom('payer')
    .select(['id as payerId', 'user_id as userId'])
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`user_id = any(${userIds}::text[])`)
    .execute()
}

export interface CandidateLink {
  linkId: bigint
  payerId: bigint
  userId: string
  token: Buffer
  title: string
  name: string | null
  surname: string | null
  openAmount: bigint
  currency: string
  nrb: string
  paymentDue: string
}

function activeLinks(db: Db, providerId: number) {
  return db
    .selectFrom('payment_link as link')
    .innerJoin('payer', (join) =>
      join.onRef('payer.provider_id', '=', 'link.provider_id').onRef('payer.id', '=', 'link.payer_id'),
    )
    .select([
      'link.id as linkId',
      'link.payer_id as payerId',
      'payer.user_id as userId',
      'link.token',
      'link.title',
      'link.name',
      'link.surname',
      'link.open_amount as openAmount',
      'link.currency',
      'link.nrb',
      'link.payment_due as paymentDue',
    ])
    .where('link.provider_id', '=', providerId)
    .where('link.status', '=', 'active')
}

/** Active links whose titles have the same letters and digits (A-Z, 0-9) as one of the keys. */
export async function linksOfTitleKeys(
  db: Db,
  providerId: number,
  keys: readonly string[],
): Promise<CandidateLink[]> {
  if (keys.length === 0) return []
  return activeLinks(db, providerId)
    .where(sql<boolean>`regexp_replace(upper(link.title), '[^A-Z0-9]', '', 'g') = any(${keys}::text[])`)
    .execute()
}

/** Of the titles those that links of several payers have or had: they name nobody. */
export async function sharedTitles(
  db: Db,
  providerId: number,
  titles: readonly string[],
): Promise<Set<string>> {
  if (titles.length === 0) return new Set()
  const rows = await db
    .selectFrom('payment_link')
    .select('title')
    .where('provider_id', '=', providerId)
    .where(sql<boolean>`title = any(${titles}::text[])`)
    .groupBy('title')
    .having(sql<boolean>`count(distinct payer_id) > 1`)
    .execute()
  return new Set(rows.map(({ title }) => title))
}

/** More than so many are no help. */
const linksMax = 5_000

export async function linksOfAmounts(
  db: Db,
  providerId: number,
  amounts: readonly bigint[],
): Promise<CandidateLink[]> {
  if (amounts.length === 0) return []
  return activeLinks(db, providerId)
    .where(sql<boolean>`link.open_amount = any(${amounts.map(String)}::bigint[])`)
    .orderBy('link.payment_due')
    .orderBy('link.id')
    .limit(linksMax)
    .execute()
}

export async function activeLinksOfPayers(
  db: Db,
  providerId: number,
  payerIds: readonly bigint[],
): Promise<CandidateLink[]> {
  if (payerIds.length === 0) return []
  return activeLinks(db, providerId)
    .where(sql<boolean>`link.payer_id = any(${payerIds.map(String)}::bigint[])`)
    .orderBy('link.payment_due')
    .orderBy('link.id')
    .limit(linksMax)
    .execute()
}

/** The payer's newest link in the currency, whatever its state. */
export async function newestLinkOfPayer(
  db: Db,
  providerId: number,
  payerId: bigint,
  currency: string,
): Promise<bigint | undefined> {
  const row = await db
    .selectFrom('payment_link')
    .select('id')
    .where('provider_id', '=', providerId)
    .where('payer_id', '=', payerId)
    .where('currency', '=', currency)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

export async function payersOfSources(
  db: Db,
  providerId: number,
  hashes: readonly Buffer[],
): Promise<{ sourceHash: string; payerId: bigint; userId: string }[]> {
  if (hashes.length === 0) return []
  const rows = await db
    .selectFrom('statement_entry as entry')
    .innerJoin('payer', (join) =>
      join.onRef('payer.provider_id', '=', 'entry.provider_id').onRef('payer.id', '=', 'entry.payer_id'),
    )
    .select(['entry.source_hash as sourceHash', 'entry.payer_id as payerId', 'payer.user_id as userId'])
    .distinct()
    .where('entry.provider_id', '=', providerId)
    .where('entry.payer_id', 'is not', null)
    .where('entry.state', 'in', ['matched', 'short', 'over', 'duplicate'])
    .where(sql<boolean>`entry.source_hash = any(${[...hashes]}::bytea[])`)
    .execute()
  return rows.flatMap(({ sourceHash, payerId, userId }) =>
    sourceHash && payerId !== null ? [{ sourceHash: sourceHash.toString('hex'), payerId, userId }] : [],
  )
}

/** What became of money: by the id that it was recorded under. */
export interface Recorded {
  paymentId: bigint
  payerId: bigint
  amount: bigint
  unallocated: bigint
  /** Links that got some of it and still owe. */
  linksLeftOpen: number
  /** What the checkout showed, less what earlier payments of it brought and kept. */
  asked: bigint
}

export async function recordedMoney(
  db: Db,
  providerId: number,
  methodPaymentId: string,
): Promise<Recorded | undefined> {
  const { rows } = await sql<Recorded>`
    select payment.id as "paymentId", payment.payer_id as "payerId", payment.amount,
      coalesce(sum(allocation.unallocated), 0)::bigint as unallocated,
      count(*) filter (where allocation.amount > allocation.unallocated and not completed)::int as "linksLeftOpen",
      checkout.amount - (
        select coalesce(sum(earlier.amount - coalesce(back.amount, 0)), 0)::bigint from payment as earlier
        left join lateral (select sum(amount) as amount from refund
          where refund.provider_id = earlier.provider_id and refund.payment_id = earlier.id
            and refund.status = 'succeeded') as back on true
        where earlier.provider_id = payment.provider_id and earlier.checkout_id = payment.checkout_id
          and earlier.id < payment.id) as asked
    from payment
      join checkout on checkout.provider_id = payment.provider_id and checkout.id = payment.checkout_id
      join allocation on allocation.provider_id = payment.provider_id and allocation.payment_id = payment.id
    where payment.provider_id = ${providerId} and payment.method = 'transfer'
      and payment.method_payment_id = ${methodPaymentId}
    group by payment.provider_id, payment.id, checkout.amount`.execute(db)
  return rows[0]
}

/** A payment of another method, by the id that the API names it by. */
export async function paymentOfPublicId(
  db: Db,
  providerId: number,
  publicId: string,
): Promise<
  | { id: bigint; payerId: bigint; amount: bigint; currency: string; method: string; reference: string }
  | undefined
> {
  return db
    .selectFrom('payment')
    .select(['id', 'payer_id as payerId', 'amount', 'currency', 'method', 'reference_number as reference'])
    .where('provider_id', '=', providerId)
    .where('public_id', '=', publicId)
    .executeTakeFirst()
}
