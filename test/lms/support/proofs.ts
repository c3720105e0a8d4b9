import { minorUnitsOf } from '@bill-gateway/contract'
import { formatGrosze, parseGrosze } from '../../../connector/src/platform/index.ts'
import type { FakeGateway } from '../../../connector/testing/fake-gateway.ts'
import type { FakeLink } from '../../../connector/testing/fake-gateway-book.ts'
import type { World } from '../../../connector/testing/index.ts'

/**
 * Whatever is wrong between the gateway's books, LMS's ledger and the connector's own tables once everything is
 * well again: a link doubled or lost, a payment booked twice or lost, a wrong cache of a balance, something left
 * half done. Empty where nothing is.
 *
 * @param byHand payments that the test entered into the ledger itself, in grosze by customer
 */
export async function faultsOf(
  world: World,
  { book }: Pick<FakeGateway, 'book'>,
  customers: readonly number[],
  byHand: ReadonlyMap<number, bigint> = new Map(),
): Promise<string[]> {
  const faults: string[] = []
  for (const id of customers) {
    const paid = book.payments.filter(({ row }) => row.userId === String(id))
    faults.push(...(await ledgerFaults(world, id, paid, byHand.get(id) ?? 0n)))
    faults.push(...(await bookFaults(world, id, paid)))
    faults.push(...(await linkFaults(world, id, book.active(id))))
  }
  faults.push(...(await leftovers(world)))
  return faults
}

type Paid = FakeGateway['book']['payments']

/** Each payment is in the ledger exactly once: as a row of ours, or as the transfer that settled it. */
async function ledgerFaults(world: World, id: number, paid: Paid, byHand: bigint): Promise<string[]> {
  const faults: string[] = []
  const rows = await world.lms.db
    .selectFrom('cash')
    .select(['id', 'type', 'value', 'importid'])
    .where('customerid', '=', id)
    .execute()
  const money = sum(rows.filter(({ type }) => type !== 0).map(({ value }) => parseGrosze(value)))
  const expected = sum(paid.map(({ row }) => minorUnitsOf(row.amount) ?? 0n)) + byHand
  if (money !== expected) {
    faults.push(`customer ${id} paid ${formatGrosze(expected)}, the ledger has ${formatGrosze(money)}`)
  }
  const balance = await world.balanceOf(id)
  const cached = await world.cachedBalances(id)
  if (rows.length > 0 && (cached.length !== 1 || cached[0] !== balance)) {
    faults.push(`customer ${id} has ${formatGrosze(balance)}, the cache says ${cached.map(formatGrosze)}`)
  }
  return faults
}

/** Each payment is in our book exactly once, and points to the row that holds its money. */
async function bookFaults(world: World, id: number, paid: Paid): Promise<string[]> {
  const faults: string[] = []
  const rows = await world.lms.db
    .selectFrom('billtech_payments')
    .select(['row_id', 'state', 'cashid', 'amount', 'settled_importid'])
    .where('customerid', '=', id)
    .execute()
  const own = await world.lms.db
    .selectFrom('cash')
    .select(['id', 'value'])
    .where('customerid', '=', id)
    .where('type', '=', 100)
    .execute()
  for (const { row } of paid) {
    const found = rows.filter(({ row_id }) => row_id?.endsWith(`:${row.id}`))
    if (found.length !== 1) faults.push(`payment ${row.id} of customer ${id} is booked ${found.length} times`)
  }
  if (rows.length !== paid.length)
    faults.push(`customer ${id}: ${rows.length} rows for ${paid.length} payments`)
  const held = rows.flatMap(({ state, cashid }) => (state === 'open' || state === 'final' ? [cashid] : []))
  const standing = own.map((row) => row.id)
  if (!sameNumbers(held, standing)) {
    faults.push(`customer ${id}: payments hold the ledger rows ${held}, there are ${standing}`)
  }
  return faults
}

/** What is owed, what our links ask for and what the gateway asks for are one. */
async function linkFaults(world: World, id: number, active: FakeLink[]): Promise<string[]> {
  const faults: string[] = []
  const rows = await world.lms.db
    .selectFrom('billtech_payment_links')
    .select(['token', 'amount', 'operation_id', 'state'])
    .where('customer_id', '=', id)
    .where('state', 'in', ['active', 'sending'])
    .execute()
  const written = (pairs: [unknown, bigint, string][]) =>
    pairs
      .map(([operation, amount, token]) => `${operation} ${formatGrosze(amount)} ${token.slice(0, 8)}`)
      .sort()
  const ours = written(rows.map((row) => [row.operation_id, parseGrosze(row.amount), row.token]))
  const theirs = written(active.map(({ item, open, token }) => [item.operationId, open, token]))
  if (rows.some(({ state }) => state === 'sending')) faults.push(`customer ${id} has a link half made`)
  if (ours.join() !== theirs.join()) {
    faults.push(`customer ${id}: links here [${ours.join()}], at the gateway [${theirs.join()}]`)
  }
  const balance = await world.balanceOf(id)
  const owed = balance < 0n ? -balance : 0n
  const asked = sum(rows.map(({ amount }) => parseGrosze(amount)))
  if (asked !== owed)
    faults.push(`customer ${id} owes ${formatGrosze(owed)}, is asked for ${formatGrosze(asked)}`)
  return faults
}

/** What somebody would have to look at by hand. */
async function leftovers(world: World): Promise<string[]> {
  const refused = await world.lms.db
    .selectFrom('billtech_refused')
    .select(['kind', 'customer_id', 'says'])
    .execute()
  return refused.map(({ kind, customer_id, says }) => `refused ${kind} of customer ${customer_id}: ${says}`)
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}

function sameNumbers(a: readonly (number | null)[], b: readonly number[]): boolean {
  return [...a].sort().join() === [...b].sort().join()
}
