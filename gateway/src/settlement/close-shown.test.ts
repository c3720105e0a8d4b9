import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newBiller } from '../../testing/rooms.ts'
import {
  from,
  oneAccount,
  otherAccount,
  type Settlements,
  startSettlements,
} from '../../testing/settlements.ts'
import { findRunSummary, returnTransfer, settlementListener, uploadRun } from './index.ts'

let at: Settlements

beforeAll(async () => {
  at = await startSettlements()
})
beforeEach(() => at.nextBiller())
afterAll(() => at.close())

describe('a bank statement', () => {
  const line = (entryId: number, referenceNumber: string, amount: bigint, changes = {}) => ({
    entryId: BigInt(entryId),
    direction: 'credit' as const,
    referenceNumber,
    amount,
    currency: 'PLN',
    bookedOn: '2026-11-23',
    account: oneAccount,
    counterpartyAccount: from.nrb,
    paymentId: null,
    ...changes,
  })
  const seen = (...lines: ReturnType<typeof line>[]) =>
    settlementListener.seen(at.world.platform, at.biller().provider, lines)

  it('closes the transfers that it shows, and the run with the last of them', async () => {
    const one = await at.paid([100])
    const two = await at.paid([7], [8, otherAccount])
    const run = await at.makeOne()
    await uploadRun(at.db, run.id)
    await seen(line(1, one.reference, 10_000n), line(2, two.reference, 700n))
    expect(await at.stateOf(run)).toBe('uploaded')
    await seen(line(3, two.reference, 800n, { account: `PL${otherAccount}` }))
    expect(await at.stateOf(run)).toBe('closed')
  })

  it('closes nothing by another amount, account, currency, or of another provider', async () => {
    const { reference } = await at.paid([100])
    const run = await at.makeOne()
    await uploadRun(at.db, run.id)
    await seen(
      line(1, reference, 9_999n),
      line(2, reference, 10_000n, { account: otherAccount }),
      line(3, reference, 10_000n, { currency: 'EUR' }),
      line(4, '20200101-000001', 10_000n),
    )
    const stranger = await newBiller(at.world.database)
    await settlementListener.seen(at.world.platform, stranger.provider, [line(5, reference, 10_000n)])
    expect(await at.stateOf(run)).toBe('uploaded')
  })

  it('told twice of one line closes one transfer; the payer’s account sees a debit too', async () => {
    const { reference } = await at.paid([100])
    const first = await at.makeOne()
    await uploadRun(at.db, first.id)
    await returnTransfer(at.db, first.id, { referenceNumber: reference })
    const second = await at.makeOne()
    await uploadRun(at.db, second.id)
    const debit = { direction: 'debit' as const, account: from.nrb, counterpartyAccount: oneAccount }
    await Promise.all([1, 1, 1, 1].map((id) => seen(line(id, reference, 10_000n, debit))))
    const open = await Promise.all(
      [first, second].map(async ({ id }) => (await findRunSummary(at.db, id))?.awaited),
    )
    expect([await at.stateOf(first), await at.stateOf(second), open]).toEqual(['closed', 'uploaded', [0, 1]])
  })

  it('that shows a transfer nobody said was uploaded says so itself', async () => {
    const { reference } = await at.paid([100])
    const run = await at.makeOne()
    await seen(line(1, reference, 10_000n))
    expect(await at.stateOf(run)).toBe('closed')
    expect(await at.settled()).toBe(10_000n)
    expect(await at.world.books()).toEqual([])
  })
})
