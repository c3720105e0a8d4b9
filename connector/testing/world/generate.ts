import { databaseTime, insertReturningId, type Lms } from '../../src/platform/index.ts'
import { addLedger, type Counters, type History } from './bills.ts'
import { Bulk, moveSequences, nextId, withoutTriggers } from './bulk.ts'
import { addPerson, type Division, type Setting } from './people.ts'
import { randomOf } from './random.ts'

export interface Provider extends Partial<History> {
  customers: number
  /** Same seed, same provider on every machine and both engines, on the same day. */
  seed: number
}

const day = 86_400
const peoplePerWrite = 500
/** Parents before children. */
const tables = [
  'customers',
  'addresses',
  'customer_addresses',
  'customercontacts',
  'customerconsents',
  'customerassignments',
  'nodes',
  'assignments',
  'documents',
  'invoicecontents',
  'debitnotecontents',
  'cashimport',
  'cash',
]
/** Prefixes that LMS completes, one that is too long for customers above 9,999, and none. */
const divisions = [
  { shortname: 'Miasto', account: '10901014', inv_paytime: 14 },
  { shortname: 'Wieś', account: '109010140000071', inv_paytime: 7 },
  { shortname: 'Śródmieście', account: 'PL12345678901234567890', inv_paytime: null },
  { shortname: 'Bez rachunku', account: '', inv_paytime: null },
]

/**
 * Adds a provider as providers are: customers with bills, corrections, payments, statements, groups and nodes,
 * and in between all the odd data that real databases hold.
 */
export async function fillProvider(lms: Lms, { customers, seed, months = 6 }: Provider): Promise<void> {
  const random = randomOf(seed)
  const setting = await setUp(lms)
  const bulk = new Bulk()
  const ids: Counters = {
    document: await nextId(lms, 'documents'),
    cash: await nextId(lms, 'cash'),
    import: await nextId(lms, 'cashimport'),
  }
  const first = await nextId(lms, 'customers')
  await withoutTriggers(lms, async () => {
    for (let made = 0; made < customers; made++) {
      const person = addPerson(bulk, random, setting, first + made)
      addLedger(bulk, random, setting, person, ids, { months })
      if (made % peoplePerWrite === peoplePerWrite - 1) await bulk.write(lms, tables)
    }
    await bulk.write(lms, tables)
    await moveSequences(lms, ['customers', 'addresses', 'documents', 'cash', 'cashimport'])
    await addLooseEnds(lms, setting.now)
  })
}

async function setUp(lms: Lms): Promise<Setting> {
  const now = Math.floor((await databaseTime(lms.db, lms)) / day) * day
  const made: Division[] = []
  for (const { shortname, account, inv_paytime } of divisions) {
    const row = { shortname, name: shortname, label: shortname, account, inv_paytime }
    made.push({ id: await insertReturningId(lms, lms.db, 'divisions', row), account })
  }
  const groups: number[] = []
  for (const name of ['bez blokady', 'światłowód', "klienci 'VIP'"]) {
    groups.push(await insertReturningId(lms, lms.db, 'customergroups', { name, description: '' }))
  }
  return { now, divisions: made, groups }
}

/** Rows that belong to nobody: money of customers who were removed for good, the provider's own device. */
async function addLooseEnds(lms: Lms, now: number): Promise<void> {
  const bulk = new Bulk()
  for (const value of ['-50.00', '20.00']) {
    bulk.add('cash', {
      time: now - day,
      type: value.startsWith('-') ? 0 : 1,
      value,
      customerid: null,
      comment: '',
    })
  }
  bulk.add('nodes', { name: 'router', ownerid: null, ipaddr: 0x0a000001, access: 1, netid: 0, info: '' })
  bulk.add('cashimport', {
    date: now,
    value: '12.34',
    customer: 'NIEZNANY',
    description: 'bez tytułu',
    hash: 'u1',
    closed: 0,
  })
  bulk.add('cashimport', {
    date: now,
    value: '5.00',
    customer: 'NIEZNANY',
    description: 'odrzucony',
    hash: 'u2',
    closed: 1,
  })
  await bulk.write(lms, ['nodes', 'cashimport', 'cash'])
}
