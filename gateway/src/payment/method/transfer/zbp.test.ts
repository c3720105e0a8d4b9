import { isNrb } from '@bill-gateway/contract'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { polishTaxNumber, zbpText } from './zbp.ts'

const account = '61109010140000071219812874'
const order = {
  taxId: '5213017228',
  recipient: 'NETIX SP. Z O.O.',
  account,
  amount: 12345n,
  title: 'FV 123/2026 ID 4217',
}

describe('the code of Polish banking apps', () => {
  it('has nine fields, the amount in grosze with leading zeros', () => {
    const text = zbpText(order)
    expect(text).toBe(
      '5213017228|PL|61109010140000071219812874|012345|NETIX SP. Z O.O.|FV 123/2026 ID 4217|||',
    )
    expect(text).toHaveLength(87)
  })

  it('has no tax number for a person, or where it is no Polish one', () => {
    for (const taxId of [null, '', '5213017229', 'DE811907980', '521301722'])
      expect(zbpText({ ...order, taxId })?.split('|')[0]).toBe('')
    for (const taxId of ['PL5213017228', '521-301-72-28', 'pl 521 301 72 28'])
      expect(zbpText({ ...order, taxId })?.split('|')[0]).toBe('5213017228')
  })

  it('keeps bars and line ends out of its fields, and cuts after that', () => {
    const text = zbpText({ ...order, recipient: 'A|B\r\nC\u0000D', title: 'x'.repeat(40) })
    expect(text?.split('|').slice(4)).toEqual(['A B C D', 'x'.repeat(32), '', '', ''])
  })

  it('takes the marks off Polish letters, and leaves other scripts as they are', () => {
    const named = (recipient: string) => zbpText({ ...order, recipient })?.split('|')[4]
    expect(named('Żółć „Śnieżka” – Łódź')).toBe('Zolc "Sniezka" - Lod')
    expect(named('Нетікс')).toBe('Нетікс')
  })

  it('holds amounts of more than six digits; beyond ten the payer types it', () => {
    const amount = (minorUnits: bigint) => zbpText({ ...order, amount: minorUnits })?.split('|')[3]
    expect(amount(1n)).toBe('000001')
    expect(amount(999_999_999n)).toBe('999999999')
    expect(amount(9_999_999_999n)).toBe('9999999999')
    expect(amount(10_000_000_000n)).toBe('000000')
  })

  it('is not there for nothing to pay, a wrong account or no name', () => {
    expect(zbpText({ ...order, amount: 0n })).toBeNull()
    expect(zbpText({ ...order, account: '61109010140000071219812875' })).toBeNull()
    expect(zbpText({ ...order, recipient: ' | ' })).toBeNull()
  })

  it('never breaks the limits of its fields, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(text, text, fc.bigInt(1n, 10n ** 13n), (recipient, title, amount) => {
        const code = zbpText({ ...order, recipient, title, amount })
        if (code === null) return
        const fields = code.split('|')
        expect(fields).toHaveLength(9)
        expect(code.length).toBeLessThanOrEqual(160)
        expect(code).not.toMatch(/[\r\n]/)
        expect(isNrb(fields[2] ?? '')).toBe(true)
        expect(fields[3]).toMatch(/^\d{6,10}$/)
        expect([...(fields[4] ?? '')].length).toBeLessThanOrEqual(20)
        expect([...(fields[5] ?? '')].length).toBeLessThanOrEqual(32)
      }),
    )
  })
})

test('a tax number with one digit wrong is none', () => {
  expect(polishTaxNumber('5213017228')).toBe('5213017228')
  for (let place = 0; place < 10; place++) {
    const digits = [...'5213017228']
    digits[place] = String((Number(digits[place]) + 1) % 10)
    expect(polishTaxNumber(digits.join(''))).toBe('')
  }
})
