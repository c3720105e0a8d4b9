import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeGateway, startFakeGateway } from '../../../testing/fake-gateway.ts'
import { type LinksWorld, pointTo, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { isRepeatable, type Tx } from '../../platform/index.ts'
import { updateLinks } from './index.ts'

const customersPerRun = 4
const kinds = [
  ...['invoice', 'invoice', 'invoice', 'charge', 'payment', 'payment', 'online', 'edit', 'delete', 'cancel'],
  ...[
    'value',
    'swap',
    'rate',
    'number',
    'comment',
    'dropRow',
    'move',
    'email',
    'name',
    'customer',
    'late',
    'paytime',
  ],
] as const

const act = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat(customersPerRun - 1),
  pick: fc.nat(1000),
  grosze: fc.integer({ min: 1, max: 30_000 }),
})
type Act = { kind: (typeof kinds)[number]; who: number; pick: number; grosze: number }
const history = fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })

describe.each(engines)('links of random ledgers on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  afterAll(() => links.close())

  it('are those from scratch, add up to what is owed, and are not sent twice', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { world, gateway, context } = links
        const people = await newPeople(links)
        for (const acts of steps) {
          const commits: (() => Promise<void>)[] = []
          for (const each of inOrder(acts)) commits.push(...(await perform(links, people, each)))
          await updateLinks(context)
          for (const commit of commits) await commit()
          await updateLinks(context)
          const sent = gateway.requests.length
          expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
          expect(gateway.requests).toHaveLength(sent)
          for (const id of people) {
            const { deleted } = await customer(links, id)
            const owed = deleted ? 0n : await owedBy(links, id)
            expect(askedOf(gateway, id)).toBe(owed)
          }
        }
        const stood = itemsOf(gateway, people)
        const scratch = await fromScratch(links)
        expect(stood).toEqual(itemsOf(scratch, people))
        await scratch.close()
        await pointTo(world, gateway)
        await context.refresh()
      }),
      { numRuns: Number(process.env.LINK_RUNS ?? 8) },
    )
  })
})

/** A transaction that stays open locks others out: it begins last, and one is enough. */
function inOrder(acts: Act[]): Act[] {
  const late = acts.filter(({ kind }) => kind === 'late')
  return [...acts.filter(({ kind }) => kind !== 'late'), ...late.slice(0, 1)]
}

async function newPeople({ world, gateway, context }: LinksWorld): Promise<number[]> {
  for (const table of ['billtech_payment_links', 'billtech_customer_info', 'billtech_payments'])
    await sql`delete from ${sql.table(table)}`.execute(world.lms.db)
  await sql`delete from cash`.execute(world.lms.db)
  await sql`delete from documents`.execute(world.lms.db)
  for (const { token } of gateway.book.active()) gateway.book.cancel(token, { resolution: 'CANCELLED' })
  await context.refresh()
  const people: number[] = []
  for (let made = 0; made < customersPerRun; made++) people.push(await world.addCustomer())
  return people
}

/** Does one change; what it answers is to be committed after the next pass. */
async function perform(links: LinksWorld, people: number[], { kind, who, pick, grosze }: Act) {
  const { world } = links
  const { db } = world.lms
  const id = people[who] ?? 0
  const money = `${Math.floor(grosze / 100)}.${String(grosze % 100).padStart(2, '0')}`
  const rows = await db.selectFrom('cash').selectAll().where('customerid', '=', id).orderBy('id').execute()
  const row = rows[pick % Math.max(1, rows.length)]
  const billed = rows.filter(({ docid }) => docid !== null)
  const documentId = billed[pick % Math.max(1, billed.length)]?.docid
  const cdate = 1_700_000_000 + pick * 40_000
  if (kind === 'invoice') {
    const foreign = pick % 5 === 0 ? { currency: 'EUR', currencyvalue: '4.2137654321' } : {}
    await world.addInvoice({ customerId: id, lines: pick % 2 ? [money] : [money, '7.77'], cdate, ...foreign })
  } else if (kind === 'charge')
    await world.addCash({ customerId: id, value: `-${money}`, time: cdate, comment: 'Opłata' })
  else if (kind === 'payment') await world.addCash({ customerId: id, value: money, time: cdate })
  else if (kind === 'online' && documentId) await payOnline(links, id, documentId, money)
  else if (kind === 'edit' && documentId) await world.editInvoice(documentId, [money, '1.23'])
  else if (kind === 'delete' && documentId) await world.deleteDocument(documentId)
  else if (kind === 'cancel' && documentId) await world.cancelDocument(documentId)
  else if (kind === 'late') return commitLate(links, id, money, cdate)
  else if (kind === 'swap') await swapValues(links, rows)
  else if (kind === 'email') await world.addContact(id, `k${pick}@example.pl`, 24)
  else if (kind === 'name')
    await db
      .updateTable('customers')
      .set({ lastname: `Nowak ${pick}` })
      .where('id', '=', id)
      .execute()
  else if (kind === 'customer')
    await db
      .updateTable('customers')
      .set({ deleted: pick % 3 === 0 ? 1 : 0 })
      .where('id', '=', id)
      .execute()
  else if (documentId && ['number', 'move', 'paytime'].includes(kind))
    await changeDocument(links, kind, documentId, people, pick)
  else if (row && ['value', 'rate', 'comment', 'dropRow'].includes(kind))
    await changeRow(links, kind, row, money)
  return []
}

