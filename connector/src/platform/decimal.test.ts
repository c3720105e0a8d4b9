import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decimalOne,
  formatDecimal,
  formatGrosze,
  fromGrosze,
  multiplyDecimals,
  parseDecimal,
  parseGrosze,
  toGrosze,
} from './index.ts'

describe('exact decimals', () => {
  it.each([
    ['69', '69.00'],
    ['-0.5', '-0.50'],
    ['+1.', '1.00'],
    ['1.0000000000', '1.00'],
    ['0.000000000001', '0.000000000001'],
    ['-123.450000000000000', '-123.45'],
    ['9999999.99', '9999999.99'],
  ])('%s is %s', (text, shown) => expect(formatDecimal(parseDecimal(text))).toBe(shown))

  it.each(['', '.5', '1e3', '1,5', ' 1', '1.0000000000001', 'NaN', '--1'])('"%s" is refused', (text) => {
    expect(() => parseDecimal(text)).toThrow(RangeError)
  })

  it.each([
    ['0.004', 0n],
    ['0.005', 1n],
    ['-0.005', -1n],
    ['-0.004999999999', 0n],
    ['4.3125', 431n],
    ['1.115', 112n],
    ['-69', -6900n],
  ])('%s rounds to %s grosze, halves away from zero', (text, grosze) => {
    expect(toGrosze(parseDecimal(text))).toBe(grosze)
  })

  it('an amount times an exchange rate is exact', () => {
    const product = multiplyDecimals(parseDecimal('-123.45'), parseDecimal('4.3125678901'))
    expect(formatDecimal(product)).toBe('-532.386506032845')
    expect(() => multiplyDecimals(1n, 1n)).toThrow(RangeError)
  })

  it('grosze are written with two digits and read back', () => {
    expect(formatGrosze(6900n)).toBe('69.00')
    expect(formatGrosze(-5n)).toBe('-0.05')
    expect(formatGrosze(0n)).toBe('0.00')
    expect(() => parseGrosze('0.001')).toThrow(RangeError)
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 15n), 10n ** 15n),
        (grosze) => parseGrosze(formatGrosze(grosze)) === grosze,
      ),
    )
  })

  it('any decimal is written and read back, and rounding moves it by half a grosz at most', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), (value) => {
        expect(parseDecimal(formatDecimal(value))).toBe(value)
        const off = fromGrosze(toGrosze(value)) - value
        expect((off < 0n ? -off : off) * 2n <= decimalOne / 100n).toBe(true)
      }),
    )
  })
})
