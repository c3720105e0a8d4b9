import type { Arrival, Channel, CheckoutState } from '@bill-gateway/contract'
import type { Updateable } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Checkout as CheckoutTable } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { type Checkout, type CheckoutLink, type Failure, providerOfCheckoutId } from '../checkout.ts'
import type { Collector } from '../method/accounts.ts'
import { noncesOfPress } from '../press.ts'
import { paymentsOfCheckout } from './payments.ts'

function checkoutRows(db: Db, providerId: number) {
  return db.selectFrom('checkout').selectAll().where('provider_id', '=', providerId)
}

type CheckoutRow = Awaited<ReturnType<ReturnType<typeof checkoutRows>['execute']>>[number]

/** By the id that addresses carry. */
export async function findCheckout(db: Db, publicId: string): Promise<Checkout | undefined> {
  const providerId = providerOfCheckoutId(publicId)
  if (providerId === undefined) return undefined
  const row = await checkoutRows(db, providerId).where('public_id', '=', publicId).executeTakeFirst()
  return row && completeCheckout(db, row)
}

export async function findCheckoutById(
  db: Db,
  providerId: number,
  id: bigint,
): Promise<Checkout | undefined> {
  const row = await checkoutRows(db, providerId).where('id', '=', id).executeTakeFirst()
  return row && completeCheckout(db, row)
}

export async function checkoutOfNonce(
  db: Db,
  providerId: number,
  formNonce: string,
): Promise<Checkout | undefined> {
  const row = await checkoutRows(db, providerId).where('form_nonce', '=', formNonce).executeTakeFirst()
  return row && completeCheckout(db, row)
}

/** The checkouts that one press of a button started, the given one among them, in the order of their start. */
export async function checkoutsOfPress(db: Db, checkout: Checkout): Promise<Checkout[]> {
  const row = await checkoutRows(db, checkout.providerId).where('id', '=', checkout.id).executeTakeFirst()
  if (!row?.form_nonce) return [checkout]
  const rows = await checkoutRows(db, checkout.providerId)
    .where('form_nonce', 'in', noncesOfPress(row.form_nonce))
    .where('payer_id', '=', checkout.payerId)
    .orderBy('id')
    .execute()
  return Promise.all(rows.map((one) => completeCheckout(db, one)))
}

/** Locks the checkout until the transaction ends; its payer and links are locked before, where they are. */
export async function lockCheckout(tx: Tx, providerId: number, id: bigint): Promise<Checkout | undefined> {
  const row = await checkoutRows(tx, providerId).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row && completeCheckout(tx, row)
}

async function completeCheckout(db: Db, row: CheckoutRow): Promise<Checkout> {
  const links = await linksOfCheckout(db, row.provider_id, row.id)
  const succeeded = row.status === 'succeeded'
  const payments = succeeded ? await paymentsOfCheckout(db, row.provider_id, row.id) : []
  return {
    providerId: row.provider_id,
    id: row.id,
    publicId: row.public_id,
    payerId: row.payer_id,
    // The database's own checks allow no other words.
    status: row.status as CheckoutState,
    channel: row.channel as Channel,
    method: row.method,
    amount: row.amount,
    currency: row.currency,
    referenceNumber: row.reference_number,
    arrives: row.arrives as Arrival,
    language: row.language,
    failure: row.failure as Failure | null,
    methodReference: row.method_reference,
    collectedBy: row.collected_by as Collector,
    redirectUrl: row.redirect_url,
    createdAt: row.created_at,
    submittedAt: row.submitted_at,
    expiresAt: row.expires_at,
    nextCheckAt: row.next_check_at,
    checks: row.checks,
    endedAt: row.ended_at,
    links,
    payment: payments[0] ?? null,
  }
}

