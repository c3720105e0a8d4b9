import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grants } from '../../connector/src/install/index.ts'
import { writeSetting } from '../../connector/src/lms/index.ts'
import { type Lms, openLms, transact } from '../../connector/src/platform/index.ts'
import { keepGateway, withLease } from '../../connector/src/store/index.ts'
import { createContext } from '../../connector/src/sync/links/index.ts'
import { reopenByHand, settleByHand } from '../../connector/src/sync/payments/index.ts'
import { linksPass, logsPass, paymentsPass } from '../../connector/src/watch/index.ts'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines, runScripts } from '../../connector/testing/index.ts'

describe.each(engines)('the least rights on %s', (engine) => {
  let world: LinksWorld
  let least: Lms
  const user = `least_${randomBytes(4).toString('hex')}`

  beforeAll(async () => {
    world = await startLinksWorld(engine)
    const { access, lms } = world.world
    const printed = grants(access, user, lms.has)
    // The tests' server is reached over TCP, where MariaDB knows no localhost.
    const statements = printed
      .filter((line) => !line.startsWith('--'))
      .map((line) => line.replaceAll("'localhost'", "'%'"))
    const create =
      engine === 'postgres'
        ? `create role ${user} login password 'least'`
        : `create user '${user}'@'%' identified by 'least'`
    await runScripts(access, [create, ...statements])
    least = await openLms({ ...access, user, password: 'least' }, { connections: 4 })
  })
  afterAll(async () => {
    await least.close()
    const drop =
      engine === 'postgres' ? `drop owned by ${user}; drop role ${user}` : `drop user '${user}'@'%'`
    await runScripts(world.world.access, [drop])
    await world.close()
  })

  it('are enough for every pass, for lifting a block, and for what operators do on the pages', async () => {
    const { world: lms, gateway } = world
    await lms.setSetting('allow_test', 'true')
    await lms.setSetting('manage_cutoff', 'true')
    await lms.setSetting('cashimport_enabled', 'true')
    const customer = await lms.addCustomer()
    await lms.addInvoice({ customerId: customer, lines: ['69.00'] })
    await lms.block(customer, 'cutoff')
    const { ini, log } = world.context
    const context = await createContext({ lms: least, ini, log, timeoutMs: 5_000, retries: 0 })
    expect(await linksPass(context)).toMatchObject({ held: true, result: { made: 1 } })
    const [link] = gateway.book.active(String(customer))
    const row = gateway.book.pay(link?.token ?? '')
    expect(await paymentsPass(context)).toMatchObject({ result: { payments: { booked: 1 } } })
    const { rows } = await sql<{
      access: number
    }>`select access from nodes where ownerid = ${customer}`.execute(lms.lms.db)
    expect(rows).toEqual([{ access: 1 }])

    const payment = await least.db.selectFrom('billtech_payments').select('id').executeTakeFirstOrThrow()
    const operator = { id: 1, name: 'admin' }
    expect(await settleByHand(context, [payment.id], operator)).toMatchObject({ done: [payment.id] })
    expect(await reopenByHand(context, [payment.id], operator)).toMatchObject({ done: [payment.id] })

    await lms.addStatement({
      customerId: customer,
      value: '69.00',
      description: `przelew ref ${row.referenceNumber}`,
    })
    expect(await paymentsPass(context)).toMatchObject({ result: { statements: { settled: 1 } } })
    expect(await logsPass(context, undefined)).toMatchObject({ held: true })
    await transact(least, (tx) =>
      writeSetting(least, tx, { section: 'billtech', variable: 'links_interval' }, '7'),
    )
    await keepGateway(least, { id: 'x', apiUrl: 'x', apiKey: 'x', apiSecret: 'x', ispId: 'x' })
    expect(await withLease(least, 'x', async () => 1)).toMatchObject({ held: true })
  })

  it('are no more: nothing else of LMS can be written', async () => {
    const refused = (statement: string) =>
      expect(sql.raw(statement).execute(least.db)).rejects.toThrow(/denied|must be owner/)
    await refused("update customers set name = 'x'")
    await refused('delete from documents')
    await refused('delete from customers')
    await refused('update nodes set ipaddr = 0')
    await refused('drop table billtech_payments')
    await refused('delete from cashimport')
  })
})
