import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonSetOf, commonSuffixOf, isSuffix, ownSetsMax, ownSuffix, parameterSet } from './parameters.ts'

const allNumbers = Array.from({ length: ownSetsMax }, (_, number) => number)
const everySuffix = () => {
  const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('')
  return ['', ...characters].flatMap((first) => characters.map((second) => first + second))
}

describe('a set of parameters', () => {
  it.each([
    ['type=connect&connectApp=MU', 'type=connect&connectApp=MU'],
    ['connectApp=MU&type=connect', 'type=connect&connectApp=MU'],
    [
      'utm_source=isp&lang=en&utm_medium=sms&type=balance',
      'type=balance&lang=en&utm_medium=sms&utm_source=isp',
    ],
    ['name=Jan&surname=Kowalski&email=j%40example.com&token=1&type=balance', 'type=balance'],
    ['type=&lang=', ''],
    ['utm_=x&utm_Source=x&UTM_SOURCE=x&utm-source=x', ''],
    ['utm_campaign=a%20b%26c%3D%23', 'utm_campaign=a+b%26c%3D%23'],
    ['__proto__=1&constructor=2', ''],
  ])('%s is %s', (given, set) => {
    expect(parameterSet(new URLSearchParams(given))).toEqual({ set })
  })

  it('takes later groups for the truth', () => {
    const groups = ['type=balance&lang=pl', 'lang=uk'].map((text) => new URLSearchParams(text))
    expect(parameterSet(...groups)).toEqual({ set: 'type=balance&lang=uk' })
  })

  it('is bounded', () => {
    const many = Array.from({ length: 11 }, (_, index): [string, string] => [`utm_${index}`, 'x'])
    expect(parameterSet(many)).toEqual({ fault: 'too_many' })
    expect(parameterSet(many.slice(1)).fault).toBeUndefined()
    expect(
      parameterSet([
        ['utm_a', 'ż'.repeat(100)],
        ['utm_b', 'ż'.repeat(100)],
      ]),
    ).toEqual({ fault: 'too_long' })
  })

  it('is the same whatever the order', () => {
    const names = fc.constantFrom('type', 'connectApp', 'lang', 'utm_a', 'utm_b', 'utm_c', 'name')
    const parameters = fc.uniqueArray(fc.tuple(names, fc.string({ maxLength: 20, unit: 'binary' })), {
      selector: ([name]) => name,
    })
    fc.assert(
      fc.property(parameters, (given) => {
        const { set = '' } = parameterSet(given)
        expect(parameterSet(given.toReversed()).set).toBe(set)
        expect(parameterSet(new URLSearchParams(set)).set).toBe(set)
      }),
    )
  })
})

describe('a suffix', () => {
  it('is fixed for the common sets', () => {
    expect(commonSuffixOf('type=connect&connectApp=MU')).toBe('24')
    const common = everySuffix().filter((suffix) => commonSetOf(suffix) !== undefined)
    expect(common.length).toBeGreaterThan(10)
    for (const suffix of common) {
      const set = commonSetOf(suffix) ?? ''
      expect(parameterSet(new URLSearchParams(set)).set).toBe(set)
      expect(commonSuffixOf(set)).toBe(suffix)
    }
  })

  it('of a provider’s own set has two characters for thousands, then three, and never a common one', () => {
    const suffixes = allNumbers.map(ownSuffix)
    expect(new Set(suffixes).size).toBe(ownSetsMax)
    expect(suffixes.every((suffix) => isSuffix(suffix) && commonSetOf(suffix) === undefined)).toBe(true)
    expect(suffixes.findIndex((suffix) => suffix.length > 2)).toBe(3_224)
    expect(suffixes[0]).toBe('aa')
  })
})
