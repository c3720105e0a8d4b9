import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountFromText, amountMax, amountOf, minorUnitsOf, sumAmounts, toMinorUnits } from './index.ts'

const minorUnits = fc.bigInt({ min: 0n, max: 10_000_000_000_000n })

describe('amounts of answers', () => {
  it('are whole minor units, zero included', () => {
    expect(toMinorUnits(0)).toBe(0n)
    expect(toMinorUnits(123.45)).toBe(12345n)
    expect(toMinorUnits(amountMax)).toBe(999_999_999n)
    fc.assert(fc.property(minorUnits, (whole) => toMinorUnits(amountOf(whole)) === whole))
  })

  it('are nothing else', () => {
    for (const amount of [-0.01, 12.345, Number.NaN, Number.POSITIVE_INFINITY, 1e15]) {
      expect(() => toMinorUnits(amount), String(amount)).toThrow(RangeError)
    }
  })

  it('add up to the grosz', () => {
    expect(sumAmounts([0.1, 0.2])).toBe(0.3)
    expect(sumAmounts([])).toBe(0)
    fc.assert(
      fc.property(fc.array(minorUnits), (amounts) => {
        const sum = amounts.reduce((total, amount) => total + amount, 0n)
        expect(sumAmounts(amounts.map(amountOf))).toBe(amountOf(sum))
      }),
    )
  })
})

describe('amounts of texts', () => {
  it.each([
    ['123.45', 123.45],
    ['123,4', 123.4],
    ['1 234,50', 1234.5],
    ['1\u00a0234\u202f567', 1_234_567],
    ['0.01', 0.01],
    ['9999999.99', 9_999_999.99],
  ])('%s', (text, amount) => expect(amountFromText(text)).toBe(amount))

  it.each(['', '0', '0,00', '-1', '1.234', '1.234,50', '1e3', 'abc', '12.345', '.5'])('not %s', (text) =>
    expect(amountFromText(text)).toBeUndefined(),
  )

  it('are amounts that the API takes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 999_999_999n }), (whole) => {
        const digits = String(whole).padStart(3, '0')
        const amount = amountFromText(`${digits.slice(0, -2)}.${digits.slice(-2)}`)
        expect(amount === undefined ? undefined : minorUnitsOf(amount)).toBe(whole)
      }),
    )
  })
})
