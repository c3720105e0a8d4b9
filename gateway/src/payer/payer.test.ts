import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { transact } from '../platform/db/transaction.ts'
import { createProvider } from '../provider/index.ts'
import { lockPayer, lockPayers } from './index.ts'

let database: TestDatabase
let providerId: number
beforeAll(async () => {
  database = await createTestDatabase()
  providerId = (await createProvider(database.db, { code: 'netix', name: 'NETIX', test: true })).id
})
afterAll(() => database.drop())

const lock = (userIds: string[]) => transact(database.db, (tx) => lockPayers(tx, providerId, userIds))
const payers = () => database.db.selectFrom('payer').select(['id', 'user_id']).execute()

describe('lockPayers', () => {
  it('makes each payer once and finds it again', async () => {
    const first = await lock(['b', 'a', 'b'])
    const second = await lock(['c', 'a'])
    expect([...first.keys()].sort()).toEqual(['a', 'b'])
    expect(second.get('a')).toBe(first.get('a'))
    expect(await payers()).toHaveLength(3)
    expect(await lock([])).toEqual(new Map())
  })

  it('finds payers that another transaction makes meanwhile, under many at once', async () => {
    const userIds = Array.from({ length: 30 }, (_, index) => `u${index}`)
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, index) => lock(index % 2 ? userIds : userIds.toReversed())),
    )
    for (const found of all) expect(found.size).toBe(30)
    expect(new Set(all.map((found) => [...found].sort().join())).size).toBe(1)
  })

  it('lets nobody else change the links of a payer until the transaction ends', async () => {
    const order: string[] = []
    const payerId = (await lock(['held'])).get('held') ?? 0n
    let locked: () => void = () => undefined
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve
    })
    const holding = transact(database.db, async (tx) => {
      await lockPayers(tx, providerId, ['held'])
      locked()
      await new Promise((resolve) => setTimeout(resolve, 200))
      order.push('held')
    })
    await isLocked
    await transact(database.db, (tx) => lockPayer(tx, providerId, payerId))
    order.push('next')
    await holding
    expect(order).toEqual(['held', 'next'])
  })
})
