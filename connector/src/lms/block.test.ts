import { readFile, writeFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import { type Lms, transact } from '../platform/index.ts'
import {
  type LiftRequest,
  liftBlock,
  lockLedgers,
  readBlockRules,
  readLmsIni,
  readSettings,
  rememberNodesOff,
} from './index.ts'

const day = 86_400
const indefinitely = 2_147_483_647

describe.each(engines)('lifting a block on %s', (engine) => {
  let world: World
  let customer: number
  let ini: Awaited<ReturnType<typeof readLmsIni>>
  beforeAll(async () => {
    world = await startLmsWorld(engine)
    ini = await readLmsIni(world.ini)
  })
  beforeEach(async () => {
    const names = ['blocking', 'blocking_limit', 'blocking_days', 'blocking_actions', 'logs.enabled']
    for (const name of names) await world.setSetting(name, '')
    ini = await readLmsIni(world.ini)
    customer = await world.addCustomer({ nodes: 2 })
  })
  afterAll(() => world.close())

  /** As after a payment has been written. */
  async function lift(more: Partial<LiftRequest> = {}, lms = world.lms) {
    const rules = await readBlockRules(lms, ini, await readSettings(lms, ini))
    const now = await world.now()
    return transact(lms, async (tx) => {
      await lockLedgers(lms, tx, [customer])
      return liftBlock(tx, lms, rules, { customerId: customer, now, ...more })
    })
  }
  const nodes = async () => {
    const { rows } = await sql<{ access: number; warning: number }>`
      select access, warning from nodes where ownerid = ${customer} order by id`.execute(world.lms.db)
    return rows.map(({ access, warning }) => `${access}${warning}`).join(' ')
  }
  const read = async () => {
    const { db } = world.lms
    const row = await db
      .selectFrom('customers')
      .select(['status', 'message', 'cutoffstop'])
      .where('id', '=', customer)
      .executeTakeFirstOrThrow()
    const assignment = await db
      .selectFrom('assignments')
      .select('invoice')
      .where('customerid', '=', customer)
      .executeTakeFirstOrThrow()
    return { ...row, invoice: assignment.invoice, nodes: await nodes() }
  }
  const owe = async (value: string, ageDays: number, paytime = 14) =>
    world.addInvoice({
      customerId: customer,
      lines: [value],
      cdate: (await world.now()) - ageDays * day,
      paytime,
    })
  const cutoffSection = async (text: string) => {
    const file = `${world.folder}/cutoff-${Math.random()}.ini`
    await writeFile(file, `${await readFile(world.ini, 'utf8')}\n[cutoff]\n${text}\n`)
    ini = await readLmsIni(file)
  }
  const setStop = (cutoffstop: number) =>
    world.lms.db.updateTable('customers').set({ cutoffstop }).where('id', '=', customer).execute()

  it('of lms-cutoff switches the nodes on, their warning off, and takes the message away', async () => {
    await cutoffSection('limit = 0')
    await world.block(customer, 'cutoff')
    expect(await nodes()).toBe('01 01')
    expect(await lift()).toBe('lifted')
    expect(await read()).toMatchObject({ nodes: '10 10', message: '', status: 3, cutoffstop: 0 })
    expect(await lift()).toBe('none')
  })

  it('waits until the due balance is not below the limit any more', async () => {
    await cutoffSection('limit = -10\nextend_deadline = 3')
    await owe('50.00', 30)
    await owe('100.00', 16)
    await world.block(customer, 'cutoff')
    await world.addCash({ customerId: customer, value: '39.99', type: 100 })
    expect(await lift({ holdUntil: (await world.now()) + day })).toBe('owes')
    expect(await read()).toMatchObject({ nodes: '01 01', cutoffstop: 0 })
    await world.addCash({ customerId: customer, value: '0.01', type: 100 })
    expect(await lift()).toBe('lifted')
  })

  it('by the limit and days of billtech.* where they are set', async () => {
    await owe('50.00', 16)
    await world.block(customer, 'cutoff')
    await world.setSetting('billtech.blocking', 'cutoff')
    await world.setSetting('billtech.blocking_days', '1')
    expect(await lift()).toBe('owes')
    await world.setSetting('billtech.blocking_limit', '-50.00')
    expect(await lift()).toBe('lifted')
  })

  it('of lms-notify undoes access, status and invoicing together', async () => {
    await world.block(customer, 'notify')
    expect(await read()).toMatchObject({ nodes: '00 00', status: 5, invoice: 0 })
    expect(await lift()).toBe('lifted')
    expect(await read()).toMatchObject({ nodes: '10 10', status: 3, invoice: 1 })
  })

  it('of lms-notify with acts that cannot be undone here is left to its unblock run', async () => {
    await world.setSetting(
      'billtech.blocking_actions',
      'node-access, customer-status, customer-group(dłużnicy)',
    )
    await world.block(customer, 'notify')
    expect(await lift()).toBe('left')
    expect(await read()).toMatchObject({ nodes: '00 00', status: 5, invoice: 0 })
  })

  it('of lms-notify judges by its rule: what is not due yet does not count', async () => {
    await world.setSetting('billtech.blocking', 'notify')
    await owe('50.00', 15, 14)
    await world.block(customer, 'notify')
    expect(await lift()).toBe('owes')
    await world.setSetting('notify.debtors_days', '2')
    expect(await lift()).toBe('lifted')
    await world.setSetting('notify.debtors_days', '')
  })

  it('counts a payment of this second, and one by a clock that is ahead', async () => {
    for (const ahead of [0, 3600]) {
      await owe('50.00', 60)
      await world.block(customer, 'notify')
      const time = (await world.now()) + ahead
      await world.addCash({ customerId: customer, value: '50.00', type: 100, time })
      expect(await lift()).toBe('lifted')
    }
  })

  it('defect 15: a customer of status 5 is unblocked', async () => {
    await cutoffSection('limit = 0')
    await world.block(customer, 'notify')
    expect(await lift()).toBe('lifted')
    expect((await read()).status).toBe(3)
  })

  it('leaves status 5 to the operator where lms-notify is not the one that blocks', async () => {
    await world.setSetting('billtech.blocking', 'cutoff')
    await world.block(customer, 'notify')
    expect(await lift()).toBe('none')
    expect((await read()).status).toBe(5)
  })

  it('leaves disconnected and deleted customers alone', async () => {
    await world.block(customer, 'cutoff')
    const set = (change: object) =>
      world.lms.db.updateTable('customers').set(change).where('id', '=', customer).execute()
    await set({ status: 4 })
    expect(await lift()).toBe('none')
    await set({ status: 3, deleted: 1 })
    expect(await lift()).toBe('gone')
    expect(await nodes()).toBe('01 01')
  })

  it('defect 15: leaves nodes off that were off by hand before the block', async () => {
    const [first] = await world.lms.db
      .selectFrom('nodes')
      .select('id')
      .where('ownerid', '=', customer)
      .orderBy('id')
      .execute()
    await world.lms.db.updateTable('nodes').set({ access: 0 }).where('id', '=', Number(first?.id)).execute()
    await rememberNodesOff(world.lms, false)
    await world.block(customer, 'cutoff')
    await rememberNodesOff(world.lms, false)
    expect(await lift()).toBe('lifted')
    expect(await nodes()).toBe('01 10')
    await world.lms.db.updateTable('nodes').set({ access: 1 }).where('id', '=', Number(first?.id)).execute()
    await rememberNodesOff(world.lms, false)
    await world.block(customer, 'cutoff')
    await lift()
    expect(await nodes()).toBe('10 10')
  })

  it('leaves nodes off that an operator has switched off by LMS’s audit log', async () => {
    const lms = await withAuditLog(world)
    await world.setSetting('logs.enabled', 'true')
    const owned = await world.lms.db
      .selectFrom('nodes')
      .select('id')
      .where('ownerid', '=', customer)
      .execute()
    const [first = 0, second = 0] = owned.map(({ id }) => id).sort((a, b) => a - b)
    await audit(world, first, '0', 1)
    await audit(world, second, '0', 1)
    await audit(world, second, '1', 1)
    await world.block(customer, 'cutoff')
    expect(await lift({}, lms)).toBe('lifted')
    expect(await nodes()).toBe('01 10')
    await audit(world, first, '0', null)
    expect(await lift({}, lms)).toBe('lifted')
    expect(await nodes()).toBe('10 10')
  })

  it('defect 14: customers outside the job’s groups are left alone, former members among them', async () => {
    const group = await addGroup(world, `g${customer}`)
    await cutoffSection(`customergroups = "${group}"`)
    await world.block(customer, 'cutoff')
    expect(await lift()).toBe('outside')
    const membership = await addMember(world, group, customer)
    expect(await lift()).toBe('lifted')
    await world.block(customer, 'cutoff')
    await world.lms.db
      .updateTable('customerassignments')
      .set({ enddate: await world.now() })
      .where('id', '=', membership)
      .execute()
    expect(await lift()).toBe('outside')
    await cutoffSection(`excluded_customergroups = "${group}"`)
    expect(await lift()).toBe('lifted')
  })

  it('defect 12: a later hold of the operator stays, an earlier one is prolonged', async () => {
    const now = await world.now()
    for (const stop of [indefinitely, now + day]) {
      await setStop(stop)
      await lift({ holdUntil: now + 5 * day })
      expect((await read()).cutoffstop).toBe(Math.max(stop, now + 5 * day))
    }
  })

  it('defect 13: without an end of the temporary payment the hold stays as it is', async () => {
    const stop = (await world.now()) + 3 * day
    await setStop(stop)
    await world.block(customer, 'cutoff')
    expect(await lift()).toBe('lifted')
    expect((await read()).cutoffstop).toBe(stop)
  })

  it('does nothing where billtech.blocking is none', async () => {
    await world.setSetting('billtech.blocking', 'none')
    await world.block(customer, 'cutoff')
    expect(await lift({ holdUntil: (await world.now()) + day })).toBe('none')
    expect(await read()).toMatchObject({ nodes: '01 01', cutoffstop: 0 })
  })
})

async function addGroup({ lms }: World, name: string): Promise<number> {
  await lms.db.insertInto('customergroups').values({ name, description: '' }).execute()
  const row = await lms.db
    .selectFrom('customergroups')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return row.id
}

async function addMember(world: World, customergroupid: number, customerid: number): Promise<number> {
  const startdate = (await world.now()) - 1
  const { db } = world.lms
  await db.insertInto('customerassignments').values({ customergroupid, customerid, startdate }).execute()
  const row = await db
    .selectFrom('customerassignments')
    .select('id')
    .where('customerid', '=', customerid)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return row.id
}

/** The tables of LMS's audit log, and the database opened once more, which looks which tables there are. */
async function withAuditLog(world: World): Promise<Lms> {
  const { db, engine } = world.lms
  const id = engine === 'postgres' ? sql`id serial primary key` : sql`id int auto_increment primary key`
  const rest = sql`logmessageid int, name varchar(32)`
  await sql`create table logmessages (${id}, transactionid int, resource int, operation int)`.execute(db)
  await sql`create table logmessagekeys (${rest}, value int)`.execute(db)
  await sql`create table logmessagedata (${rest}, value text)`.execute(db)
  return world.open(2)
}

/** As LMS notes that a node was switched. */
async function audit({ lms }: World, node: number, access: string, userid: number | null): Promise<void> {
  const { db } = lms
  await sql`insert into logtransactions (userid, time, module) values (${userid}, 1, 'nodeset')`.execute(db)
  await sql`insert into logmessages (transactionid, resource, operation)
    select max(id), 5, 3 from logtransactions`.execute(db)
  await sql`insert into logmessagekeys (logmessageid, name, value)
    select max(id), 'nodeid', ${sql.lit(node)} from logmessages`.execute(db)
  await sql`insert into logmessagedata (logmessageid, name, value)
    select max(id), 'access', ${sql.lit(access)} from logmessages`.execute(db)
}
