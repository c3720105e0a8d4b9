import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Due, net } from './net.ts'

const due = (paymentId: number, amount: bigint, nrb = 'A', providerId = 1): Due => ({
  providerId,
  paymentId: BigInt(paymentId),
  nrb,
  due: amount,
  referenceNumber: `20261122-00000${paymentId}`,
  title: '',
  payeeName: 'NETIX',
})

const amounts = (dues: Due[]) => net(dues).items.map((item) => item.amount)

it('takes a debt out of the largest transfer of its account', () => {
  expect(amounts([due(1, -40n), due(2, 100n), due(3, 30n)])).toEqual([0n, 60n, 30n])
})

it('takes a debt that is larger than any transfer out of several, so that as few as possible change', () => {
  expect(amounts([due(1, 50n), due(2, 100n), due(3, 30n), due(4, -120n)])).toEqual([30n, 0n, 30n, 0n])
})

it('lets no account pay for another, nor one provider for another', () => {
  const { items, carried } = net([due(1, -40n, 'A'), due(2, 100n, 'B'), due(3, -5n, 'B', 2)])
  expect(items.map(({ paymentId, amount }) => [paymentId, amount])).toEqual([[2n, 100n]])
  expect(carried.map(({ paymentId }) => paymentId)).toEqual([1n, 3n])
})

it('carries over an account that owes as much as it is due', () => {
  expect(net([due(1, 40n), due(2, -40n)]).items).toEqual([])
  expect(net([due(1, 40n), due(2, -40n)]).carried).toHaveLength(2)
})

it('for any dues: sums agree by account, no transfer is more than its due, none is below zero', () => {
  const drawn = fc.array(
    fc.tuple(fc.bigInt({ min: -500n, max: 500n }), fc.constantFrom('A', 'B'), fc.constantFrom(1, 2)),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(drawn, (list) => {
      const dues = list
        .filter(([amount]) => amount !== 0n)
        .map(([amount, nrb, provider], index) => due(index, amount, nrb, provider))
      const { items, carried } = net(dues)
      expect(items.length + carried.length).toBe(dues.length)
      for (const nrb of ['A', 'B'])
        for (const providerId of [1, 2]) {
          const own = <T extends Due>(all: T[]) =>
            all.filter((each) => each.nrb === nrb && each.providerId === providerId)
          const sum = own(dues).reduce((all, each) => all + each.due, 0n)
          expect(own(items).reduce((all, each) => all + each.amount, 0n)).toBe(sum > 0n ? sum : 0n)
          expect(own(carried)).toHaveLength(sum > 0n ? 0 : own(dues).length)
        }
      for (const item of items) {
        expect(item.amount).toBeGreaterThanOrEqual(0n)
        if (item.due > 0n) expect(item.amount).toBeLessThanOrEqual(item.due)
        else expect(item.amount).toBe(0n)
      }
    }),
  )
})
