import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../../testing/payments.ts'
import type { Provider } from '../../provider/index.ts'
import { banksToChoose } from './banks.ts'
import type { Bank, Method } from './method.ts'
import { methods } from './methods.ts'
import { sandbox } from './sandbox/index.ts'

let world: Payments
/** What the method answers when it is asked, and how often it was. */
let list: () => Promise<Bank[]>
let asked = 0
beforeAll(async () => {
  world = await startPayments()
  const banks = () => {
    asked++
    return list()
  }
  Object.assign(methods as Record<string, Method>, { listing: { ...sandbox, code: 'listing', banks } })
})
afterAll(() => world.close())

let made = 0
/** A provider of which nothing is kept yet. */
const provider = (ways: Provider['ways'] = { bank: 'listing' }): Provider => ({
  ...world.biller.provider,
  id: 1_000 + ++made,
  ways,
})
const bank = (id: string, name: string): Bank => ({ id, name, logoUrl: null })

test('banks come by name, without what a page cannot show', async () => {
  list = async () => [
    bank('2', 'mBank'),
    bank('1', ' Żywiecki\n Bank '),
    bank('3', 'Alior'),
    bank('3', 'Alior Bank'),
    bank('no id', 'Bank'),
    bank('4', ''),
    bank('5', 'x'.repeat(100)),
  ]
  expect(await banksToChoose(world.platform, provider())).toEqual([
    { id: '3', name: 'Alior Bank' },
    { id: '2', name: 'mBank' },
    { id: '5', name: 'x'.repeat(60) },
    { id: '1', name: 'Żywiecki Bank' },
  ])
})

test('the method is asked once for all who look, and for each provider by itself', async () => {
  list = async () => [bank('1', 'mBank')]
  asked = 0
  const one = provider()
  await Promise.all(Array.from({ length: 20 }, () => banksToChoose(world.platform, one)))
  expect(await banksToChoose(world.platform, one)).toHaveLength(1)
  expect(asked).toBe(1)
  await banksToChoose(world.platform, provider())
  expect(asked).toBe(2)
})

test('a method that fails, or has no list, is chosen from on its own page', async () => {
  list = async () => {
    throw new Error('down')
  }
  asked = 0
  const one = provider()
  expect(await banksToChoose(world.platform, one)).toEqual([])
  expect(await banksToChoose(world.platform, one)).toEqual([])
  expect(asked).toBe(1)
  expect(await banksToChoose(world.platform, provider({}))).toEqual([])
})

test('nobody waits for a method that is slow, and its list is there for whoever comes later', async () => {
  let answer: (banks: Bank[]) => void = () => undefined
  list = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  const one = provider()
  expect(await banksToChoose(world.platform, one)).toEqual([])
  answer([bank('1', 'mBank')])
  expect(await banksToChoose(world.platform, one)).toEqual([{ id: '1', name: 'mBank' }])
})
