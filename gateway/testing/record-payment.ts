import { randomBytes } from 'node:crypto'
import { recordEvent } from '../src/event/index.ts'
import { lockPayer } from '../src/payer/index.ts'
import { findOwnLink, payLink } from '../src/payment-link/index.ts'
import type { Db } from '../src/platform/db/database.ts'
import { transact } from '../src/platform/db/transaction.ts'

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
    const reference = `20200723-${unique}`
    const shared = { provider_id: providerId, payer_id: link.payerId, reference_number: reference, amount }
    const method = { method: 'sandbox', channel: 'blik', arrives: 'transfer', currency: link.currency }
    const checkout = await tx
      .insertInto('checkout')
      .values({
        ...shared,
        ...method,
        public_id: `co_${unique}`,
        status: 'succeeded',
        language: 'pl',
        created_at: now,
        expires_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const event = await recordEvent(tx, providerId, 'payment.succeeded', now, {
      paymentId: `pay_${unique}`,
      referenceNumber: reference,
      amount: Number(amount) / 100,
      paidAt: now.toISOString(),
      method: 'blik',
      arrives: 'transfer',
      rows: [],
    })
    const payment = await tx
      .insertInto('payment')
      .values({
        ...shared,
        ...method,
        public_id: `pay_${unique}`,
        checkout_id: checkout.id,
        method_payment_id: unique,
        paid_at: now,
        recorded_at: now,
        event_id: event,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const earlier = await tx
      .selectFrom('allocation')
      .select('nth')
      .where('provider_id', '=', providerId)
      .where('link_id', '=', link.id)
      .execute()
    await tx
      .insertInto('allocation')
      .values({
        provider_id: providerId,
        payment_id: payment.id,
        position: 1,
        link_id: link.id,
        payer_id: link.payerId,
        operation_id: link.operationId,
        title: link.title,
        amount,
        unallocated: amount - taken,
        completed,
        nth: earlier.length + 1,
        event_id: event,
      })
      .execute()
    const entry = await tx
      .insertInto('ledger_transaction')
      .values({ provider_id: providerId, kind: 'payment', payment_id: payment.id, at: now })
      .returning('id')
      .executeTakeFirstOrThrow()
    const postings = [
      { account: 'clearing', link_id: null, amount },
      { account: 'link', link_id: link.id, amount: -taken },
      { account: 'unallocated', link_id: null, amount: taken - amount },
    ]
    await tx
      .insertInto('posting')
      .values(
        postings
          .filter((posting) => posting.amount !== 0n)
          .map((posting, index) => ({
            ...posting,
            provider_id: providerId,
            transaction_id: entry.id,
            position: index + 1,
            payment_id: payment.id,
            currency: link.currency,
          })),
      )
      .execute()
    return event
  })
}
