import { sql } from 'kysely'
import { postPayment } from '../src/ledger/index.ts'
import { type Tx, transact } from '../src/platform/db/transaction.ts'
import { createProvider } from '../src/provider/index.ts'
import { createTestDatabase } from './database.ts'

export const at = new Date('2026-11-22T10:00:00Z')

export interface BookedPayment {
  amount: bigint
  linkId: bigint
  taken: bigint
  /** Its row is of this amount; default: the payment's. */
  rows?: bigint
  event?: boolean
}

/** Links and payments as bare rows, right or wrong, for tests of what the database and the books refuse. */
export async function openBooks() {
  const database = await createTestDatabase()
  const { db } = database
  const provider = await createProvider(db, { code: 'netix', name: 'NETIX', test: true })
  const payer = await db
    .insertInto('payer')
    .values({ provider_id: provider.id, user_id: 'Jan' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const owner: Owner = { providerId: provider.id, payerId: payer.id }
  return {
    database,
    db,
    providerId: provider.id,
    newLink: (openAmount: bigint) => transact(db, (tx) => insertLink(tx, owner, openAmount)),
    insertPayment: (tx: Tx, wanted: BookedPayment) => insertPayment(tx, owner, wanted),
    /** A payment with its postings. */
    pay: (wanted: BookedPayment) => transact(db, (tx) => pay(tx, owner, wanted)),
    /** The row of the table allocation, as it would be for a further row of the payment. */
    rowOf: (paymentId: bigint, linkId: bigint) => rowOf(owner, paymentId, linkId),
    close: () => database.drop(),
  }
}

export type Books = Awaited<ReturnType<typeof openBooks>>

interface Owner {
  providerId: number
  payerId: bigint
}

let made = 0

async function insertLink(tx: Tx, { providerId, payerId }: Owner, amount: bigint): Promise<bigint> {
  const { id } = await tx
    .insertInto('payment_link')
    .values({
      provider_id: providerId,
      payer_id: payerId,
      token: Buffer.alloc(64, ++made),
      currency: 'PLN',
      asked_amount: amount,
      open_amount: amount,
      nrb: '28616102383202382844889825',
      title: 'FV 1',
      payment_due: '2026-12-01',
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function pay(tx: Tx, owner: Owner, wanted: BookedPayment): Promise<bigint> {
  const { amount, linkId, taken } = wanted
  const paymentId = await insertPayment(tx, owner, wanted)
  const links = taken > 0n ? [{ linkId, amount: taken }] : []
  const entry = { paymentId, currency: 'PLN', at, links, unallocated: amount - taken }
  await postPayment(tx, owner.providerId, entry)
  return paymentId
}

/** A payment with one row and its event, without its postings. */
async function insertPayment(tx: Tx, owner: Owner, wanted: BookedPayment): Promise<bigint> {
  const { amount, linkId, taken, rows = amount, event = true } = wanted
  const { providerId } = owner
  const eventId = BigInt(++made)
  const paymentId = await insertPaymentRow(tx, owner, amount, eventId)
  const nth = sql<number>`(select count(*) + 1 from allocation where link_id = ${linkId})`
  const unallocated = rows - taken
  const row = { ...rowOf(owner, paymentId, linkId), position: 1, amount: rows, unallocated, nth }
  await tx
    .insertInto('allocation')
    .values({ ...row, event_id: eventId })
    .execute()
  const data = JSON.stringify({ paymentId: `pay_${made}` })
  if (event)
    await tx
      .insertInto('event')
      .values({ provider_id: providerId, id: eventId, type: 'payment.succeeded', at, data })
      .execute()
  await tx
    .updateTable('payment_link')
    .set((eb) => ({
      paid_amount: eb('paid_amount', '+', taken),
      open_amount: eb('open_amount', '-', taken),
    }))
    .where('provider_id', '=', providerId)
    .where('id', '=', linkId)
    .execute()
  return paymentId
}

async function insertPaymentRow(
  tx: Tx,
  { providerId, payerId }: Owner,
  amount: bigint,
  eventId: bigint,
): Promise<bigint> {
  const shared = { provider_id: providerId, payer_id: payerId, reference_number: `20261122-${made}` }
  const way = { method: 'sandbox', channel: 'blik', arrives: 'transfer', currency: 'PLN', amount }
  const times = { created_at: at, expires_at: at }
  const checkout = await tx
    .insertInto('checkout')
    .values({ ...shared, ...way, ...times, public_id: `co_${made}`, status: 'succeeded', language: 'pl' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const names = { public_id: `pay_${made}`, method_payment_id: `money-${made}` }
  const { id } = await tx
    .insertInto('payment')
    .values({
      ...shared,
      ...way,
      ...names,
      checkout_id: checkout.id,
      paid_at: at,
      recorded_at: at,
      event_id: eventId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function rowOf({ providerId, payerId }: Owner, paymentId: bigint, linkId: bigint) {
  return {
    provider_id: providerId,
    payment_id: paymentId,
    position: 2,
    link_id: linkId,
    payer_id: payerId,
    title: 'FV 1',
    nrb: '28616102383202382844889825',
    amount: 1n,
    unallocated: 1n,
    completed: false,
    nth: 77,
    event_id: 1n,
  }
}
