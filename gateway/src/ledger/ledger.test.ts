import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { createProvider } from '../provider/index.ts'
import { paidToLink, postPayment, verifyBooks } from './index.ts'

let database: TestDatabase
let providerId: number
let payerId: bigint
beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  providerId = (await createProvider(db, { code: 'netix', name: 'NETIX', test: true })).id
  const payer = await db
    .insertInto('payer')
    .values({ provider_id: providerId, user_id: 'Jan' })
    .returning('id')
    .executeTakeFirstOrThrow()
  payerId = payer.id
})
afterAll(() => database.drop())

const at = new Date('2026-11-22T10:00:00Z')
let made = 0

async function newLink(openAmount: bigint): Promise<bigint> {
  const { id } = await database.db
    .insertInto('payment_link')
    .values({
      provider_id: providerId,
      payer_id: payerId,
      token: Buffer.alloc(64, ++made),
      currency: 'PLN',
      asked_amount: openAmount,
      open_amount: openAmount,
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

interface Wanted {
  amount: bigint
  linkId: bigint
  taken: bigint
  /** Its rows add up to this; default: the amount. */
  rows?: bigint
  event?: boolean
}

/** A payment with one row, without its postings. */
async function insertPayment(tx: Tx, { amount, linkId, taken, rows = amount, event = true }: Wanted) {
  const eventId = BigInt(++made)
  const shared = { provider_id: providerId, payer_id: payerId, reference_number: `20261122-${made}` }
  const way = { method: 'sandbox', channel: 'blik', arrives: 'transfer', currency: 'PLN', amount }
  const checkout = await tx
    .insertInto('checkout')
    .values({
      ...shared,
      ...way,
      public_id: `co_${made}`,
      status: 'succeeded',
      language: 'pl',
      created_at: at,
      expires_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const payment = await tx
    .insertInto('payment')
    .values({
      ...shared,
      ...way,
      public_id: `pay_${made}`,
      checkout_id: checkout.id,
      method_payment_id: `money-${made}`,
      paid_at: at,
      recorded_at: at,
      event_id: eventId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const nth = sql<number>`(select count(*) + 1 from allocation where link_id = ${linkId})`
  await tx
    .insertInto('allocation')
    .values({
      provider_id: providerId,
      payment_id: payment.id,
      position: 1,
      link_id: linkId,
      payer_id: payerId,
      title: 'FV 1',
      amount: rows,
      unallocated: rows - taken,
      completed: false,
      nth,
      event_id: eventId,
    })
    .execute()
  if (event)
    await tx
      .insertInto('event')
      .values({
        provider_id: providerId,
        id: eventId,
        type: 'payment.succeeded',
        at,
        data: JSON.stringify({ paymentId: `pay_${made}` }),
      })
      .execute()
  await tx
    .updateTable('payment_link')
    .set((eb) => ({
      paid_amount: eb('paid_amount', '+', taken),
      open_amount: eb('open_amount', '-', taken),
    }))
    .where('id', '=', linkId)
    .execute()
  return payment.id
}

function pay(wanted: Wanted): Promise<bigint> {
  return transact(database.db, async (tx) => {
    const paymentId = await insertPayment(tx, wanted)
    await postPayment(tx, providerId, {
      paymentId,
      currency: 'PLN',
      at,
      links: wanted.taken > 0n ? [{ linkId: wanted.linkId, amount: wanted.taken }] : [],
      unallocated: wanted.amount - wanted.taken,
    })
    return paymentId
  })
}

test('a payment debits clearing and credits its links and what is unallocated', async () => {
  const linkId = await newLink(10_000n)
  const paymentId = await pay({ amount: 7_000n, linkId, taken: 6_000n })
  const postings = await database.db
    .selectFrom('posting')
    .select(['account', 'link_id', 'amount', 'currency'])
    .where('payment_id', '=', paymentId)
    .orderBy('position')
    .execute()
  expect(postings).toEqual([
    { account: 'clearing', link_id: null, amount: 7_000n, currency: 'PLN' },
    { account: 'link', link_id: linkId, amount: -6_000n, currency: 'PLN' },
    { account: 'unallocated', link_id: null, amount: -1_000n, currency: 'PLN' },
  ])
  expect(await paidToLink(database.db, providerId, linkId)).toBe(6_000n)
  expect(await verifyBooks(database.db)).toEqual([])
})

describe('the database refuses', () => {
  const posting = (paymentId: bigint, transactionId: bigint, position: number, amount: bigint) => ({
    provider_id: providerId,
    transaction_id: transactionId,
    position,
    account: 'unallocated',
    payment_id: paymentId,
    amount,
    currency: 'PLN',
  })

  test('a payment without postings', async () => {
    const linkId = await newLink(100n)
    const alone = transact(database.db, (tx) => insertPayment(tx, { amount: 100n, linkId, taken: 50n }))
    await expect(alone).rejects.toThrow('has rows of 100 and postings of 0')
  })

  test('a payment whose rows are not its amount', async () => {
    const linkId = await newLink(100n)
    await expect(pay({ amount: 100n, linkId, taken: 50n, rows: 99n })).rejects.toThrow('has rows of 99')
  })

  test('postings that are not the payment', async () => {
    const linkId = await newLink(100n)
    const wrong = transact(database.db, async (tx) => {
      const paymentId = await insertPayment(tx, { amount: 100n, linkId, taken: 50n })
      const links = [{ linkId, amount: 50n }]
      await postPayment(tx, providerId, { paymentId, currency: 'PLN', at, links, unallocated: 49n })
    })
    await expect(wrong).rejects.toThrow('postings of 99')
  })

  test('a row or a posting that is added to a payment later', async () => {
    const linkId = await newLink(100n)
    const paymentId = await pay({ amount: 100n, linkId, taken: 50n })
    const entry = await database.db
      .selectFrom('ledger_transaction')
      .select('id')
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow()
    const clearing = { ...posting(paymentId, entry.id, 9, 1n), account: 'clearing' }
    const lone = database.db.insertInto('posting').values(clearing).execute()
    await expect(lone).rejects.toThrow('do not sum to zero')
    const pair = [posting(paymentId, entry.id, 9, -1n), posting(paymentId, entry.id, 10, 1n)]
    await database.db.insertInto('posting').values(pair).execute()
    const row = database.db
      .insertInto('allocation')
      .values({
        provider_id: providerId,
        payment_id: paymentId,
        position: 2,
        link_id: linkId,
        payer_id: payerId,
        title: 'FV 1',
        amount: 1n,
        unallocated: 1n,
        completed: false,
        nth: 77,
        event_id: 1n,
      })
      .execute()
    await expect(row).rejects.toThrow('has rows of 101')
  })

  test('a currency that does not sum to zero by itself', async () => {
    const linkId = await newLink(100n)
    const paymentId = await pay({ amount: 100n, linkId, taken: 50n })
    const entry = await database.db
      .insertInto('ledger_transaction')
      .values({ provider_id: providerId, kind: 'payment', payment_id: paymentId, at })
      .returning('id')
      .executeTakeFirstOrThrow()
    const mixed = [
      { ...posting(paymentId, entry.id, 1, 5n), account: 'clearing' },
      { ...posting(paymentId, entry.id, 2, -5n), account: 'clearing', currency: 'EUR' },
    ]
    await expect(database.db.insertInto('posting').values(mixed).execute()).rejects.toThrow(
      'do not sum to zero',
    )
    // What is empty stands out too.
    expect(await verifyBooks(database.db)).toMatchObject([{ subject: `ledger_transaction ${entry.id}` }])
  })

  test.each(['posting', 'ledger_transaction', 'allocation', 'payment'] as const)(
    'changes and deletions in %s',
    async (table) => {
      const { db } = database
      const refused = `rows of ${table} are never changed or deleted`
      await expect(sql`update ${sql.table(table)} set provider_id = provider_id`.execute(db)).rejects.toThrow(
        refused,
      )
      await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toThrow(refused)
      await expect(sql`truncate ${sql.table(table)} cascade`.execute(db)).rejects.toThrow('never changed')
    },
  )
})

describe('the books are found wrong where', () => {
  const rulesBroken = async () => [...new Set((await verifyBooks(database.db)).map(({ rule }) => rule))]
  const spoiling = async (spoil: (tx: Tx) => Promise<unknown>): Promise<string[]> => {
    const before = await rulesBroken()
    await transact(database.db, spoil)
    return (await rulesBroken()).filter((rule) => !before.includes(rule))
  }

  test('a link says that more was paid than was posted', async () => {
    const linkId = await newLink(100n)
    const found = await spoiling((tx) =>
      tx.updateTable('payment_link').set({ paid_amount: 1n }).where('id', '=', linkId).execute(),
    )
    expect(found).toEqual(['a link has been paid what its postings say'])
  })

  test('a link is paid by nothing', async () => {
    const linkId = await newLink(100n)
    const found = await spoiling((tx) =>
      tx
        .updateTable('payment_link')
        .set({ open_amount: 0n, status: 'paid', ended_at: at })
        .where('id', '=', linkId)
        .execute(),
    )
    expect(found).toEqual(['a link is active while it owes, and paid by money'])
  })

  test('a payment was not told, or an event tells of none', async () => {
    const linkId = await newLink(100n)
    await pay({ amount: 100n, linkId, taken: 50n })
    const found = await spoiling(async (tx) => {
      const paymentId = await insertPayment(tx, { amount: 10n, linkId, taken: 10n, event: false })
      const links = [{ linkId, amount: 10n }]
      await postPayment(tx, providerId, { paymentId, currency: 'PLN', at, links, unallocated: 0n })
    })
    expect(found).toEqual(['a payment has one event, and the event the payment'])
  })

  test('a checkout succeeded without a payment', async () => {
    const linkId = await newLink(100n)
    const paymentId = await pay({ amount: 100n, linkId, taken: 50n })
    const found = await spoiling((tx) =>
      tx
        .updateTable('checkout')
        .set({ status: 'failed' })
        .where('id', '=', (eb) =>
          eb.selectFrom('payment').select('checkout_id').where('payment.id', '=', paymentId),
        )
        .execute(),
    )
    expect(found).toEqual(['a checkout has succeeded exactly if it has a payment'])
  })

  test('only of the provider that is asked for', async () => {
    expect(await verifyBooks(database.db, providerId + 1)).toEqual([])
    expect(await verifyBooks(database.db, providerId)).not.toEqual([])
  })
})
