import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from './index.ts'

describe.each(engines)('the world on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { customers: 300, seed: 7 })
  })
  afterAll(() => world.close())

  const count = async (table: string, where: string) => {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from ${sql.table(table)} where ${sql.raw(where)}`.execute(world.lms.db)
    return Number(rows[0]?.n)
  }

  it('holds a customer with an invoice of two lines', async () => {
    const customerId = await world.addCustomer({ email: 'z@example.pl' })
    const invoice = await world.addInvoice({ customerId, lines: ['50.00', '19.00'] })
    expect(invoice.cashIds).toHaveLength(2)
    expect(await world.balanceOf(customerId)).toBe(-6900n)
    expect(await world.cachedBalances(customerId)).toEqual([-6900n])
  })

  it.each([
    ['cash', "comment = ''"],
    ['cash', "currency = 'EUR'"],
    ['cash', 'currency is null'],
    ['cash', 'customerid is null'],
    ['cash', 'docid is null and type = 0 and value < 0'],
    ['cash', 'char_length(comment) > 299'],
    ['documents', 'type = 3'],
    ['documents', 'type = 6'],
    ['documents', 'cancelled = 1'],
    ['documents', "fullnumber is null or fullnumber = ''"],
    ['documents', "div_account = ''"],
    ['customers', 'deleted = 1'],
    ['customers', 'status = 5'],
    ['customers', "lastname like '%''%'"],
    ['customercontacts', '(type & 16392) = 16392'],
    ['cashimport', 'closed = 0'],
  ])('has odd data: %s where %s', async (table, where) => {
    expect(await count(table, where)).toBeGreaterThan(0)
  })

  it('is the same provider for the same seed, and its cache of balances is right', async () => {
    const again = await startLmsWorld(engine, { customers: 300, seed: 7, tables: 'none' })
    const sums = async (each: World) => {
      const { rows } = await sql<{ id: number; sum: string; balance: string }>`
        select c.customerid as id, sum(c.value * c.currencyvalue) as sum, max(b.balance) as balance
        from cash c join customerbalances b on b.customerid = c.customerid
        where c.customerid <= 300 group by c.customerid order by c.customerid`.execute(each.lms.db)
      return rows
    }
    const rows = await sums(world)
    expect(rows.length).toBeGreaterThan(280)
    expect(await sums(again)).toEqual(rows)
    await again.close()
    const wrong = await sql`select b.customerid from customerbalances b where b.balance <> (
      select round(coalesce(sum(c.value * c.currencyvalue), 0), 2) from cash c where c.customerid = b.customerid
    )`.execute(world.lms.db)
    expect(wrong.rows).toEqual([])
  })

  it('can be an LMS of an older release', async () => {
    const old = await startLmsWorld(engine, { customers: 30, older: true, tables: 'none' })
    expect(old.lms.has('cash', 'notification')).toBe(false)
    expect(old.lms.has('cashimport', 'srcaccount')).toBe(false)
    expect(old.lms.has('vcustomerassignments', 'id')).toBe(false)
    const customerId = await old.addCustomer({ groups: [1] })
    await old.addStatement({ customerId, value: '5.00', description: 'wpłata' })
    expect(await old.balanceOf(customerId)).toBe(500n)
    await old.close()
  })
})
