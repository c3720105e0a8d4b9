import type { Db, Tx } from '../platform/index.ts'

const idsPerQuery = 1000

/** `customers.status`. */
export const customerStatus = {
  interested: 1,
  waiting: 2,
  connected: 3,
  disconnected: 4,
  debtCollection: 5,
} as const

/** A row of `customers`, as far as links and payments need it. */
export interface Customer {
  id: number
  /** Surname, or a company's whole name. */
  lastname: string
  /** First name; empty for companies. */
  name: string
  /** 0 private, 1 company, 2 contractor. */
  type: number
  /** See {@link customerStatus}. */
  status: number
  deleted: boolean
  divisionId: number | null
  /** Epoch seconds until when nobody blocks automatically; 0 none, 2147483647 for ever. */
  cutoffStop: number
  /** Days to pay; −1 for the division's. */
  payTime: number
  taxId: string
}

/** Those of the customers who have a row, deleted ones too, by id. */
export async function customersOf(db: Db | Tx, ids: readonly number[]): Promise<Map<number, Customer>> {
  const found = new Map<number, Customer>()
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const rows = await db
      .selectFrom('customers')
      .select([
        'id',
        'lastname',
        'name',
        'type',
        'status',
        'deleted',
        'divisionid',
        'cutoffstop',
        'paytime',
        'ten',
      ])
      .where('id', 'in', ids.slice(from, from + idsPerQuery))
      .execute()
    for (const { divisionid, cutoffstop, paytime, ten, deleted, ...same } of rows) {
      found.set(same.id, {
        ...same,
        deleted: deleted !== 0,
        divisionId: divisionid,
        cutoffStop: cutoffstop,
        payTime: paytime,
        taxId: ten,
      })
    }
  }
  return found
}
