import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeLinks, judgePayments, type OldLink, type OldPayment } from './old-rows.ts'

const link = fc.record({
  customer: fc.constant(7),
  cashId: fc.option(fc.integer({ min: 1, max: 3 })),
  documentId: fc.option(fc.integer({ min: 1, max: 3 })),
  token: fc.constantFrom('a', 'b', 'c', 'd'),
  paidAt: fc.option(fc.constant(1_700_000_000), { freq: 3 }),
})
const links: fc.Arbitrary<OldLink[]> = fc
  .array(link, { maxLength: 12 })
  .map((rows) => rows.map((row, n) => ({ ...row, id: n + 1 })))

it('of any rows, each charge keeps one link: the newest that is not paid', () => {
  fc.assert(
    fc.property(links, (rows) => {
      const verdicts = judgeLinks(rows)
      expect(verdicts.map(({ id }) => id).sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id))
      const owing = rows.filter(
        ({ paidAt, cashId, documentId }) => paidAt === null && (cashId ?? documentId) !== null,
      )
      const newest = new Map(owing.map((row) => [row.documentId ?? `cash_${row.cashId}`, row.id]))
      const active = verdicts.filter(({ verdict }) => verdict === 'active').map(({ id }) => id)
      expect(active.sort((a, b) => a - b)).toEqual([...newest.values()].sort((a, b) => a - b))
    }),
  )
})

it('no link that is to be cancelled shares its token with one that stays, and none is cancelled twice', () => {
  fc.assert(
    fc.property(links, (rows) => {
      const tokens = (wanted: string) =>
        judgeLinks(rows)
          .filter(({ verdict }) => verdict === wanted)
          .map(({ id }) => rows[id - 1]?.token)
      const cancelled = tokens('superfluous')
      expect(new Set(cancelled).size).toBe(cancelled.length)
      expect(cancelled.filter((token) => tokens('active').includes(token))).toEqual([])
    }),
  )
})

const payment = (id: number, more: Partial<OldPayment> = {}): OldPayment => ({
  ...{
    id,
    customer: 7,
    amount: '69.00',
    token: 'a',
    reference: '20240101-000001',
    closed: false,
    cashId: id,
  },
  ...more,
})
const statesOf = (...rows: OldPayment[]) => judgePayments(rows).map(({ state }) => state)

it('a payment is what its ledger row says', () => {
  expect(statesOf(payment(1))).toEqual(['open'])
  expect(statesOf(payment(1, { cashId: null }))).toEqual(['removed'])
  expect(statesOf(payment(1, { closed: true }))).toEqual(['final'])
  expect(statesOf(payment(1, { closed: true, cashId: null }))).toEqual(['settled'])
})

it('the same payment booked twice counts once; a second payment on the same link counts', () => {
  expect(judgePayments([payment(1), payment(2)])).toEqual([
    { id: 1, state: 'open', copyOf: null, removeCashId: null },
    { id: 2, state: 'removed', copyOf: 1, removeCashId: 2 },
  ])
  expect(statesOf(payment(1), payment(2, { reference: '20240102-000001' }))).toEqual(['open', 'open'])
  expect(statesOf(payment(1), payment(2, { customer: 8 }))).toEqual(['open', 'open'])
  expect(statesOf(payment(1, { token: null }), payment(2, { token: null }))).toEqual(['open', 'open'])
})
