import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newBiller } from '../../testing/rooms.ts'
import {
  from,
  oneAccount,
  otherAccount,
  type Settlements,
  startSettlements,
} from '../../testing/settlements.ts'
import {
  cancelRun,
  dueNow,
  findRunSummary,
  itemsOfRun,
  type Run,
  returnTransfer,
  settlementListener,
  uploadRun,
} from './index.ts'

let at: Settlements

beforeAll(async () => {
  at = await startSettlements()
})
beforeEach(() => at.nextBiller())
afterAll(() => at.close())

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
const debit = { direction: 'debit' as const, account: from.nrb, counterpartyAccount: oneAccount }

describe('a bank statement', () => {
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
    await Promise.all([1, 1, 1, 1].map((id) => seen(line(id, reference, 10_000n, debit))))
    const open = await Promise.all(
      [first, second].map(async ({ id }) => (await findRunSummary(at.db, id))?.awaited),
    )
    expect([await at.stateOf(first), await at.stateOf(second), open]).toEqual(['closed', 'uploaded', [0, 1]])
  })

  it('that shows twins at one moment closes both', async () => {
    const { reference } = await at.paid([100])
    const first = await at.makeOne()
    await uploadRun(at.db, first.id)
    await returnTransfer(at.db, first.id, { referenceNumber: reference })
    const second = await at.makeOne()
    await uploadRun(at.db, second.id)
    await Promise.all([1, 2, 1, 2].map((id) => seen(line(id, reference, 10_000n, debit))))
    expect([await at.stateOf(first), await at.stateOf(second)]).toEqual(['closed', 'closed'])
  })

  it('of who is paid never shows the transfer that came back, but the one after it', async () => {
    const { reference } = await at.paid([100])
    const first = await at.makeOne()
    await at.paid([7])
    await uploadRun(at.db, first.id)
    await returnTransfer(at.db, first.id, { referenceNumber: reference })
    const second = await at.makeOne()
    await uploadRun(at.db, second.id)
    await seen(line(1, reference, 10_000n))
    expect((await itemsOfRun(at.db, first.id)).map(({ closedAt }) => closedAt)).toEqual([null, null])
    const shown = (await itemsOfRun(at.db, second.id)).filter(({ closedAt }) => closedAt !== null)
    expect(shown.map(({ referenceNumber }) => referenceNumber)).toEqual([reference])
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

describe('a cancelled run that a statement shows as paid', () => {
  const paidAnyway = async ({ id }: Run) => (await findRunSummary(at.db, id))?.paidThoughCancelled
  const due = async () => (await dueNow(at.db, at.scope())).items.map(({ amount }) => amount)

  it('is noted, its payment is not paid again, and it counts once a person says so', async () => {
    const { reference } = await at.paid([100])
    await at.paid([7])
    const run = await at.makeOne()
    await cancelRun(at.db, run.id)
    expect(await due()).toEqual([10_000n, 700n])
    await seen(line(1, reference, 10_000n), line(1, reference, 10_000n), line(2, reference, 9_000n))
    expect([await at.stateOf(run), await paidAnyway(run)]).toEqual(['cancelled', 1])
    expect([await due(), await at.settled()]).toEqual([[700n], 0n])
    await uploadRun(at.db, run.id)
    expect([await at.stateOf(run), await paidAnyway(run), await due()]).toEqual(['uploaded', 0, []])
    expect(await at.settled()).toBe(10_700n)
    expect(await at.world.books()).toEqual([])
  })

  it('whose payments another run has settled cannot count; once the money is back all is as it was', async () => {
    const { reference, token } = await at.paid([100])
    const cancelled = await at.makeOne()
    await cancelRun(at.db, cancelled.id)
    const back = () => returnTransfer(at.db, cancelled.id, { referenceNumber: reference })
    await expect(back()).rejects.toThrow('not at the bank')
    const run = await at.makeOne()
    await uploadRun(at.db, run.id)
    // The first line is the transfer that counts, whichever the bank paid first.
    await seen(line(1, reference, 10_000n))
    expect([await at.stateOf(run), await paidAnyway(cancelled)]).toEqual(['closed', 0])
    await seen(line(2, reference, 10_000n))
    expect(await paidAnyway(cancelled)).toBe(1)
    await expect(uploadRun(at.db, cancelled.id)).rejects.toThrow('paid twice')
    expect([await at.stateOf(cancelled), await at.settled()]).toEqual(['cancelled', 10_000n])
    await back()
    await seen(line(2, reference, 10_000n))
    expect(await paidAnyway(cancelled)).toBe(0)
    await at.refund(token, { amount: 40 })
    expect((await dueNow(at.db, at.scope())).carried.map((each) => each.due)).toEqual([-4_000n])
    expect(await at.world.books()).toEqual([])
  })
})
