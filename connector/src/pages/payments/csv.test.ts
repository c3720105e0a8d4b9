import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lines } from '../gallery/world.ts'
import { speechOf } from '../speech.ts'
import { csvOf } from './csv.ts'

const speech = speechOf('pl_PL', 'Europe/Warsaw')
const [line] = lines
if (!line) throw new Error('no payment')

/** Cells of the rows after the head, as a spreadsheet reads them. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /"((?:[^"]|"")*)"(;|\r\n)/gy
  for (let match = cell.exec(csv.slice(1)); match; match = cell.exec(csv.slice(1))) {
    rows.at(-1)?.push((match[1] ?? '').replaceAll('""', '"'))
    if (match[2] === '\r\n') rows.push([])
  }
  return rows.slice(1, -1)
}

describe('the CSV of payments', () => {
  it('says all of a payment, for a spreadsheet with decimal commas', () => {
    const csv = csvOf([{ ...line, at: 1_792_000_000, paidAt: 1_791_999_000, refunded: 100n }], speech)
    expect(csv.startsWith('\uFEFF"data";"nr klienta";')).toBe(true)
    expect(rowsOf(csv)).toEqual([
      [
        '2026-10-14T17:30:00Z',
        '1001',
        'Kowalski Jan',
        'FV 111/2026 Internet 600 Mb/s',
        '',
        '20261122-000134',
        '69,00',
        '1,00',
        'tymczasowa',
        'blik',
      ],
    ])
  })

  it.each([
    '=HYPERLINK("http://evil.example","Faktura")',
    '+48123',
    '-2+3+cmd|" /C calc"!A0',
    '@SUM(1;2)',
    '\t=1+1',
    '\r=1',
    '  =1+1',
    '\u00a0=1',
    '＝1+1',
    '|cmd',
  ])('makes %j harmless: a spreadsheet must not run it', (title) => {
    const [row] = rowsOf(csvOf([{ ...line, title, customer: title }], speech))
    expect(row?.[2]).toBe(`'${title}`)
    expect(row?.[3]).toBe(`'${title}`)
  })

  it('keeps every text, and none of them begins a formula', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('', '=', '@', '\t-', '"', ';'),
        (text, first) => {
          const title = first + text
          const [row] = rowsOf(csvOf([{ ...line, title }], speech))
          expect(row).toHaveLength(10)
          expect([title, `'${title}`]).toContain(row?.[3])
          expect(row?.[3]).not.toMatch(/^[\s]*[=+\-@]/)
        },
      ),
    )
  })
})
