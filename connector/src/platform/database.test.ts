import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import {
  databaseTime,
  insertReturningId,
  isRepeatable,
  lockCustomers,
  openLms,
  type Tx,
  transact,
} from './index.ts'

describe.each(engines)('the database on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
  })
  afterAll(() => world.close())

  it('knows what it is and which columns this release of LMS has', () => {
    const { lms } = world
    expect(lms.version).toMatch(/^\d+\.\d+/)
    expect(lms.isMariaDb).toBe(engine === 'mysql')
    expect(lms.has('cash', 'notification')).toBe(true)
    expect(lms.has('cash', 'nothing')).toBe(false)
    expect(lms.has('vcustomerassignments', 'customerid')).toBe(true)
  })

  it('gives integers as numbers, money as exact text, and letters as they are', async () => {
    const { db } = world.lms
    const lastname = "Żółć 'Ąę' \\ 100% \u{1F4A1}"
    const id = await insertReturningId(world.lms, db, 'customers', {
      lastname,
      info: '',
      message: '',
      cutoffstop: 2147483647,
    })
    await insertReturningId(world.lms, db, 'cash', {
      customerid: id,
      value: '-1234567.89',
      currencyvalue: '4.3125678901',
      comment: '',
    })
    const row = await db
      .selectFrom('customers')
      .innerJoin('cash', 'cash.customerid', 'customers.id')
      .select(['customers.id', 'lastname', 'cutoffstop', 'cash.value', 'cash.currencyvalue', 'cash.docid'])
      .select((eb) => eb.fn.countAll<number>().over().as('n'))
      .where('customers.id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({
      id,
      lastname,
      cutoffstop: 2147483647,
      value: '-1234567.89',
      currencyvalue: '4.3125678901',
      docid: null,
      n: 1,
    })
  })

  it('is entered as LMS enters it: no operator, so that its views show everybody', async () => {
    const id = await world.addCustomer()
    const all = Array.from({ length: 12 }, () =>
      sql<{ id: number }>`select id from customerview where id = ${id}`.execute(world.lms.db),
    )
    for (const { rows } of await Promise.all(all)) expect(rows).toEqual([{ id }])
  })

  it('tells its own time in whole seconds', async () => {
    const time = await databaseTime(world.lms.db, world.lms)
    expect(Number.isInteger(time)).toBe(true)
    expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60)
  })

  it('is refused with a reason where the password is wrong or there is no such database', async () => {
    await expect(openLms({ ...world.access, database: 'nowhere_at_all' })).rejects.toThrow(/nowhere_at_all/)
  })

  it('locks customers once each, ascending, and only those who exist', async () => {
    const ids = [await world.addCustomer(), await world.addCustomer(), await world.addCustomer()]
    const asked = [ids[2], ids[0], 999_999, ids[1], ids[0]] as number[]
    expect(await transact(world.lms, (tx) => lockCustomers(tx, asked))).toEqual(ids)
    expect(await transact(world.lms, (tx) => lockCustomers(tx, []))).toEqual([])
  })

  it('makes others wait for a locked customer', async () => {
    const id = await world.addCustomer()
    const order: string[] = []
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let locked: () => void = () => undefined
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve
    })
    const first = transact(world.lms, async (tx) => {
      await lockCustomers(tx, [id])
      locked()
      await held
      order.push('first')
    })
    await isLocked
    const second = transact(world.lms, async (tx) => {
      await lockCustomers(tx, [id])
      order.push('second')
    })
    await sleep(100)
    release()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })

  it('repeats the work of two transactions that block each other', async () => {
    const [a, b] = [await world.addCustomer(), await world.addCustomer()]
    let runs = 0
    const both = new Map<string, Promise<void>>()
    const arrive = new Map<string, () => void>()
    for (const name of ['ab', 'ba'])
      both.set(name, new Promise((resolve) => arrive.set(name, () => resolve())))
    const touch = async (tx: Tx, id: number, message: string) => {
      await tx.updateTable('customers').set({ message }).where('id', '=', id).execute()
    }
    const crossing = (name: string, first: number, second: number) =>
      transact(world.lms, async (tx) => {
        runs++
        await touch(tx, first, name)
        arrive.get(name)?.()
        await Promise.all(both.values())
        await touch(tx, second, name)
      })
    await Promise.all([crossing('ab', a, b), crossing('ba', b, a)])
    expect(runs).toBeGreaterThanOrEqual(3)
    const rows = await world.lms.db
      .selectFrom('customers')
      .select('message')
      .where('id', 'in', [a, b])
      .execute()
    expect(new Set(rows.map(({ message }) => message)).size).toBe(1)
  })

  it('goes on after all connections broke, as when the server is restarted', async () => {
    await Promise.all(Array.from({ length: 8 }, () => databaseTime(world.lms.db, world.lms)))
    const broken = transact(world.lms, async (tx) => {
      await world.cutConnections()
      await databaseTime(tx, world.lms)
    })
    await expect(broken).rejects.toThrow()
    const eightAtOnce = () =>
      Promise.all(Array.from({ length: 8 }, () => transact(world.lms, (tx) => databaseTime(tx, world.lms))))
    // A connection is known to be broken only once its end has arrived here.
    await expect.poll(() => eightAtOnce().catch(() => [])).toHaveLength(8)
  })

  it('gives up on what would fail again', async () => {
    let runs = 0
    const failing = transact(world.lms, async () => {
      runs++
      throw new Error('never')
    })
    await expect(failing).rejects.toThrow('never')
    expect(runs).toBe(1)
    runs = 0
    const blocked = transact(world.lms, async () => {
      runs++
      throw Object.assign(new Error('deadlock'), engine === 'postgres' ? { code: '40P01' } : { errno: 1213 })
    })
    await expect(blocked).rejects.toThrow('deadlock')
    expect(runs).toBe(5)
    expect(isRepeatable('deadlock')).toBe(false)
  })

  it('closes although a connection is never given back', async () => {
    const another = await openLms(world.access)
    let giveBack: () => void = () => undefined
    let taken: () => void = () => undefined
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve
    })
    const busy = another.db.connection().execute(() => {
      taken()
      return new Promise<void>((resolve) => {
        giveBack = resolve
      })
    })
    await isTaken
    await another.close()
    giveBack()
    await busy.catch(() => undefined)
  })
})
