import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, type Books, openBooks } from '../../testing/books.ts'
import { transact } from '../platform/db/transaction.ts'
import { paidToLink, postPayment, verifyBooks } from './index.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

test('a payment debits clearing and credits its links and what is unallocated', async () => {
  const linkId = await books.newLink(10_000n)
  const paymentId = await books.pay({ amount: 7_000n, linkId, taken: 6_000n })
  const postings = await books.db
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
  expect(await paidToLink(books.db, books.providerId, linkId)).toBe(6_000n)
  expect(await verifyBooks(books.db)).toEqual([])
})

describe('the database refuses', () => {
  const posting = (paymentId: bigint, transactionId: bigint, position: number, amount: bigint) => ({
    provider_id: books.providerId,
    transaction_id: transactionId,
    position,
    account: 'unallocated',
    payment_id: paymentId,
    amount,
    currency: 'PLN',
  })

  test('a payment without postings', async () => {
    const linkId = await books.newLink(100n)
    const alone = transact(books.db, (tx) => books.insertPayment(tx, { amount: 100n, linkId, taken: 50n }))
    await expect(alone).rejects.toThrow('has rows of 100 and postings of 0')
  })

  test('a payment whose rows are not its amount', async () => {
    const linkId = await books.newLink(100n)
    await expect(books.pay({ amount: 100n, linkId, taken: 50n, rows: 99n })).rejects.toThrow('has rows of 99')
  })

  test('postings that are not the payment', async () => {
    const linkId = await books.newLink(100n)
    const wrong = transact(books.db, async (tx) => {
      const paymentId = await books.insertPayment(tx, { amount: 100n, linkId, taken: 50n })
      const links = [{ linkId, amount: 50n }]
      await postPayment(tx, books.providerId, { paymentId, currency: 'PLN', at, links, unallocated: 49n })
    })
    await expect(wrong).rejects.toThrow('postings of 99')
  })

  test('a row or a posting that is added to a payment later', async () => {
    const linkId = await books.newLink(100n)
    const paymentId = await books.pay({ amount: 100n, linkId, taken: 50n })
    const entry = await books.db
      .selectFrom('ledger_transaction')
      .select('id')
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow()
    const clearing = { ...posting(paymentId, entry.id, 9, 1n), account: 'clearing' }
    const lone = books.db.insertInto('posting').values(clearing).execute()
    await expect(lone).rejects.toThrow('do not sum to zero')
    const pair = [posting(paymentId, entry.id, 9, -1n), posting(paymentId, entry.id, 10, 1n)]
    await books.db.insertInto('posting').values(pair).execute()
    const row = books.db.insertInto('allocation').values(books.rowOf(paymentId, linkId)).execute()
    await expect(row).rejects.toThrow('has rows of 101')
  })

  test('a currency that does not sum to zero by itself', async () => {
    const linkId = await books.newLink(100n)
    const paymentId = await books.pay({ amount: 100n, linkId, taken: 50n })
    const entry = await books.db
      .insertInto('ledger_transaction')
      .values({ provider_id: books.providerId, kind: 'payment', payment_id: paymentId, at })
      .returning('id')
      .executeTakeFirstOrThrow()
    const mixed = [
      { ...posting(paymentId, entry.id, 1, 5n), account: 'clearing' },
      { ...posting(paymentId, entry.id, 2, -5n), account: 'clearing', currency: 'EUR' },
    ]
    await expect(books.db.insertInto('posting').values(mixed).execute()).rejects.toThrow('do not sum to zero')
    // What is empty stands out too.
    expect(await verifyBooks(books.db)).toMatchObject([{ subject: `ledger_transaction ${entry.id}` }])
  })

  test.each(['posting', 'ledger_transaction', 'allocation', 'payment'] as const)(
    'changes and deletions in %s',
    async (table) => {
      const { db } = books
      const refused = `rows of ${table} are never changed or deleted`
      await expect(sql`update ${sql.table(table)} set provider_id = provider_id`.execute(db)).rejects.toThrow(
        refused,
      )
      await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toThrow(refused)
      await expect(sql`truncate ${sql.table(table)} cascade`.execute(db)).rejects.toThrow('never changed')
    },
  )
})
