import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseSettled, type Expected } from './settlement.ts'

const a = '28616102383202382844889825'
const b = '61109010140000071219812874'
const row = (id: number, amount: bigint, more: Partial<Expected> = {}): Expected => ({
  id,
  amount,
  customerId: 7,
  account: a,
  payment: '20301122-000001',
  ...more,
})
const transfer = (value: bigint, more: { customerId?: number; account?: string } = {}) => ({
  value,
  customerId: 7,
  account: null,
  ...more,
})

describe('a transfer', () => {
  const rows = [row(1, 5000n), row(2, 2500n), row(3, 1000n, { account: b })]

  it.each([
    ['settles all that is expected with its reference', transfer(8500n), { settles: [1, 2, 3] }],
    ['settles the bills of one account', transfer(7500n), { settles: [1, 2] }],
    ['settles the bill of the other account', transfer(1000n), { settles: [3] }],
    [
      'settles nothing where a grosz is missing',
      transfer(8499n),
      { settles: undefined, reason: 'amount', expected: 8500n },
    ],
    [
      'settles nothing of another customer',
      transfer(8500n, { customerId: 8 }),
      { settles: undefined, reason: 'customer' },
    ],
  ])('%s', (_, one, expected) => expect(chooseSettled(one, rows)).toEqual(expected))

  it('of equal sums settles the one of its own account', () => {
    const equal = [row(1, 5000n), row(2, 5000n, { account: b })]
    expect(chooseSettled(transfer(5000n, { account: b }), equal)).toEqual({ settles: [2] })
    expect(chooseSettled(transfer(5000n), equal)).toEqual({ settles: [1] })
  })
})

describe('a second payment with the same reference', () => {
  const second = '20301122-000002'
  const rows = [row(1, 5000n), row(2, 2500n), row(3, 7500n, { payment: second })]

  it('is settled by a transfer of its own', () => {
    expect(chooseSettled(transfer(7500n), rows)).toEqual({ settles: [1, 2] })
    expect(chooseSettled(transfer(7500n), rows.slice(2))).toEqual({ settles: [3] })
    expect(chooseSettled(transfer(15000n), rows)).toEqual({ settles: [1, 2, 3] })
  })
})

describe('whatever is expected', () => {
  const some = fc.array(
    fc.record({
      amount: fc.bigInt(1n, 500n),
      customerId: fc.constantFrom(7, 7, 8),
      account: fc.constantFrom(a, b, null),
      payment: fc.constantFrom('1', '2', null),
    }),
    { maxLength: 6 },
  )

  it('is settled to the grosz and for its own customer, or not at all', () => {
    fc.assert(
      fc.property(some, fc.bigInt(1n, 1500n), fc.constantFrom(a, b, null), (rows, value, account) => {
        const expected = rows.map((one, id) => ({ ...one, id }))
        const settled = chooseSettled({ customerId: 7, value, account }, expected)
        if (settled.settles === undefined) return true
        const chosen = expected.filter(({ id }) => settled.settles.includes(id))
        const sum = chosen.reduce((all, { amount }) => all + amount, 0n)
        return sum === value && chosen.every(({ customerId }) => customerId === 7)
      }),
    )
  })
})
