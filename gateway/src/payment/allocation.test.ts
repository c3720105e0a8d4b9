import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocate, type Claim, type Share } from './allocation.ts'

/** `1:100/60` is link 1, shown 100, owes 60; `1:100/0>9/80` was cancelled and link 9 took its place. */
function claims(text: string): Claim[] {
  return text.split(' ').map((claim) => {
    const match = /^(\d+):(\d+)\/(\d+)(?:>(\d+)\/(\d+))?$/.exec(claim)
    if (!match) throw new Error(claim)
    const [linkId = 0n, amount = 0n, open = 0n, successor, owes] = match
      .slice(1)
      .map((digits) => (digits === undefined ? undefined : BigInt(digits)))
    const heir = successor !== undefined && owes !== undefined ? { linkId: successor, open: owes } : undefined
    return { linkId, amount, open, ...(heir ? { successor: heir } : {}) }
  })
}

/** `1:100` is a row of 100 that link 1 takes; `1:100-40` one of which 40 stays unallocated. */
function text(shares: Share[]): string {
  return shares
    .map(({ linkId, amount, unallocated }) => `${linkId}:${amount}${unallocated ? `-${unallocated}` : ''}`)
    .join(' ')
}

describe('money of a checkout goes', () => {
  test.each([
    ['as shown', 150, '1:100/100 2:50/50', '1:100 2:50'],
    ['in order where it is short', 120, '1:100/100 2:50/50', '1:100 2:20'],
    ['to the first only where it is shorter still', 60, '1:100/100 2:50/50', '1:60'],
    ['nowhere where it is over', 151, '1:100/100 2:50/50', '1:100 2:51-1'],
    ['nowhere where the only link was paid another way', 100, '1:100/0', '1:100-100'],
    ['to the other link only where one was paid', 150, '1:100/0 2:50/50', '1:100-100 2:50'],
    ['up to what an updated link owes', 100, '1:100/60', '1:100-40'],
    ['as shown where an updated link owes more', 100, '1:100/130', '1:100'],
    ['over to a link that owes more than was shown', 150, '1:100/0 2:50/200', '2:150'],
    ['over to it only up to what it owes', 150, '1:100/0 2:50/70', '1:80-80 2:70'],
    ['with a payment over to a link that owes more', 101, '1:100/130', '1:101'],
    ['to the successor of a cancelled link', 100, '1:100/0>9/100', '9:100'],
    ['to the successor up to what it owes', 100, '1:100/0>9/80', '1:20-20 9:80'],
    ['to the successor and no further where it owes more', 100, '1:100/0>9/500', '9:100'],
    ['to the successor first, then to the others', 150, '1:100/0>9/30 2:50/90', '1:30-30 9:30 2:90'],
    ['to the successor before a link that could take it', 120, '1:100/0>9/100 2:20/500', '9:100 2:20'],
    ['nowhere where all are cancelled', 150, '1:100/0 2:50/0', '1:100-100 2:50-50'],
  ])('%s', (_name, money, given, expected) => {
    expect(text(allocate(BigInt(money), claims(given)))).toBe(expected)
  })
})

const amount = fc.bigInt({ min: 1n, max: 300n })
const owed = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 300n }))
const anyClaims = fc
  .array(fc.record({ amount, open: owed, cancelled: fc.boolean(), successorOpen: owed }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((records): Claim[] =>
    records.map(({ amount, open, cancelled, successorOpen }, index) => ({
      linkId: BigInt(index + 1),
      amount,
      open: cancelled ? 0n : open,
      ...(cancelled && successorOpen > 0n
        ? { successor: { linkId: BigInt(101 + index), open: successorOpen } }
        : {}),
    })),
  )
const anyMoney = fc.bigInt({ min: 1n, max: 3_000n })
function least(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}
const takenOf = (share: Share | undefined) => (share ? share.amount - share.unallocated : 0n)

test('whatever the links are, every grosz has a row and no link takes more than it owes', () => {
  fc.assert(
    fc.property(anyMoney, anyClaims, (money, given) => {
      const shares = allocate(money, given)
      const open = new Map(given.map((claim) => [claim.linkId, claim.open]))
      for (const { successor } of given) if (successor) open.set(successor.linkId, successor.open)
      expect(shares.reduce((sum, share) => sum + share.amount, 0n)).toBe(money)
      expect(new Set(shares.map((share) => share.linkId)).size).toBe(shares.length)
      for (const share of shares) {
        expect(share.amount).toBeGreaterThan(0n)
        expect(share.unallocated).toBeGreaterThanOrEqual(0n)
        expect(takenOf(share)).toBeGreaterThanOrEqual(0n)
        expect(takenOf(share)).toBeLessThanOrEqual(open.get(share.linkId) ?? 0n)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('money stays unallocated only where every link of the checkout is full', () => {
  fc.assert(
    fc.property(anyMoney, anyClaims, (money, given) => {
      const shares = new Map(allocate(money, given).map((share) => [share.linkId, share]))
      const left = [...shares.values()].some((share) => share.unallocated > 0n)
      if (left) for (const { linkId, open } of given) expect(takenOf(shares.get(linkId))).toBe(open)
    }),
    { numRuns: 2_000 },
  )
})

test('an earlier link gets what was shown for it before a later one gets anything', () => {
  fc.assert(
    fc.property(anyMoney, anyClaims, (money, given) => {
      const shares = new Map(allocate(money, given).map((share) => [share.linkId, share]))
      let before = 0n
      for (const { linkId, amount: shown, open } of given) {
        const due = least(money - before, shown)
        if (due <= 0n) break
        expect(takenOf(shares.get(linkId))).toBeGreaterThanOrEqual(least(due, open))
        before += shown
      }
    }),
    { numRuns: 2_000 },
  )
})
