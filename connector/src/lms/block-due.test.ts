import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecimal } from '../platform/index.ts'
import { type DueRow, type DueRule, dueBalance, isWithinLimit } from './block-due.ts'

const now = 1_900_000_000
const day = 86_400
const row = (value: string, more: Partial<DueRow> = {}): DueRow => ({
  type: value.startsWith('-') ? 0 : 1,
  value,
  currencyvalue: '1.0000000000',
  time: now - 60 * day,
  docid: null,
  doctype: null,
  cdate: null,
  paytime: null,
  ...more,
})
const document = (value: string, cdate: number, paytime: number, doctype = 1): DueRow =>
  row(value, { docid: 9, doctype, cdate, paytime, time: cdate })
const due = (rule: DueRule, rows: DueRow[], graceDays = 0, paytimeDays = 0) =>
  dueBalance(rows, { rule, now, graceDays, paytimeDays })

describe('the due balance', () => {
  it.each<[string, DueRule, DueRow[], number, string]>([
    [
      'cutoff counts a document whose term and grace are over',
      'cutoff',
      [document('-50.00', now - 22 * day, 14)],
      7,
      '-50.00',
    ],
    [
      'cutoff leaves out a document in its days of grace',
      'cutoff',
      [document('-50.00', now - 21 * day, 14)],
      7,
      '0.00',
    ],
    ['cutoff counts a document without term at once', 'cutoff', [document('-50.00', now, 0)], 7, '-50.00'],
    [
      'cutoff counts a charge without document at once',
      'cutoff',
      [row('-50.00', { time: now })],
      7,
      '-50.00',
    ],
    [
      'cutoff forgets the exchange rate',
      'cutoff',
      [row('-10.00', { currencyvalue: '4.3125000000' })],
      7,
      '-10.00',
    ],
    [
      'notify counts a document whose term is over',
      'notify',
      [document('-50.00', now - 15 * day, 14)],
      0,
      '-50.00',
    ],
    [
      'notify leaves out one whose term is not over',
      'notify',
      [document('-50.00', now - 13 * day, 14)],
      0,
      '0.00',
    ],
    ['notify counts payments made', 'notify', [row('20.00', { type: 100, time: now - 1 })], 0, '20.00'],
    [
      'notify counts a charge without document after its days',
      'notify',
      [row('-5.00', { time: now - 11 * day })],
      0,
      '-5.00',
    ],
    ['notify counts a receipt at once', 'notify', [document('30.00', now - 1, 14, 2)], 0, '30.00'],
    [
      'notify counts a correction that gives back at once',
      'notify',
      [document('30.00', now - 1, 14, 3)],
      0,
      '30.00',
    ],
    ['notify lets a correction that charges wait', 'notify', [document('-30.00', now - 1, 14, 3)], 0, '0.00'],
    ['notify leaves other documents out', 'notify', [document('-30.00', now - 90 * day, 0, -1)], 0, '0.00'],
    [
      'notify knows exchange rates',
      'notify',
      [row('-10.00', { currencyvalue: '4.3125000000' })],
      0,
      '-43.125',
    ],
    ['total counts all there is', 'total', [document('-50.00', now, 30), row('20.00')], 0, '-30.00'],
    ['total passes over rows without a rate', 'total', [row('-50.00', { currencyvalue: null })], 0, '0.00'],
  ])('%s', (_, rule, rows, grace, expected) => {
    expect(due(rule, rows, grace, 10)).toBe(parseDecimal(expected))
  })

  it('is the sum of everything once everything is past', () => {
    const cents = fc.integer({ min: -99_999, max: 99_999 }).filter((value) => value !== 0)
    const rows = fc.array(
      fc.record({ value: cents, isDocument: fc.boolean(), paytime: fc.integer({ min: 0, max: 60 }) }),
    )
    fc.assert(
      fc.property(rows, fc.constantFrom<DueRule>('cutoff', 'notify', 'total'), (some, rule) => {
        const ledger = some.map(({ value, isDocument, paytime }) => {
          const text = `${value < 0 ? '-' : ''}${Math.trunc(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`
          return isDocument ? document(text, now - 400 * day, paytime) : row(text, { time: now - 400 * day })
        })
        const sum = some.reduce((all, { value }) => all + BigInt(value), 0n)
        return due(rule, ledger, 7, 14) === sum * 10n ** 10n
      }),
    )
  })
})

describe('the limit', () => {
  it.each<[string, string, DueRule, boolean]>([
    ['0', '0', 'cutoff', true],
    ['-0.01', '0', 'cutoff', false],
    ['-20', '-20', 'cutoff', true],
    ['-20.01', '-20', 'total', false],
    ['-1', '0', 'notify', false],
    ['60', '50', 'notify', false],
    ['40', '50', 'notify', true],
  ])('balance %s, limit %s by %s: left alone %s', (balance, limit, rule, expected) => {
    expect(isWithinLimit(parseDecimal(balance), parseDecimal(limit), rule)).toBe(expected)
  })
})
