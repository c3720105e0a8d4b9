import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namesReference, readReferences, referenceDigits } from './statement-reference.ts'

const digits = '20201122123456'

describe('the reference of a transfer title', () => {
  it.each([
    ['ref 20201122-123456 ID 42 FV 1/2020'],
    ['ref: 20201122-123456'],
    ['REF:20201122-123456'],
    ['Ref:  20201122-123456.'],
    ['ref20201122-123456'],
    ['PRZELEW KRAJOWY,ref 20201122,-123456,ID 42'],
    ['ref 2020|1122-12|3456|ID 42'],
    ['ref 202011\n22-123456 ID 42'],
    ['re\r\nf: 20201122-123456'],
    ['ref 2020 1122 - 123 456 ID 42'],
    ['ref 20201122\u2013123456'],
    ['ref 20201122123456 ID 42'],
    ['ref 2020\u00a01122-123456'],
    ['zwrot ref 7, ref 20201122-123456'],
  ])('is found in %j', (title) => expect(readReferences(title)).toContain(digits))

  it.each([
    ['a longer number', 'ref 20201122-1234567'],
    ['a longer number cut in the middle', 'ref 20201122-1234 567'],
    ['a shorter number', 'ref 20201122-12345'],
    ['a longer date', 'ref 120201122-123456'],
    ['a shorter date', 'ref 2020112-123456'],
    ['another number', 'ref 20201122-123457'],
    ['no word before it', '20201122-123456'],
    ['letters in between', 'ref 20201122-12a3456'],
    ['a dash elsewhere', 'ref 2020-1122123456'],
    ['two dashes', 'ref 20201122-1234-56'],
  ])('is not seen in %s', (_, title) => expect(readReferences(title)).not.toContain(digits))

  it('defect 07: a number of seven digits is not cut to six, and ref: with a space is read', () => {
    expect(readReferences('ref 20250101-1234567 ID 1')).toEqual([])
    expect(readReferences('ref: 20250101-123456')).toEqual(['20250101123456'])
  })

  it('is given in both readings where the title goes on with digits', () => {
    expect(readReferences('ref 20201122-1234 56 FV')).toEqual(['20201122123456', '202011221234'])
    expect(readReferences('ref 20201122-123456 7 FV')).toEqual([digits])
  })

  it('is every one that the title names', () => {
    expect(readReferences('ref 20201122-123456, ref 20201123-000001')).toEqual([digits, '20201123000001'])
  })
})

const day = fc.stringMatching(/^20[0-9]{6}$/)
const number = fc.stringMatching(/^[0-9]{6}$/)
const gap = fc.constantFrom('', '', '', ' ', ',', '|', '\n', ', ', ' | ', '\r\n')
const head = fc.constantFrom('ref ', 'ref: ', 'REF:', 'Ref', 'ref : ', 'PRZELEW|ref ')
const tail = fc.constantFrom('', ' ID 42', ',FV 1/2020', '|', '\n', '.', ' Abonament')

/** A reference as a bank may print it: cut anywhere, in any of the spellings. */
const spelled = fc
  .tuple(day, number, head, tail, fc.array(gap, { minLength: 14, maxLength: 14 }))
  .map(([date, running, before, after, gaps]) => {
    const signs = [...`${date}-${running}`]
    const body = signs.map((sign, i) => (i === 0 ? sign : `${gaps[i - 1] ?? ''}${sign}`)).join('')
    return { digits: `${date}${running}`, title: `${before}${body}${after}`, body, before, after }
  })

describe('any spelling', () => {
  it('leads to the reference that was written', () => {
    fc.assert(fc.property(spelled, (one) => namesReference([null, one.title], one.digits)))
  })

  it('with a digit put before, behind or taken away leads nowhere near it', () => {
    fc.assert(
      fc.property(spelled, fc.constantFrom('0', '7'), (one, more) => {
        expect(namesReference([`${one.before}${more}${one.body}${one.after}`], one.digits)).toBe(false)
        expect(namesReference([`${one.before}${one.body}${more}${one.after}`], one.digits)).toBe(false)
        expect(namesReference([`${one.before}${one.body.slice(0, -1)}${one.after}`], one.digits)).toBe(false)
      }),
    )
  })
})

describe('the digits of a reference number', () => {
  it.each([
    ['20201122-123456', digits],
    ['20201122-1234', '202011221234'],
    ['20201122123456', digits],
    ['ABC', null],
    ['', null],
    [null, null],
    ['20201122-1234567', null],
  ])('of %j are %j', (text, expected) => expect(referenceDigits(text)).toBe(expected))
})