async function linksOfCheckout(db: Db, providerId: number, checkoutId: bigint): Promise<CheckoutLink[]> {
  const rows = await db
    .selectFrom('checkout_link')
    .innerJoin('payment_link as link', (join) =>
      join
        .onRef('link.provider_id', '=', 'checkout_link.provider_id')
        .onRef('link.id', '=', 'checkout_link.link_id'),
    )
    .select(['checkout_link.link_id as linkId', 'link.token', 'link.title', 'checkout_link.amount'])
    .where('checkout_link.provider_id', '=', providerId)
    .where('checkout_link.checkout_id', '=', checkoutId)
    .orderBy('checkout_link.position')
    .execute()
  return rows.map((row) => ({ ...row, token: row.token.toString('hex') }))
}

export interface CheckoutToInsert {
  publicId: string
  payerId: bigint
  method: string
  channel: Channel
  status: 'created' | 'pending'
  currency: string
  referenceNumber: string
  arrives: Arrival
  collectedBy: Collector
  formNonce: string | null
  language: string
  createdAt: Date
  submittedAt: Date | null
  expiresAt: Date
  nextCheckAt: Date | null
  /** In the order in which money is given to them. */
  links: { linkId: bigint; amount: bigint }[]
}

export async function insertCheckout(
  tx: Tx,
  providerId: number,
  checkout: CheckoutToInsert,
): Promise<bigint> {
  const { id } = await tx
    .insertInto('checkout')
    .values({
      provider_id: providerId,
      public_id: checkout.publicId,
      payer_id: checkout.payerId,
      method: checkout.method,
      channel: checkout.channel,
      status: checkout.status,
      amount: checkout.links.reduce((sum, link) => sum + link.amount, 0n),
      currency: checkout.currency,
      reference_number: checkout.referenceNumber,
      arrives: checkout.arrives,
      collected_by: checkout.collectedBy,
      form_nonce: checkout.formNonce,
      language: checkout.language,
      created_at: checkout.createdAt,
      submitted_at: checkout.submittedAt,
      expires_at: checkout.expiresAt,
      next_check_at: checkout.nextCheckAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const links = checkout.links.map(({ linkId, amount }, index) => ({
    provider_id: providerId,
    checkout_id: id,
    position: index + 1,
    link_id: linkId,
    amount,
  }))
  await tx.insertInto('checkout_link').values(links).execute()
  return id
}

export async function updateCheckout(
  db: Db,
  providerId: number,
  id: bigint,
  changes: Updateable<CheckoutTable>,
): Promise<void> {
  await db
    .updateTable('checkout')
    .set(changes)
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

/** The oldest pending checkout of any of the links: a method may be taking money for them now. */
export async function pendingCheckoutOfLinks(
  db: Db,
  providerId: number,
  linkIds: readonly bigint[],
): Promise<Checkout | undefined> {
  if (linkIds.length === 0) return undefined
  // Without limit: few are pending, and the planner shall begin with the links.
  const [row] = await checkoutRows(db, providerId)
    .where('status', '=', 'pending')
    .where((eb) =>
      eb(
        'id',
        'in',
        eb
          .selectFrom('checkout_link')
          .select('checkout_id')
          .where('provider_id', '=', providerId)
          .where('link_id', 'in', linkIds),
      ),
    )
    .orderBy('id')
    .execute()
  return row && completeCheckout(db, row)
}

/** Ids of the link's checkouts that are not decided. */
export async function openCheckoutsOfLink(db: Db, providerId: number, linkId: bigint): Promise<bigint[]> {
  const rows = await db
    .selectFrom('checkout_link')
    .innerJoin('checkout', (join) =>
      join
        .onRef('checkout.provider_id', '=', 'checkout_link.provider_id')
        .onRef('checkout.id', '=', 'checkout_link.checkout_id'),
    )
    .select('checkout.id')
    .where('checkout_link.provider_id', '=', providerId)
    .where('checkout_link.link_id', '=', linkId)
    .where('checkout.status', 'in', ['created', 'pending'])
    .orderBy('checkout.id')
    .execute()
  return rows.map((row) => row.id)
}
