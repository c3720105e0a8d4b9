import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatGrosze } from '../../connector/src/platform/index.ts'
import { dropTables, readJournal, takeOver } from '../../connector/src/store/index.ts'
import { readCatalog } from '../../connector/src/store/queries/catalog.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { fillOldTables } from './take-over/fill.ts'
import { addOldLink, lastId, oldColumns, oldRows } from './take-over/old-plugin.ts'

const options = { gateway: 'https://pay.example', expiration: 5 as const }

/** Names, types and keys of our tables; what the old plugin had beyond them does not count. */
async function shapeOf(world: World) {
  const catalog = await readCatalog(world.lms)
  return [...catalog]
    .filter(([name]) => name !== 'billtech_install')
    .map(([name, { columns, indexes, hasPrimaryKey, foreignKeys }]) => ({
      name,
      columns: [...columns].map(([column, { type }]) => `${column} ${type}`).sort(),
      indexes: [...indexes].filter((index) => /^billtech_[a-z]+_[a-z]+$/.test(index)).sort(),
      hasPrimaryKey,
      foreignKeys,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function everything({ lms }: World) {
  const tables = Object.entries(oldColumns)
  return Promise.all(
    tables.map(async ([table, columns]) => [table, await oldRows(lms, table, columns)] as const),
  )
}

describe.each(engines)('take-over of the old plugin’s tables on %s', (engine) => {
  let world: World
  const ids: Record<string, number> = {}
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'old' })
    Object.assign(ids, await fillOldTables(world))
  })
  afterAll(() => world.close())

  it('a rehearsal names everything and changes nothing', async () => {
    const before = [await everything(world), await shapeOf(world)]
    const report = await takeOver(world.lms, { ...options, dryRun: true })
    expect(report.changes).toContainEqual('billtech_payment_links: column active_key added')
    expect(report).toMatchObject({ links: 8, payments: 6 })
    expect([await everything(world), await shapeOf(world)]).toEqual(before)
    const real = await takeOver(world.lms, options)
    expect(real.findings).toEqual(report.findings)
    expect(real.changes).toEqual(expect.arrayContaining(report.changes))
  })

  it('resolves and reports duplicates and dead rows', async () => {
    const verdicts = await sql<{ id: number; state: string; key: string | null; op: string | null }>`
      select id, state, active_key as ${sql.id('key')}, operation_id as op
      from billtech_payment_links order by id`.execute(world.lms.db)
    const keyOf = (operation: string) => `https://pay.example|${ids.customer}|${operation}`
    expect(verdicts.rows).toEqual([
      { id: ids.paid, state: 'paid', key: null, op: String(ids.first) },
      { id: ids.older, state: 'active', key: null, op: String(ids.second) },
      { id: ids.newer, state: 'active', key: keyOf(String(ids.second)), op: String(ids.second) },
      { id: ids.copy, state: 'moved', key: null, op: String(ids.third) },
      { id: ids.copied, state: 'active', key: keyOf(String(ids.third)), op: String(ids.third) },
      { id: ids.charge, state: 'active', key: keyOf(`cash_${ids.cash}`), op: `cash_${ids.cash}` },
      { id: ids.lost, state: 'active', key: null, op: null },
      { id: ids.again, state: 'active', key: keyOf(String(ids.first)), op: String(ids.first) },
    ])
    const report = (await readJournal(world.lms.db)).get('table:billtech_payment_links')
    expect(report).toMatchObject({ created: false, lastOldId: ids.again })
  })

  it('payments keep their rows, and get the state that the ledger shows', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select id, state, closed, operation_id as op, reference_digits as digits, cashid as cash, expires_at as expires
      from billtech_payments order by id`.execute(world.lms.db)
    const digits = (n: number) => `2024010100000${n}`
    const day = 86_400
    expect(rows.map((row) => ({ ...row, closed: Number(row.closed) }))).toEqual([
      {
        ...{
          id: ids.open,
          state: 'open',
          closed: 0,
          op: String(ids.first),
          digits: digits(1),
          cash: ids.openCash,
        },
        expires: 1_700_000_000 + 5 * day,
      },
      {
        id: ids.twin,
        state: 'removed',
        closed: 1,
        op: String(ids.first),
        digits: digits(1),
        cash: null,
        expires: null,
      },
      {
        ...{ id: ids.second_, state: 'open', closed: 0, op: String(ids.first), digits: digits(2) },
        ...{ cash: ids.secondCash, expires: 1_700_000_000 + 5 * day },
      },
      { id: ids.stuck, state: 'removed', closed: 1, op: null, digits: digits(3), cash: null, expires: null },
      {
        id: ids.settled,
        state: 'settled',
        closed: 1,
        op: null,
        digits: digits(4),
        cash: null,
        expires: null,
      },
      { id: ids.older_, state: 'settled', closed: 1, op: null, digits: digits(5), cash: null, expires: null },
    ])
  })

  it('a payment that had been booked twice counts once in the balance and its cache', async () => {
    const { rows } = await sql<{
      n: number
    }>`select count(*) as n from cash where customerid = ${ids.customer}
      and type = 100`.execute(world.lms.db)
    expect(rows[0]?.n).toBe(2)
    const cached = await sql<{ balance: string }>`select balance from customerbalances
      where customerid = ${ids.customer}`.execute(world.lms.db)
    expect(cached.rows).toEqual([{ balance: formatGrosze(await world.balanceOf(ids.customer ?? 0)) }])
  })

  it('twice is the same as once', async () => {
    const before = [await everything(world), await shapeOf(world)]
    const report = await takeOver(world.lms, options)
    expect(report).toMatchObject({ changes: [], links: 0, payments: 0, findings: [] })
    expect([await everything(world), await shapeOf(world)]).toEqual(before)
  })

  it('rows that the old plugin writes meanwhile are taken over by the next one', async () => {
    const [customer = 0, document = 0] = [ids.customer, ids.second]
    const other = await world.addInvoice({ customerId: customer, lines: ['1.00'] })
    const doubled = await addOldLink(world.lms, { customer, document, token: 'late' })
    const same = await addOldLink(world.lms, { customer, document, token: 'newer' })
    const fresh = await addOldLink(world.lms, { customer, document: other.documentId, token: 'fresh' })
    expect(await takeOver(world.lms, options)).toMatchObject({ links: 3, changes: [] })
    const { rows } = await sql<{ id: number; state: string; active: number }>`
      select id, state, case when active_key is null then 0 else 1 end as active from billtech_payment_links
      where id in (${doubled}, ${same}, ${fresh}) order by id`.execute(world.lms.db)
    expect(rows).toEqual([
      { id: doubled, state: 'active', active: 0 },
      { id: same, state: 'moved', active: 0 },
      { id: fresh, state: 'active', active: 1 },
    ])
  })

  it('the shape is that of fresh tables, whatever the old ones had', async () => {
    const fresh = await startLmsWorld(engine, { tables: 'ours' })
    try {
      const [ours, theirs] = [await shapeOf(fresh), await shapeOf(world)]
      const loose = (type: string) => type.replace(/\bint\(\d+\)/, 'int')
      const columns = (shape: typeof ours) =>
        shape.map((table) => ({ ...table, columns: table.columns.map(loose) }))
      expect(columns(theirs)).toEqual(columns(ours))
    } finally {
      await fresh.close()
    }
  })

  it('what LMS deletes takes no row of ours along', async () => {
    const customer = await world.addCustomer({})
    await addOldLink(world.lms, { customer, token: 'orphan' })
    await world.lms.db.deleteFrom('customers').where('id', '=', customer).execute()
    expect(await oldRows(world.lms, 'billtech_payment_links', ['id', 'customer_id'])).toContainEqual({
      id: await lastId(world.lms, 'billtech_payment_links'),
      customer_id: customer,
    })
    await sql`delete from billtech_payment_links where customer_id = ${customer}`.execute(world.lms.db)
  })

  it('defect 40: no schema version is recorded in dbinfo that could fall behind', async () => {
    const { rows } = await sql`select * from dbinfo where keytype like 'dbversion_Bill%'`.execute(
      world.lms.db,
    )
    expect(rows).toEqual([])
  })

  it('dropping them leaves the old tables with their columns, rows and references', async () => {
    const before = await everything(world)
    const report = await dropTables(world.lms)
    expect(report.left).toEqual([])
    expect(report.restored.sort()).toEqual(Object.keys(oldColumns).sort())
    const after = await everything(world)
    expect(after).toEqual(before)
    const old = await startLmsWorld(engine, { tables: 'old' })
    try {
      const [mine, theirs] = [await readCatalog(world.lms), await readCatalog(old.lms)]
      const keys = (catalog: typeof mine) =>
        [...catalog].map(([name, { columns, foreignKeys }]) => [
          name,
          [...columns].map(([column, { type }]) => `${column} ${type}`),
          foreignKeys.map(({ definition }) => definition).sort(),
        ])
      expect(keys(mine).sort()).toEqual(keys(theirs).sort())
    } finally {
      await old.close()
    }
  })
})
