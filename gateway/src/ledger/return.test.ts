import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, type Books, openBooks } from '../../testing/books.ts'
import { transact } from '../platform/db/transaction.ts'
import { paidToLink, postReturn, postSettlement, verifyBooks } from './index.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

let made = 0

/** A refund's row and its parts, of the payment's only row; its postings are the test's. */
interface WantedRefund {
  paymentId: bigint
  linkId: bigint
  amount: bigint
  unallocated?: bigint
  status?: 'pending' | 'succeeded' | 'failed'
  manual?: boolean
  parts?: bigint
}

async function insertRefund(db: Books['db'], wanted: WantedRefund): Promise<bigint> {
  const { paymentId, linkId, amount, unallocated = 0n, status = 'succeeded', manual = false } = wanted
  const ended = status === 'pending' ? null : at
  const { id } = await db
    .insertInto('refund')
    .values({
      provider_id: books.providerId,
      public_id: `re_${++made}`,
      kind: 'refund',
      payment_id: paymentId,
      amount,
      currency: 'PLN',
      status,
      manual,
      method: 'sandbox',
      failure: status === 'failed' ? 'refused' : null,
      created_at: at,
      ended_at: ended,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const part = { payment_id: paymentId, position: 1, link_id: linkId, amount: wanted.parts ?? amount }
  await db
    .insertInto('refund_part')
    .values({ provider_id: books.providerId, refund_id: id, ...part, unallocated })
    .execute()
  return id
}

/** A link of 100, paid by 70 of which it took 60. */
async function paid(): Promise<{ linkId: bigint; paymentId: bigint }> {
  const linkId = await books.newLink(10_000n)
  return { linkId, paymentId: await books.pay({ amount: 7_000n, linkId, taken: 6_000n }) }
}

const post = (refundId: bigint, paymentId: bigint, linkId: bigint, taken: bigint, unallocated = 0n) => ({
  kind: 'refund' as const,
  paymentId,
  refundId,
  source: 'clearing' as const,
  currency: 'PLN',
  at,
  links: taken > 0n ? [{ linkId, amount: taken }] : [],
  unallocated,
})

async function sayReturned(db: Books['db'], linkId: bigint, amount: bigint, refundId: bigint): Promise<void> {
  await db.updateTable('payment_link').set({ refunded_amount: amount }).where('id', '=', linkId).execute()
  const { public_id } = await db
    .selectFrom('refund')
    .select('public_id')
    .where('id', '=', refundId)
    .executeTakeFirstOrThrow()
  const data = JSON.stringify({ refundId: public_id })
  const event = { provider_id: books.providerId, id: BigInt(1_000_000 + made), type: 'payment.refunded', at }
  await db
    .insertInto('event')
    .values({ ...event, data })
    .execute()
}

test('a refund debits what it takes of the link and of what is unallocated, and credits clearing', async () => {
  const { linkId, paymentId } = await paid()
  const refundId = await transact(books.db, async (tx) => {
    const id = await insertRefund(tx, { paymentId, linkId, amount: 3_000n, unallocated: 1_000n })
    await postReturn(tx, books.providerId, post(id, paymentId, linkId, 2_000n, 1_000n))
    await sayReturned(tx, linkId, 2_000n, id)
    return id
  })
  const postings = await books.db
    .selectFrom('posting')
    .innerJoin('ledger_transaction as entry', 'entry.id', 'posting.transaction_id')
    .select(['account', 'link_id', 'amount'])
    .where('entry.refund_id', '=', refundId)
    .orderBy('position')
    .execute()
  expect(postings).toEqual([
    { account: 'link', link_id: linkId, amount: 2_000n },
    { account: 'unallocated', link_id: null, amount: 1_000n },
    { account: 'clearing', link_id: null, amount: -3_000n },
  ])
  expect(await paidToLink(books.db, books.providerId, linkId)).toBe(4_000n)
  expect(await verifyBooks(books.db)).toEqual([])
})

describe('the database refuses', () => {
  const refused = (work: Parameters<typeof transact>[1]) => expect(transact(books.db, work)).rejects

  test('more than the row brought, of the link or of what is unallocated', async () => {
    const { linkId, paymentId } = await paid()
    const wish = { paymentId, linkId, status: 'pending' } as const
    const over = /gives back/
    await refused((tx) => insertRefund(tx, { ...wish, amount: 6_001n })).toThrow(over)
    await refused((tx) => insertRefund(tx, { ...wish, amount: 1_001n, unallocated: 1_001n })).toThrow(over)
    await transact(books.db, (tx) => insertRefund(tx, { ...wish, amount: 6_000n }))
    await refused((tx) => insertRefund(tx, { ...wish, amount: 1n })).toThrow(over)
    await transact(books.db, (tx) => insertRefund(tx, { ...wish, amount: 1_000n, unallocated: 1_000n }))
  })

  test('the last of a row to the second of two that ask at the same moment', async () => {
    const { linkId, paymentId } = await paid()
    const wish = { paymentId, linkId, status: 'pending', amount: 4_000n } as const
    const both = [1, 2].map(() => transact(books.db, (tx) => insertRefund(tx, wish)))
    const ends = await Promise.allSettled(both)
    expect(ends.map((end) => end.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('a refund that failed counts no more', async () => {
    const { linkId, paymentId } = await paid()
    const wish = { paymentId, linkId, amount: 6_000n } as const
    await transact(books.db, (tx) => insertRefund(tx, { ...wish, status: 'failed' }))
    await transact(books.db, (tx) => insertRefund(tx, { ...wish, status: 'pending' }))
  })

  test('a part of another link than the row’s', async () => {
    const { paymentId } = await paid()
    const other = await books.newLink(100n)
    await refused((tx) =>
      insertRefund(tx, { paymentId, linkId: other, amount: 1n, status: 'pending' }),
    ).toThrow('gives back')
  })

  test('parts that are not the refund', async () => {
    const { linkId, paymentId } = await paid()
    await refused((tx) =>
      insertRefund(tx, { paymentId, linkId, amount: 5n, parts: 4n, status: 'pending' }),
    ).toThrow('with parts of 4')
  })

  test('a success without postings, postings without a success, and others than the parts say', async () => {
    const { linkId, paymentId } = await paid()
    await refused((tx) => insertRefund(tx, { paymentId, linkId, amount: 5n })).toThrow('postings of 0')
    await refused(async (tx) => {
      const id = await insertRefund(tx, { paymentId, linkId, amount: 5n, status: 'pending' })
      await postReturn(tx, books.providerId, post(id, paymentId, linkId, 5n))
    }).toThrow('is pending with')
    await refused(async (tx) => {
      const id = await insertRefund(tx, { paymentId, linkId, amount: 5n })
      await postReturn(tx, books.providerId, post(id, paymentId, linkId, 0n, 5n))
    }).toThrow('refund')
    await refused(async (tx) => {
      const id = await insertRefund(tx, { paymentId, linkId, amount: 5n })
      await postReturn(tx, books.providerId, post(id, paymentId, linkId, 4n))
    }).toThrow('postings of 4')
  })

  test('clearing and settled mixed up', async () => {
    const { linkId, paymentId } = await paid()
    await refused(async (tx) => {
      const id = await insertRefund(tx, { paymentId, linkId, amount: 5n })
      const entry = { ...post(id, paymentId, linkId, 5n), source: 'settled' as const }
      await postReturn(tx, books.providerId, entry)
    }).toThrow('postings of 0')
  })

  test('a refund that is posted a second time', async () => {
    const { linkId, paymentId } = await paid()
    await refused(async (tx) => {
      const id = await insertRefund(tx, { paymentId, linkId, amount: 5n })
      await postReturn(tx, books.providerId, post(id, paymentId, linkId, 5n))
      await postReturn(tx, books.providerId, post(id, paymentId, linkId, 5n))
    }).toThrow('ledger_transaction_refund_key')
  })

  test('a decided refund that is changed, and one that is deleted', async () => {
    const { linkId, paymentId } = await paid()
    const failed = await transact(books.db, (tx) =>
      insertRefund(tx, { paymentId, linkId, amount: 5n, status: 'failed' }),
    )
    const change = (values: Record<string, unknown>) =>
      books.db.updateTable('refund').set(values).where('id', '=', failed).execute()
    await expect(change({ status: 'pending', failure: null, ended_at: null })).rejects.toThrow(
      'not to be changed',
    )
    await expect(change({ amount: 6n })).rejects.toThrow('not to be changed')
    await expect(sql`delete from refund`.execute(books.db)).rejects.toThrow('never changed or deleted')
    await expect(sql`update refund_part set amount = amount`.execute(books.db)).rejects.toThrow(
      'never changed',
    )
  })
})

describe('a settlement', () => {
  const collect = (paymentId: bigint, collectedBy: 'operator' | 'provider') =>
    transact(books.db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      await tx.updateTable('payment').set({ collected_by: collectedBy }).where('id', '=', paymentId).execute()
    })
  const settle = (paymentId: bigint, amount: bigint) =>
    transact(books.db, (tx) =>
      postSettlement(tx, books.providerId, { paymentId, amount, currency: 'PLN', at }),
    )

  test('passes on what the operator collected, no more of it than there is, and takes a debt back', async () => {
    const { paymentId } = await paid()
    await collect(paymentId, 'operator')
    await settle(paymentId, 5_000n)
    await expect(settle(paymentId, 2_001n)).rejects.toThrow('cannot be settled: 7000 was collected')
    await settle(paymentId, 2_000n)
    await settle(paymentId, -3_000n)
    await expect(settle(paymentId, -4_001n)).rejects.toThrow('cannot be settled')
    const sums = await books.db
      .selectFrom('posting')
      .select(['account', (eb) => eb.fn.sum<string>('amount').as('sum')])
      .where('payment_id', '=', paymentId)
      .where('account', 'in', ['clearing', 'settled'])
      .groupBy('account')
      .orderBy('account')
      .execute()
    expect(sums).toEqual([
      { account: 'clearing', sum: '3000' },
      { account: 'settled', sum: '4000' },
    ])
    expect(await verifyBooks(books.db)).toEqual([])
  })

  test('of what the provider collected itself is refused', async () => {
    const { paymentId } = await paid()
    await expect(settle(paymentId, 1n)).rejects.toThrow('0 was collected')
  })

  test('money that the provider gave back itself comes out of what it has: it is still due to it', async () => {
    const { linkId, paymentId } = await paid()
    await collect(paymentId, 'operator')
    const give = (source: 'clearing' | 'settled') =>
      transact(books.db, async (tx) => {
        const id = await insertRefund(tx, { paymentId, linkId, amount: 500n, manual: true })
        await postReturn(tx, books.providerId, { ...post(id, paymentId, linkId, 500n), source })
        await sayReturned(tx, linkId, 500n, id)
      })
    await expect(give('clearing')).rejects.toThrow('postings of 0')
    await give('settled')
    await settle(paymentId, 7_000n)
    expect(await verifyBooks(books.db)).toEqual([])
  })
})

describe('the books are found wrong where', () => {
  const rulesBroken = async () => [...new Set((await verifyBooks(books.db)).map(({ rule }) => rule))]

  test('a link says that other money went back than was posted', async () => {
    const { linkId } = await paid()
    await books.db.updateTable('payment_link').set({ refunded_amount: 1n }).where('id', '=', linkId).execute()
    expect(await rulesBroken()).toEqual(['a link has given back what its postings say'])
    await books.db.updateTable('payment_link').set({ refunded_amount: 0n }).where('id', '=', linkId).execute()
  })

  test('a refund has no event, is not what was posted, or takes more than there was', async () => {
    const { linkId, paymentId } = await paid()
    await transact(books.db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      await insertRefund(tx, { paymentId, linkId, amount: 9_000n })
    })
    expect(await rulesBroken()).toEqual([
      'a payment is what links and nobody hold of it, and what went back',
      'no row of a payment gives back more than it brought',
      'a refund is posted once it has succeeded, and only then',
      'a refund that has succeeded has one event, and the event the refund',
    ])
  })

  test('more was settled than the operator collected', async () => {
    const { paymentId } = await paid()
    const before = await rulesBroken()
    await transact(books.db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx)
      await postSettlement(tx, books.providerId, { paymentId, amount: 1n, currency: 'PLN', at })
    })
    expect((await rulesBroken()).filter((rule) => !before.includes(rule))).toEqual([
      'what is settled was collected by the operator, and is not more than the payment',
    ])
  })
})
