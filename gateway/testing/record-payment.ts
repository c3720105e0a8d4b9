import { randomBytes } from 'node:crypto'
import { amountOf } from '@bill-gateway/contract'
import { sql } from 'kysely'
import { recordEvent } from '../src/event/index.ts'
import { postPayment } from '../src/ledger/index.ts'
import { lockPayer } from '../src/payer/index.ts'
import { findOwnLink, type PaymentLink, payLink } from '../src/payment-link/index.ts'
import type { Db } from '../src/platform/db/database.ts'
import { type Tx, transact } from '../src/platform/db/transaction.ts'

/**
 * A payment of one link as the payment room writes it, for the tests of rooms below that one.
 *
 * @param amount minor units; what the link cannot take stays unallocated
 * @returns the id of its payment.succeeded event
 */
export async function recordPayment(
  db: Db,
  providerId: number,
  token: string,
  amount: bigint,
): Promise<bigint> {
  return transact(db, async (tx) => {
    const found = await findOwnLink(tx, providerId, token)
    if (!found) throw new Error('no such link')
    await lockPayer(tx, providerId, found.payerId)
    const link = (await findOwnLink(tx, providerId, token)) ?? found
    const taken = link.openAmount < amount ? link.openAmount : amount
    const now = new Date()
    const completed = taken > 0n && (await payLink(tx, link, taken, now)).completed
    const unique = randomBytes(8).toString('hex')
    const eventId = await recordEvent(tx, providerId, 'payment.succeeded', now, {
      paymentId: `pay_${unique}`,
      referenceNumber: `20200723-${unique}`,
      amount: amountOf(amount),
      paidAt: now.toISOString(),
      method: 'blik',
      arrives: 'transfer',
      rows: [],
    })
    const paymentId = await insertPayment(tx, link, { amount, now, unique, eventId })
    await insertAllocation(tx, link, { paymentId, amount, unallocated: amount - taken, completed, eventId })
    await postPayment(tx, providerId, {
      paymentId,
      currency: link.currency,
      at: now,
      links: taken > 0n ? [{ linkId: link.id, amount: taken }] : [],
      unallocated: amount - taken,
    })
    return eventId
  })
}

async function insertPayment(
  tx: Tx,
  link: PaymentLink,
  { amount, now, unique, eventId }: { amount: bigint; now: Date; unique: string; eventId: bigint },
): Promise<bigint> {
  const shared = {
    provider_id: link.providerId,
    payer_id: link.payerId,
    reference_number: `20200723-${unique}`,
    amount,
    currency: link.currency,
    method: 'sandbox',
    channel: 'blik',
    arrives: 'transfer',
  }
  const checkout = await tx
    .insertInto('checkout')
    .values({
      ...shared,
      public_id: `co_${unique}`,
      status: 'succeeded',
      language: 'pl',
      created_at: now,
      expires_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { id } = await tx
    .insertInto('payment')
    .values({
      ...shared,
      public_id: `pay_${unique}`,
      checkout_id: checkout.id,
      method_payment_id: unique,
      paid_at: now,
      recorded_at: now,
      event_id: eventId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Allocated {
  paymentId: bigint
  amount: bigint
  unallocated: bigint
  completed: boolean
  eventId: bigint
}

async function insertAllocation(
  tx: Tx,
  link: PaymentLink,
  { paymentId, amount, unallocated, completed, eventId }: Allocated,
): Promise<void> {
  await tx
    .insertInto('allocation')
    .values({
      provider_id: link.providerId,
      payment_id: paymentId,
      position: 1,
      link_id: link.id,
      payer_id: link.payerId,
      operation_id: link.operationId,
      title: link.title,
      amount,
      unallocated,
      completed,
      lms_plugin: link.lmsPlugin,
      nth: sql<number>`(select count(*) + 1 from allocation where provider_id = ${link.providerId} and link_id = ${link.id})`,
      event_id: eventId,
    })
    .execute()
}
