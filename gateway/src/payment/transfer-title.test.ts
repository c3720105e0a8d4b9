import { expect, test } from 'vitest'
import { transferTitle } from './transfer-title.ts'

test('the title names the reference, the payer and the bill', () => {
  expect(transferTitle('20200723-123456', 'user-1234', 'FV 123/2020')).toBe(
    'ref 20200723-123456 ID user-1234 FV 123/2020',
  )
})

test('a long title is cut and the reference stays whole', () => {
  const title = transferTitle('20200723-123456', 'u'.repeat(100), 'Ż'.repeat(105))
  expect(title).toHaveLength(140)
  expect(/ref[: ](\d{8}-\d{4,6})/.exec(title)?.[1]).toBe('20200723-123456')
})

test('characters that banks do not carry become spaces, letters that are typed in two parts become one', () => {
  expect(transferTitle('20200723-123456', 'a\u20bfb', 'Zażo\u0301łć | 1')).toBe(
    'ref 20200723-123456 ID a b Zażółć 1',
  )
})
