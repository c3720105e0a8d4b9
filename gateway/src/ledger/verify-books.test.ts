import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, type Books, openBooks } from '../../testing/books.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { postPayment, verifyBooks } from './index.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

describe('the books are found wrong where', () => {
  const rulesBroken = async () => [...new Set((await verifyBooks(books.db)).map(({ rule }) => rule))]
  const spoiling = async (spoil: (tx: Tx) => Promise<unknown>): Promise<string[]> => {
    const before = await rulesBroken()
    await transact(books.db, spoil)
    return (await rulesBroken()).filter((rule) => !before.includes(rule))
  }

  test('a link says that more was paid than was posted', async () => {
    const linkId = await books.newLink(100n)
    const found = await spoiling((tx) =>
      tx.updateTable('payment_link').set({ paid_amount: 1n }).where('id', '=', linkId).execute(),
    )
    expect(found).toEqual(['a link has been paid what its postings say'])
  })

  test('a link is paid by nothing', async () => {
    const linkId = await books.newLink(100n)
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
    const linkId = await books.newLink(100n)
    await books.pay({ amount: 100n, linkId, taken: 50n })
    const found = await spoiling(async (tx) => {
      const paymentId = await books.insertPayment(tx, { amount: 10n, linkId, taken: 10n, event: false })
      const links = [{ linkId, amount: 10n }]
      await postPayment(tx, books.providerId, { paymentId, currency: 'PLN', at, links, unallocated: 0n })
    })
    expect(found).toEqual(['a payment has one event, and the event the payment'])
  })

  test('a checkout succeeded without a payment', async () => {
    const linkId = await books.newLink(100n)
    const paymentId = await books.pay({ amount: 100n, linkId, taken: 50n })
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

  test('postings and rows were spoiled behind the back of the constraints', async () => {
    const linkId = await books.newLink(100n)
    const paymentId = await books.pay({ amount: 100n, linkId, taken: 50n })
    const found = await spoiling(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      await tx.updateTable('posting').set({ amount: 99n }).where('account', '=', 'clearing').execute()
      await tx.updateTable('posting').set({ amount: -49n }).where('account', '=', 'link').execute()
      await tx.insertInto('allocation').values(books.rowOf(paymentId, linkId)).execute()
    })
    expect(found).toEqual([
      'the postings of a transaction sum to zero',
      'a payment is what its rows add up to',
      'a payment is posted once, link by link as its rows say',
      'a payment is what links and nobody hold of it, and what went back',
    ])
  })

  test('only of the provider that is asked for', async () => {
    expect(await verifyBooks(books.db, books.providerId + 1)).toEqual([])
    expect(await verifyBooks(books.db, books.providerId)).not.toEqual([])
  })
})
