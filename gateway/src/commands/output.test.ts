import { expect, it } from 'vitest'
import { list, table } from './output.ts'

/** A screen's worth of what a transfer's title or a webhook's address could hold. */
const hostile = '\u001b]0;owned\u0007\u009b2J\rFV 1\tżółć'

it('what others wrote does not steer the terminal', () => {
  expect(table([{ title: hostile }])).toContain('�FV 1�żółć')
  expect(list([['Title', hostile]])).toContain('�FV 1�żółć')
  for (const text of [table([{ title: hostile }]), list([['Title', hostile]])])
    expect(text.replace(/\n/g, '')).not.toMatch(/\p{Cc}/u)
})

it('an address keeps its lines', () => {
  expect(list([['Address', 'ul. Długa 1\n00-001 Warszawa']])).toContain('1\n00')
})
