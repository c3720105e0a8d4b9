import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOne, fromGrosze, parseDecimal, toGrosze } from '../../platform/index.ts'
import { type Charge, layOwed } from './owed.ts'

const charge = (
  operationId: string,
  time: number,
  charged: string,
  paidOnline = '0',
  isRefund = false,
): Charge => ({
  operationId,
  time,
  charged: parseDecimal(charged),
  paidOnline: parseDecimal(paidOnline),
  isRefund,
})
const amounts = (outstanding: string, charges: Charge[]) =>
  Object.fromEntries(
    layOwed({ outstanding: parseDecimal(outstanding), charges }).map(({ operationId, amount }) => [
      operationId,
      amount,
    ]),
  )

describe('what is owed, document by document', () => {
  it('is laid from the newest charge to the oldest', () => {
    const charges = [charge('1', 10, '50'), charge('2', 20, '60'), charge('3', 30, '70')]
    expect(amounts('100', charges)).toEqual({ 3: 7000n, 2: 3000n })
    expect(amounts('180', charges)).toEqual({ 3: 7000n, 2: 6000n, 1: 5000n })
  })

  it('asks nothing again for the document that was paid online', () => {
    const charges = [charge('591', 10, '69'), charge('592', 20, '69', '69')]
    expect(amounts('69', charges)).toEqual({ 591: 6900n })
  })

  it('falls back on a document that was paid online where the others do not suffice', () => {
    expect(amounts('100', [charge('1', 10, '69'), charge('2', 20, '69', '69')])).toEqual({
      1: 6900n,
      2: 3100n,
    })
  })

  it('counts money paid online for a document at most up to its charge', () => {
    expect(amounts('50', [charge('1', 10, '50'), charge('2', 20, '30', '80')])).toEqual({ 1: 5000n })
  })

  it('asks for a refund only once every charge is used up', () => {
    const charges = [charge('1', 10, '50'), charge('cash_9', 20, '50', '0', true)]
    expect(amounts('50', charges)).toEqual({ 1: 5000n })
    expect(amounts('80', charges)).toEqual({ 1: 5000n, cash_9: 3000n })
  })

  it('gives the difference of rounding to the newest', () => {
    const charges = [charge('1', 10, '0.335'), charge('2', 20, '0.334'), charge('3', 30, '0.335')]
    expect(amounts('1.004', charges)).toEqual({ 3: 33n, 2: 33n, 1: 34n })
  })

  it('of equal age the greater number is the newer', () => {
    expect(amounts('10', [charge('9', 5, '10'), charge('10', 5, '10')])).toEqual({ 10: 1000n })
  })

  it('is nothing for whoever owes nothing', () => {
    expect(amounts('0', [charge('1', 1, '5')])).toEqual({})
    expect(amounts('-3', [charge('1', 1, '5')])).toEqual({})
  })

  it('defect 09: money is exact, never a float', () => {
    const charges = [charge('1', 1, '0.1'), charge('2', 2, '0.2')]
    expect(amounts('0.3', charges)).toEqual({ 1: 10n, 2: 20n })
    expect(amounts('123456789.123456789012', [charge('7', 1, '123456789.123456789012')])).toEqual({
      7: 12345678912n,
    })
  })
})

const ledger = fc
  .array(
    fc.record({
      time: fc.nat(50),
      charged: fc.bigInt({ min: 1n, max: 500n * decimalOne }),
      paidPart: fc.nat(120),
      isRefund: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((rows) =>
    rows.map(({ time, charged, paidPart, isRefund }, index) => ({
      ...{ operationId: String(index + 1), time, charged, isRefund },
      paidOnline: isRefund ? 0n : (charged * BigInt(paidPart)) / 100n,
    })),
  )

describe('for every ledger, what is owed', () => {
  it('adds up to the outstanding sum, and no document is asked for more than it charges', () => {
    fc.assert(
      fc.property(ledger, fc.nat(1000), (charges, part) => {
        const sum = charges.reduce((total, { charged }) => total + charged, 0n)
        const outstanding = (sum * BigInt(part)) / 1000n
        const owed = layOwed({ outstanding, charges })
        expect(owed.reduce((total, { amount }) => total + amount, 0n)).toBe(toGrosze(outstanding))
        const slack = BigInt(charges.length)
        for (const { operationId, amount } of owed) {
          const { charged = 0n } = charges.find((each) => each.operationId === operationId) ?? {}
          expect(amount).toBeGreaterThan(0n)
          expect(amount).toBeLessThanOrEqual(toGrosze(charged) + slack)
        }
      }),
    )
  })

  it('leaves no newer charge partly free while an older one is asked for', () => {
    fc.assert(
      fc.property(ledger, fc.nat(1000), (charges, part) => {
        const whole = charges.map((each) => ({
          ...each,
          charged: fromGrosze(toGrosze(each.charged) + 1n),
          ...{ paidOnline: 0n, isRefund: false },
        }))
        const sum = whole.reduce((total, { charged }) => total + charged, 0n)
        const outstanding = fromGrosze((toGrosze(sum) * BigInt(part)) / 1000n)
        const owed = new Map(
          layOwed({ outstanding, charges: whole }).map((each) => [each.operationId, each.amount]),
        )
        const newest = [...whole].sort(
          (a, b) => b.time - a.time || Number(b.operationId) - Number(a.operationId),
        )
        const full = newest.map(({ operationId, charged }) => owed.get(operationId) === toGrosze(charged))
        const none = newest.map(({ operationId }) => !owed.has(operationId))
        const firstOpen = full.indexOf(false)
        if (firstOpen >= 0) expect(none.slice(firstOpen + 1).every(Boolean)).toBe(true)
      }),
    )
  })

  it('does not depend on the order in which the ledger is read', () => {
    fc.assert(
      fc.property(ledger, fc.nat(1000), fc.infiniteStream(fc.nat(1000)), (charges, part, numbers) => {
        const outstanding =
          (charges.reduce((total, { charged }) => total + charged, 0n) * BigInt(part)) / 1000n
        const shuffled = charges
          .map((each) => ({ each, at: Number(numbers.next().value) }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each)
        expect(layOwed({ outstanding, charges: shuffled })).toEqual(layOwed({ outstanding, charges }))
      }),
    )
  })
})
