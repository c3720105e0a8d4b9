import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ReturnableRow, type ReturnPart, returnable, returnParts } from './parts.ts'

const row = (paymentId: bigint, position: number, linkId: bigint, taken: bigint, unallocated = 0n) => ({
  paymentId,
  position,
  linkId,
  taken,
  unallocated,
})
const brief = (parts: ReturnPart[]) =>
  parts.map((part) => [part.paymentId, part.position, part.amount, part.unallocated])

describe('money goes back', () => {
  const rows = [row(2n, 2, 11n, 40n, 5n), row(2n, 1, 10n, 60n), row(1n, 1, 10n, 30n, 7n)]

  test('of what no link took first, then of the newest payment’s last row first', () => {
    expect(brief(returnParts(20n, rows).parts)).toEqual([
      [2n, 2, 13n, 5n],
      [1n, 1, 7n, 7n],
    ])
    expect(returnParts(142n, rows)).toMatchObject({ missing: 0n, parts: [{}, {}, {}] })
  })

  test('of the named links only, besides what no link took', () => {
    expect(brief(returnParts(80n, rows, [10n]).parts)).toEqual([
      [2n, 2, 5n, 5n],
      [2n, 1, 60n, 0n],
      [1n, 1, 15n, 7n],
    ])
    expect(returnable(rows, [10n])).toBe(102n)
    expect(returnParts(103n, rows, [10n]).missing).toBe(1n)
  })

  test('of no link at all where none is named', () => {
    expect(brief(returnParts(12n, rows, []).parts)).toEqual([
      [2n, 2, 5n, 5n],
      [1n, 1, 7n, 7n],
    ])
    expect(returnable(rows, [])).toBe(12n)
  })
})

const amounts = fc.bigInt({ min: 0n, max: 1_000n })
const anyRows = fc
  .array(
    fc.record({
      paymentId: fc.bigInt({ min: 1n, max: 4n }),
      linkId: fc.bigInt({ min: 1n, max: 5n }),
      taken: amounts,
      unallocated: amounts,
    }),
    { maxLength: 12 },
  )
  .map((rows): ReturnableRow[] => rows.map((each, index) => ({ ...each, position: index + 1 })))
const anyLinks = fc.option(fc.array(fc.bigInt({ min: 1n, max: 5n }), { maxLength: 3 }), { nil: undefined })

test('whatever is there, each grosz is taken once and none that is not there', () => {
  fc.assert(
    fc.property(anyRows, anyLinks, fc.bigInt({ min: 1n, max: 20_000n }), (rows, links, amount) => {
      const { parts, missing } = returnParts(amount, rows, links)
      const sum = parts.reduce((total, part) => total + part.amount, 0n)
      expect(sum + missing).toBe(amount)
      expect(missing === 0n || sum === returnable(rows, links)).toBe(true)
      for (const part of parts) {
        const of = rows.find((each) => each.position === part.position)
        expect(of).toMatchObject({ paymentId: part.paymentId, linkId: part.linkId })
        const taken = part.amount - part.unallocated
        expect(part.amount > 0n && part.unallocated >= 0n && taken >= 0n).toBe(true)
        expect(part.unallocated <= (of?.unallocated ?? -1n) && taken <= (of?.taken ?? -1n)).toBe(true)
        expect(taken === 0n || !links || links.includes(part.linkId)).toBe(true)
      }
      // A link gives nothing back while there is money that no link took.
      const free = rows.reduce((total, each) => total + each.unallocated, 0n)
      const freed = parts.reduce((total, part) => total + part.unallocated, 0n)
      if (freed < free) expect(sum).toBe(freed)
    }),
    { numRuns: 2_000 },
  )
})
