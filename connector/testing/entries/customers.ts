import { contactBits } from '../../src/lms/index.ts'
import { type Desk, insert, now } from './desk.ts'

export interface NewCustomer {
  id?: number
  lastname?: string
  name?: string
  /** Entered as an address for invoices. */
  email?: string
  /** Bits of that contact; e-mail and invoices unless told. */
  emailType?: number
  /** The customer's own account at the provider. */
  account?: string
  divisionId?: number | null
  /** 3, connected, unless told. */
  status?: number
  deleted?: boolean
  /** How many nodes; one unless told. */
  nodes?: number
  groups?: number[]
  /** Days to pay; -1, the division's, unless told. */
  paytime?: number
}

export interface NewDivision {
  shortname: string
  account: string
  inv_paytime?: number
}

/** What every installation has: a division, an operator, a tax, a number plan, a bank, a group. */
export async function addProvider(desk: Desk): Promise<void> {
  desk.division = await addDivision(desk, { shortname: 'Osiedlowa', account: '10901014' })
  await insert(desk, 'users', { login: 'admin', name: 'Operator' })
  await insert(desk, 'taxes', { value: '23.00', label: '23%', taxed: 1 })
  await insert(desk, 'numberplans', { template: '%N/LMS/%Y', period: 5, doctype: 1, isdefault: 1 })
  await insert(desk, 'cashsources', { name: 'Bank', description: '', account: '', isdefault: 1 })
  await insert(desk, 'customergroups', { name: 'internet', description: '' })
}

export function addDivision(desk: Desk, row: NewDivision): Promise<number> {
  return insert(desk, 'divisions', { name: row.shortname, label: row.shortname, bank: 'Bank', ...row })
}

export async function addCustomer(desk: Desk, options: NewCustomer = {}): Promise<number> {
  const { id, lastname = 'Kowalska', name = 'Żaneta', status = 3, deleted = false } = options
  const divisionid = options.divisionId === undefined ? desk.division : options.divisionId
  const customerId = await insert(desk, 'customers', {
    ...(id === undefined ? {} : { id }),
    lastname,
    name,
    status,
    deleted: deleted ? 1 : 0,
    divisionid,
    paytime: options.paytime ?? -1,
    info: '',
    notes: '',
    message: '',
  })
  const street = { city: 'Łódź', street: 'Źródlana', house: '1', zip: '90-001' }
  const address = await insert(desk, 'addresses', street)
  await insert(desk, 'customer_addresses', { customer_id: customerId, address_id: address, type: 1 })
  await addDetails(desk, customerId, options)
  return customerId
}

async function addDetails(desk: Desk, customerId: number, options: NewCustomer): Promise<void> {
  const { email, emailType, account, groups = [], nodes = 1 } = options
  const { email: mail, invoices, bankAccount } = contactBits
  if (email !== undefined) await addContact(desk, customerId, email, emailType ?? mail + invoices)
  if (account !== undefined) await addContact(desk, customerId, account, bankAccount + invoices)
  for (const customergroupid of groups) {
    const dated = desk.lms.has('customerassignments', 'startdate')
    const since = dated ? { startdate: (await now(desk)) - 1 } : {}
    await insert(desk, 'customerassignments', { customergroupid, customerid: customerId, ...since })
  }
  for (let count = 0; count < nodes; count++) await addNode(desk, customerId)
  await insert(desk, 'assignments', { customerid: customerId, invoice: 1 })
}

/** @param type bits of `contactBits` */
export function addContact(desk: Desk, customerId: number, contact: string, type: number): Promise<number> {
  return insert(desk, 'customercontacts', { customerid: customerId, name: '', contact, type })
}

export function addNode(desk: Desk, customerId: number, { access = 1 } = {}): Promise<number> {
  const number = desk.next()
  const address = { ipaddr: 0x0b000000 + number, netid: 1 }
  return insert(desk, 'nodes', { name: `n-${number}`, ownerid: customerId, access, info: '', ...address })
}

/** As LMS's jobs block a debtor: `lms-cutoff`, or the channel `block` of `lms-notify`. */
export async function block({ lms }: Desk, customerId: number, how: 'cutoff' | 'notify'): Promise<void> {
  const { db } = lms
  const access = { access: 0, ...(how === 'cutoff' ? { warning: 1 } : {}) }
  await db.updateTable('nodes').set(access).where('ownerid', '=', customerId).execute()
  const customer = how === 'cutoff' ? { message: 'Zaległość' } : { status: 5 }
  await db.updateTable('customers').set(customer).where('id', '=', customerId).execute()
  if (how === 'cutoff') return
  await db.updateTable('assignments').set({ invoice: 0 }).where('customerid', '=', customerId).execute()
}
