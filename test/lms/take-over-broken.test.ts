import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropTables, takeOver } from '../../connector/src/store/index.ts'
import { readCatalog } from '../../connector/src/store/queries/catalog.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { breakingAt } from './support/broken-database.ts'
import { fillOldTables } from './take-over/fill.ts'
import { oldColumns, oldRows } from './take-over/old-plugin.ts'

const options = { gateway: 'https://pay.example', expiration: 5 as const }

/** Customers whose ledger was locked may have a row more in billtech_customer_info. */
const oldOnes = async ({ lms }: World) =>
  Promise.all(
    Object.entries(oldColumns)
      .filter(([table]) => table !== 'billtech_customer_info')
      .map(([table, columns]) => oldRows(lms, table, columns)),
  )

async function stateOf({ lms }: World) {
  const links = await sql`select id, operation_id, gateway, state, active_key from billtech_payment_links
    order by id`.execute(lms.db)
  const payments = await sql`select id, state, closed, cashid, operation_id, reference_digits, expires_at
    from billtech_payments order by id`.execute(lms.db)
  const shape = [...(await readCatalog(lms))].map(([name, { columns, indexes, hasPrimaryKey }]) => [
    ...[name, [...columns.keys()], [...indexes].sort(), hasPrimaryKey],
  ])
  return { links: links.rows, payments: payments.rows, shape: shape.sort() }
}

describe.each(engines)('a take-over that was killed on %s', (engine) => {
  let whole: Awaited<ReturnType<typeof stateOf>>
  let statements: number

  beforeAll(async () => {
    const world = await startLmsWorld(engine, { tables: 'old' })
    await fillOldTables(world)
    const counting = breakingAt(world, world.lms, Number.POSITIVE_INFINITY, 'dies')
    await takeOver(counting.lms, options)
    statements = counting.statements()
    whole = await stateOf(world)
    await world.close()
  })

  it.each([0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97])(
    'at %d of its work is finished by the next one',
    async (part) => {
      const world = await startLmsWorld(engine, { tables: 'old' })
      try {
        await fillOldTables(world)
        const before = await oldOnes(world)
        const at = Math.ceil(part * statements)
        await expect(takeOver(breakingAt(world, world.lms, at, 'dies').lms, options)).rejects.toThrow('dead')
        await takeOver(world.lms, options)
        expect(await stateOf(world)).toEqual(whole)
        const taken = await oldOnes(world)
        expect(await dropTables(world.lms)).toMatchObject({ left: [] })
        expect(await oldOnes(world)).toEqual(taken)
        expect(taken.map((rows) => rows.length)).toEqual(before.map((rows) => rows.length))
      } finally {
        await world.close()
      }
    },
  )

  afterAll(() => expect(statements).toBeGreaterThan(20))
})
