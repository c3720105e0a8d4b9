import type { CheckoutState } from '@bill-gateway/contract'
import { describe, expect, test } from 'vitest'
import { type Known, transitionOf } from './transition.ts'

const begin = Date.parse('2026-11-22T10:00:00Z')
const after = { early: 60_000, expired: 31 * 60_000, given: 35 * 86_400_000 }

const words: Record<string, Known> = {
  absent: { state: 'absent' },
  open: { state: 'open' },
  pending: { state: 'pending' },
  failed: { state: 'failed', failure: 'declined' },
  expired: { state: 'expired', failure: 'timeout' },
  overdue: { state: 'expired', failure: 'timeout', mayStillPay: true },
  unreachable: { state: 'unreachable' },
}

function play(status: CheckoutState, when: keyof typeof after, word: string): string {
  const known = words[word]
  if (!known) throw new Error(word)
  const submittedAt = status === 'created' ? null : new Date(begin)
  const checkout = {
    status,
    createdAt: new Date(begin),
    submittedAt,
    expiresAt: new Date(begin + 30 * 60_000),
  }
  const transition = transitionOf(checkout, known, new Date(begin + after[when]))
  return transition ? [transition.status, transition.failure, transition.final].join(' ') : 'stays'
}

describe('created', () => {
  test.each([
    ['early', 'absent', 'stays'],
    ['early', 'open', 'stays'],
    ['early', 'unreachable', 'stays'],
    ['early', 'pending', 'pending  false'],
    ['early', 'failed', 'failed declined true'],
    ['early', 'expired', 'expired timeout true'],
    ['expired', 'absent', 'expired  false'],
    ['expired', 'open', 'expired  false'],
    ['expired', 'unreachable', 'expired  false'],
    ['expired', 'pending', 'pending  false'],
    ['expired', 'failed', 'failed declined true'],
  ] as const)('%s, %s: %s', (when, word, expected) => {
    expect(play('created', when, word)).toBe(expected)
  })
})

describe('pending never expires by time alone for 35 days', () => {
  test.each([
    ['early', 'absent', 'stays'],
    ['early', 'open', 'stays'],
    ['early', 'pending', 'stays'],
    ['early', 'unreachable', 'stays'],
    ['early', 'failed', 'failed declined true'],
    ['early', 'expired', 'expired timeout true'],
    ['early', 'overdue', 'expired timeout false'],
    ['expired', 'absent', 'failed not-started true'],
    ['expired', 'open', 'stays'],
    ['expired', 'pending', 'stays'],
    ['expired', 'unreachable', 'stays'],
    ['given', 'pending', 'expired no-final-status true'],
    ['given', 'unreachable', 'expired no-final-status true'],
    ['given', 'open', 'expired no-final-status true'],
    ['given', 'failed', 'failed declined true'],
  ] as const)('%s, %s: %s', (when, word, expected) => {
    expect(play('pending', when, word)).toBe(expected)
  })
})

describe('what has ended', () => {
  test.each(['failed', 'expired'] as const)('%s stays so unless the method is at it again', (status) => {
    for (const word of ['absent', 'open', 'failed', 'expired', 'unreachable'])
      expect(play(status, 'expired', word)).toBe('stays')
    expect(play(status, 'expired', 'pending')).toBe('pending  false')
  })

  test('succeeded stays so whatever is said', () => {
    for (const word of Object.keys(words)) expect(play('succeeded', 'given', word)).toBe('stays')
  })
})
