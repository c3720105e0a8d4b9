import { isMailbox } from '@bill-gateway/contract'
import type { Db, Tx } from '../platform/index.ts'
import { contactBits } from './account.ts'

const idsPerQuery = 1000
const { email, invoices, notifications, disabled } = contactBits

/** One row of customercontacts. */
export interface Contact {
  id: number
  contact: string
  type: number | null
}

/**
 * The rule by which one address of a customer is chosen: enabled addresses that are mailboxes; one for invoices
 * before one for notifications before any other; of equals the one that was entered first.
 */
export function chooseEmail(contacts: readonly Contact[]): string | undefined {
  const usable = contacts
    .map(({ id, contact, type }) => ({ id, address: contact.trim(), type: type ?? 0 }))
    .filter(({ type, address }) => (type & email) !== 0 && (type & disabled) === 0 && isMailbox(address))
  const rank = (type: number) => ((type & invoices) !== 0 ? 0 : (type & notifications) !== 0 ? 1 : 2)
  return usable.sort((a, b) => rank(a.type) - rank(b.type) || a.id - b.id)[0]?.address
}

/** The e-mail address of each customer who has a usable one. */
export async function emailsOf(db: Db | Tx, customerIds: readonly number[]): Promise<Map<number, string>> {
  const contacts = new Map<number, Contact[]>()
  for (let from = 0; from < customerIds.length; from += idsPerQuery) {
    const rows = await db
      .selectFrom('customercontacts')
      .select(['id', 'customerid', 'contact', 'type'])
      .where('customerid', 'in', customerIds.slice(from, from + idsPerQuery))
      .orderBy('id')
      .execute()
    for (const row of rows) {
      const known = contacts.get(row.customerid)
      if (known) known.push(row)
      else contacts.set(row.customerid, [row])
    }
  }
  const chosen = new Map<number, string>()
  for (const [id, all] of contacts) {
    const address = chooseEmail(all)
    if (address) chosen.set(id, address)
  }
  return chosen
}
