import type { Bulk } from './bulk.ts'
import type { Random } from './random.ts'

/** Ids of what the provider was set up with. */
export interface Setting {
  /** Epoch seconds: the present of this provider. */
  now: number
  divisions: readonly Division[]
  groups: readonly number[]
}

export interface Division {
  id: number
  account: string
}

export interface Person {
  id: number
  division: Division | undefined
  deleted: boolean
  blocked: 'no' | 'cutoff' | 'notify'
}

const day = 86_400
const forever = 2_147_483_647
const surnames = [
  'Kowalska',
  'Nowak',
  'Wiśniewski',
  'Żółć',
  'Gżegżółka',
  "O'Connor",
  "D'Artagnan-Źdźbło",
  'Szczęśniak',
  'Müller',
  'Brzęczyszczykiewicz',
]
const names = ['Żaneta', 'Łukasz', 'Święcisława', 'Jan', 'Ólga', 'Zdzisław', 'Anna Maria', 'Źródlana']
const companies = [
  'Usługi „Pod Lipą” s.c.',
  'Zakład Ślusarski Ćwik & Syn',
  'F.H.U. <Śruba> Sp. z o.o.',
  `Spółdzielnia Mieszkaniowa ${'Źródło '.repeat(13)}`.trim(),
  "Bar 'U Gienka'",
]
const streets = ['Źródlana', 'Świętokrzyska', 'Łąkowa', '3 Maja', 'os. Słoneczne']

/** One customer with addresses, contacts, consents, groups, nodes and assignments. */
export function addPerson(bulk: Bulk, random: Random, setting: Setting, id: number): Person {
  const company = random.chance(0.15)
  const deleted = random.chance(0.03)
  const blocked = deleted || !random.chance(0.06) ? 'no' : random.pick(['cutoff', 'notify'] as const)
  // The last divisions have accounts that cannot be completed for everybody: few customers are there.
  const known = random.chance(0.04) ? setting.divisions : setting.divisions.slice(0, 2)
  const division = random.chance(0.02) ? undefined : random.pick(known)
  bulk.add('customers', {
    id,
    lastname: company ? random.pick(companies) : random.pick(surnames),
    name: company ? '' : random.pick(names),
    status: blocked === 'notify' ? 5 : random.chance(0.9) ? 3 : random.pick([1, 2, 4]),
    type: random.chance(0.005) ? 2 : company ? 1 : 0,
    ten: company ? '774-000-14-54' : '',
    info: '',
    notes: '',
    message: blocked === 'cutoff' ? 'Zaległość w opłatach' : '',
    deleted: deleted ? 1 : 0,
    pin: String(random.whole(1000, 999_999)),
    cutoffstop: cutoffStop(random, setting.now),
    divisionid: division?.id ?? null,
    paytime: random.chance(0.85) ? -1 : random.pick([0, 7, 30]),
  })
  addAddress(bulk, random, id)
  addContacts(bulk, random, id)
  for (const type of [1, 2, 3, 8]) {
    if (random.chance(0.8))
      bulk.add('customerconsents', { customerid: id, cdate: setting.now - 400 * day, type })
  }
  addGroups(bulk, random, setting, id)
  addService(bulk, random, id, blocked)
  return { id, division, deleted, blocked }
}

function cutoffStop(random: Random, now: number): number {
  if (random.chance(0.95)) return 0
  return random.pick([forever, now + 10 * day, now - 10 * day])
}

/** A few have no billing address: LMS's views do not show them. */
function addAddress(bulk: Bulk, random: Random, id: number): void {
  bulk.add('addresses', {
    id,
    city: random.pick(['Łódź', 'Żory', 'Kraków', 'Świnoujście']),
    street: random.pick(streets),
    house: String(random.whole(1, 200)),
    zip: '90-001',
  })
  bulk.add('customer_addresses', { customer_id: id, address_id: id, type: random.chance(0.01) ? 0 : 1 })
}

function addContacts(bulk: Bulk, random: Random, id: number): void {
  const add = (contact: string, type: number | null) =>
    bulk.add('customercontacts', { customerid: id, name: '', contact, type })
  if (random.chance(0.1)) add(`stary${id}@example.pl`, 8 + 16 + 16384)
  if (random.chance(0.2)) add(`biuro.${id}@example.com`, 8)
  if (random.chance(0.75)) add(`klient${id}@example.pl`, 8 + 16 + 32)
  if (random.chance(0.02))
    add(random.pick(['brak', 'jan@@example.pl', 'jan kowalski@example.pl', '']), 8 + 16)
  if (random.chance(0.01)) add(`bezrodzaju${id}@example.pl`, null)
  if (random.chance(0.7)) add(`+48 600 ${String(id % 1_000_000).padStart(6, '0')}`, 1 + 32)
  if (random.chance(0.03))
    add(random.pick(['PL 61 1090 1014 0000 0712 1981 2874', '109010140000071']), 64 + 16)
  if (random.chance(0.02)) add('61109010140000071219812875', 64 + 16 + 16384)
  if (random.chance(0.02)) add('28616102383202382844889825', 64)
}

function addGroups(bulk: Bulk, random: Random, { groups, now }: Setting, id: number): void {
  for (const group of groups) {
    if (random.chance(0.08)) {
      const enddate = now - random.whole(1, 300) * day
      bulk.add('customerassignments', {
        customergroupid: group,
        customerid: id,
        startdate: enddate - day,
        enddate,
      })
    }
    if (random.chance(0.15)) {
      const startdate = now - random.whole(1, 700) * day
      bulk.add('customerassignments', { customergroupid: group, customerid: id, startdate, enddate: 0 })
    }
  }
}

/** Most have one node; some nodes an operator switched off by hand. */
function addService(bulk: Bulk, random: Random, id: number, blocked: Person['blocked']): void {
  const nodes = random.pick([0, 1, 1, 1, 1, 1, 1, 2, 3])
  for (let index = 0; index < nodes; index++) {
    bulk.add('nodes', {
      name: `k${id}-${index}`,
      ownerid: id,
      ipaddr: random.chance(0.02) ? 0 : 0x0a000000 + id * 4 + index,
      ipaddr_pub: 0,
      access: blocked !== 'no' || random.chance(0.02) ? 0 : 1,
      warning: blocked === 'cutoff' ? 1 : 0,
      netid: id * 4 + index,
      info: '',
    })
  }
  bulk.add('assignments', { customerid: id, invoice: blocked === 'notify' ? 0 : 1, at: 1, period: 3 })
}
