import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockCustomers, openLms, transact } from '../src/platform/index.ts'
import { engines, startLmsWorld, type World } from './index.ts'

/** What LMS's triggers do right and what they do wrong: code that is tested on this world meets both. */
describe.each(engines)('the cache of balances on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
  })
  afterAll(() => world.close())
  const db = () => world.lms.db

  it('follows inserts, updates and deletes, in the system currency, and goes with the last row', async () => {
    const customerId = await world.addCustomer()
    expect(await world.cachedBalances(customerId)).toEqual([])
    const first = await world.addCash({
      customerId,
      value: '-10.00',
      currency: 'EUR',
      currencyvalue: '4.3125',
    })
    expect(await world.cachedBalances(customerId)).toEqual([-4313n])
    const second = await world.addCash({ customerId, value: '5.00' })
    expect(await world.cachedBalances(customerId)).toEqual([-3813n])
    await db().updateTable('cash').set({ value: '-1.00' }).where('id', '=', first).execute()
    expect(await world.cachedBalances(customerId)).toEqual([69n])
    await db().updateTable('cash').set({ currencyvalue: '1' }).where('id', '=', first).execute()
    expect(await world.cachedBalances(customerId)).toEqual([400n])
    await db().deleteFrom('cash').where('id', 'in', [first, second]).execute()
    expect(await world.cachedBalances(customerId)).toEqual([])
  })

  it('misses an update that only moves a row to another customer', async () => {
    const [from, to] = [await world.addCustomer(), await world.addCustomer()]
    const id = await world.addCash({ customerId: from, value: '-10.00' })
    await db().updateTable('cash').set({ customerid: to }).where('id', '=', id).execute()
    expect(await world.cachedBalances(from)).toEqual([-1000n])
    expect(await world.cachedBalances(to)).toEqual([])
    expect(await world.balanceOf(to)).toBe(-1000n)
  })

  it(`${engine === 'mysql' ? 'misses' : 'follows'} a deleted document whose rows the foreign key removes`, async () => {
    const customerId = await world.addCustomer()
    const { documentId } = await world.addInvoice({ customerId, lines: ['50.00', '19.00'] })
    await world.addCash({ customerId, value: '-1.00' })
    await world.deleteDocument(documentId)
    expect(await world.balanceOf(customerId)).toBe(-100n)
    expect(await world.cachedBalances(customerId)).toEqual([engine === 'mysql' ? -7000n : -100n])
  })

  it(`${engine === 'mysql' ? 'is stale' : 'is right'} after a statement row is deleted with its cash row`, async () => {
    const customerId = await world.addCustomer()
    const { importId } = await world.addStatement({ customerId, value: '20.00', description: 'wpłata' })
    await db().deleteFrom('cashimport').where('id', '=', importId).execute()
    expect(await world.balanceOf(customerId)).toBe(0n)
    expect(await world.cachedBalances(customerId)).toEqual(engine === 'mysql' ? [2000n] : [])
  })

  it('goes with a customer who is deleted for good; the money stays, without an owner', async () => {
    const customerId = await world.addCustomer()
    const cash = await world.addCash({ customerId, value: '-10.00' })
    await db().deleteFrom('customers').where('id', '=', customerId).execute()
    const row = await db()
      .selectFrom('cash')
      .select('customerid')
      .where('id', '=', cash)
      .executeTakeFirstOrThrow()
    expect(row.customerid).toBeNull()
    expect(await world.cachedBalances(customerId)).toEqual([])
  })

  /** Two open transactions that both insert before either commits, with the lock or as LMS does it. */
  async function insertAtOnce(customerId: number, { locked }: { locked: boolean }): Promise<void> {
    const other = await openLms(world.access, { connections: 1 })
    const level = engine === 'mysql' && !locked ? 'repeatable read' : 'read committed'
    let second: Promise<unknown> = Promise.resolve()
    await world.lms.db
      .transaction()
      .setIsolationLevel(level)
      .execute(async (tx) => {
        if (locked) await lockCustomers(tx, [customerId])
        await world.addCash({ customerId, value: '10.00', time: 1 }, tx)
        const inserted = other.db
          .transaction()
          .setIsolationLevel(level)
          .execute(async (theirs) => {
            if (locked) await lockCustomers(theirs, [customerId])
            await world.addCash({ customerId, value: '5.00', time: 1 }, theirs)
          })
        second = inserted
        inserted.catch(() => undefined)
        await Promise.race([inserted, untilWaiting()])
      })
    await second.catch(() => undefined)
    await other.close()
  }

  /** Until the other transaction cannot go on without this one. */
  async function untilWaiting(): Promise<void> {
    const waits =
      engine === 'postgres'
        ? sql<{
            n: number
          }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        : sql<{
            n: number
          }>`select count(*) as n from information_schema.innodb_trx where trx_state = 'LOCK WAIT'`
    for (let tries = 0; tries < 100; tries++) {
      const { rows } = await waits.execute(world.lms.db)
      if (Number(rows[0]?.n) > 0) return
      // MariaDB renews this table only when nobody has read it for a tenth of a second.
      await sleep(150)
    }
    throw new Error('nobody waits')
  }

  if (engine === 'postgres') {
    it('holds two partial rows after two first inserts at once', async () => {
      const customerId = await world.addCustomer()
      await insertAtOnce(customerId, { locked: false })
      expect((await world.cachedBalances(customerId)).sort()).toEqual([1000n, 500n])
    })

    it('loses an update of two inserts at once', async () => {
      const customerId = await world.addCustomer()
      await world.addCash({ customerId, value: '1.00' })
      await insertAtOnce(customerId, { locked: false })
      expect(await world.balanceOf(customerId)).toBe(1600n)
      expect(await world.cachedBalances(customerId)).not.toEqual([1600n])
    })
  }

  it.each([0, 1])(
    'is right after two inserts at once that lock the customer, with %i rows before',
    async (before) => {
      const customerId = await world.addCustomer()
      for (let row = 0; row < before; row++) await world.addCash({ customerId, value: '1.00' })
      await insertAtOnce(customerId, { locked: true })
      const balance = 1500n + BigInt(before) * 100n
      expect(await world.balanceOf(customerId)).toBe(balance)
      expect(await world.cachedBalances(customerId)).toEqual([balance])
    },
  )

  it('is kept by a transaction that ends well, and as before after one that does not', async () => {
    const customerId = await world.addCustomer()
    const broken = transact(world.lms, async (tx) => {
      await lockCustomers(tx, [customerId])
      await world.addCash({ customerId, value: '10.00', time: 1 }, tx)
      throw new Error('broken off')
    })
    await expect(broken).rejects.toThrow('broken off')
    expect(await world.cachedBalances(customerId)).toEqual([])
  })
})
