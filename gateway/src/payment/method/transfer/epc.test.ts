import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epcText } from './epc.ts'

const order = {
  recipient: 'NETIX SP. Z O.O.',
  account: '61109010140000071219812874',
  amount: 12345n,
  title: 'FV 123/2026 ID 4217',
  shortTitle: 'ID 4217',
}

describe('the code of transfers in euro', () => {
  it('has its lines in their order', () => {
    expect(epcText(order)?.split('\n')).toEqual([
      'BCD',
      '002',
      '1',
      'SCT',
      '',
      'NETIX SP. Z O.O.',
      'PL61109010140000071219812874',
      'EUR123.45',
      '',
      '',
      'FV 123/2026 ID 4217',
    ])
  })

  it('writes amounts to the cent', () => {
    const amount = (minorUnits: bigint) => epcText({ ...order, amount: minorUnits })?.split('\n')[7]
    expect(amount(1n)).toBe('EUR0.01')
    expect(amount(10n)).toBe('EUR0.10')
    expect(amount(99_999_999_999n)).toBe('EUR999999999.99')
    expect(epcText({ ...order, amount: 100_000_000_000n })).toBeNull()
    expect(epcText({ ...order, amount: 0n })).toBeNull()
    expect(epcText({ ...order, account: '1' })).toBeNull()
  })

  it('takes the short title where the long one makes it too long', () => {
    const long = epcText({ ...order, recipient: 'ł'.repeat(100), title: 'ż'.repeat(140) })
    expect(long?.split('\n').slice(5)).toEqual([
      'ł'.repeat(70),
      'PL61109010140000071219812874',
      'EUR123.45',
      '',
      '',
      'ID 4217',
    ])
  })

  it('never breaks its limits, whatever the texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 })
    fc.assert(
      fc.property(text, text, (recipient, title) => {
        const code = epcText({ ...order, recipient, title })
        if (code === null) return
        const lines = code.split('\n')
        expect(lines).toHaveLength(11)
        expect(Buffer.byteLength(code)).toBeLessThanOrEqual(331)
        expect([...(lines[5] ?? '')].length).toBeLessThanOrEqual(70)
        expect([...(lines[10] ?? '')].length).toBeLessThanOrEqual(140)
      }),
    )
  })
})
