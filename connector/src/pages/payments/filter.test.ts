import { describe, expect, it } from 'vitest'
import { speechOf } from '../speech.ts'
import { queryOf, readQuery } from './filter.ts'

const zone = 'Europe/Warsaw'
const speech = speechOf('pl', zone)
const read = (query: Record<string, string | string[]>) => readQuery(query, speech, zone)

describe('what an operator asks for', () => {
  it.each([
    ['69', { min: 6900n, max: 6900n }],
    ['69,5', { min: 6950n, max: 6950n }],
    ['1 234.50 zł', { min: 123450n, max: 123450n }],
    ['50–100', { min: 5000n, max: 10000n }],
    ['0,01 - 0,02', { min: 1n, max: 2n }],
  ])('reads the amount %s', (amount, expected) => {
    expect(read({ amount }).filter.amount).toEqual(expected)
  })

  it.each(['sto', '1,234', '100-50', '1-2-3', '-5', '99999999', '1e3', '٣'])(
    'says that %s is no amount, and keeps what was typed',
    (amount) => {
      const query = read({ amount })
      expect(query.filter.amount).toBeUndefined()
      expect(query.problems).toEqual([{ field: 'amount', text: speech.say('filter.amount.wrong') }])
      expect(query.texts.amount).toBe(amount)
    },
  )

  it('takes a day before a month, and a month to its end', () => {
    const hours = ({ from = 0, until = 0 }) => (until - from) / 3600
    expect(hours(read({ month: '2026-10' }).filter)).toBe(31 * 24 + 1)
    expect(hours(read({ month: '2026-10', day: '2026-10-25' }).filter)).toBe(25)
    expect(read({ month: '2026-13', day: 'dziś' }).problems.map(({ field }) => field)).toEqual([
      'day',
      'month',
    ])
  })

  it('asks for no more than it understands', () => {
    const odd = { customer: "1' or 1=1", sort: 'amount;drop', state: 'x', after: '-1', before: 'abc' }
    const query = read(odd)
    expect(query.filter).toEqual({ words: [], hideSettled: false })
    expect(query.sort).toEqual({ by: 'date', down: true })
    expect(query.cursor).toBeUndefined()
    expect(query.problems.map(({ field }) => field)).toEqual(['customer'])
  })

  it('keeps the question in the address', () => {
    const address = { name: 'Jan', sort: '-amount', after: '12', hide: '1', state: 'open' }
    expect(queryOf(read(address))).toMatchObject(address)
    expect(queryOf(read({}))).toMatchObject({ sort: '', name: '' })
  })

  it('cuts what is longer than anybody types', () => {
    expect(read({ name: 'a'.repeat(10_000) }).texts.name).toHaveLength(100)
    expect(read({ name: ' a\u0000b\n' }).texts.name).toBe('ab')
  })
})