async function changeDocument(
  { world }: LinksWorld,
  kind: string,
  id: number,
  people: number[],
  pick: number,
) {
  const { db } = world.lms
  if (kind === 'move') {
    const customerid = people[pick % people.length] ?? null
    await db.updateTable('cash').set({ customerid }).where('docid', '=', id).execute()
    await db.updateTable('documents').set({ customerid }).where('id', '=', id).execute()
    return
  }
  const change = kind === 'number' ? { fullnumber: `FV ${pick}` } : { paytime: pick % 60 }
  await db.updateTable('documents').set(change).where('id', '=', id).execute()
}

async function changeRow(
  { world }: LinksWorld,
  kind: string,
  row: { id: number; value: string },
  money: string,
) {
  const { db } = world.lms
  if (kind === 'dropRow') {
    await db.deleteFrom('cash').where('id', '=', row.id).execute()
    return
  }
  const sign = row.value.startsWith('-') ? '-' : ''
  const change =
    kind === 'value'
      ? { value: sign + money }
      : kind === 'rate'
        ? { currencyvalue: '1.0512345678' }
        : { comment: `Ż ${money}` }
  await db.updateTable('cash').set(change).where('id', '=', row.id).execute()
}

/** Two charges trade places: count and sum stay what they were. */
async function swapValues({ world }: LinksWorld, rows: { id: number; value: string }[]): Promise<void> {
  const [first, second] = rows.filter(({ value }) => value.startsWith('-'))
  if (!first || !second) return
  const set = (id: number, value: string) =>
    world.lms.db.updateTable('cash').set({ value }).where('id', '=', id).execute()
  await set(first.id, second.value)
  await set(second.id, first.value)
}

/** A charge whose id is given before, and whose commit comes after, those of others. */
async function commitLate({ world }: LinksWorld, id: number, money: string, time: number) {
  const other = await world.open(1)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let entered: () => void = () => undefined
  const inside = new Promise<void>((resolve) => {
    entered = resolve
  })
  const running = other.db.transaction().execute(async (tx: Tx) => {
    await world.addCash({ customerId: id, value: `-${money}`, time }, tx)
    entered()
    await held
  })
  await Promise.race([inside, running])
  return [
    async () => {
      release()
      await running.catch((error) => {
        if (!isRepeatable(error)) throw error
      })
      await other.close()
    },
  ]
}

async function payOnline(
  { world, gateway, context }: LinksWorld,
  customerid: number,
  documentId: number,
  money: string,
) {
  const { db } = world.lms
  const cashid = await world.addCash({ customerId: customerid, value: money, type: 100 })
  const row = {
    customerid,
    cashid,
    amount: money,
    state: 'open',
    operation_id: String(documentId),
    cdate: 1_700_000_000,
  }
  await db
    .insertInto('billtech_payments')
    .values({ ...row, ten: '', title: '', closed: 0, event_id: '1', gateway: context.gateway().id } as never)
    .execute()
  expect(gateway.url).toBe(context.gateway().id)
}

const customer = ({ world }: LinksWorld, id: number) =>
  world.lms.db.selectFrom('customers').select('deleted').where('id', '=', id).executeTakeFirstOrThrow()

/** Grosze, by LMS’s own balance. */
async function owedBy({ world }: LinksWorld, id: number): Promise<bigint> {
  const balance = await world.balanceOf(id)
  return balance < 0n ? -balance : 0n
}

function askedOf(gateway: FakeGateway, customerId: number): bigint {
  return gateway.book.active(customerId).reduce((sum, { open }) => sum + open, 0n)
}

function itemsOf(gateway: FakeGateway, people: number[]) {
  const items = people.flatMap((id) => gateway.book.active(id).map(({ item: { seen: _, ...item } }) => item))
  return items.sort((a, b) => (`${a.userId} ${a.operationId}` < `${b.userId} ${b.operationId}` ? -1 : 1))
}

/** All of it once more, by a connector that knows nothing, at a gateway that has nothing. */
async function fromScratch({ world, context }: LinksWorld): Promise<FakeGateway> {
  const fresh = await startFakeGateway()
  await pointTo(world, fresh)
  await context.refresh()
  for (const table of ['billtech_payment_links', 'billtech_customer_info'])
    await sql`delete from ${sql.table(table)}`.execute(world.lms.db)
  await updateLinks(context)
  return fresh
}
