import { type RawBuilder, sql } from 'kysely'
import type { Db, Lms, Tx } from '../platform/index.ts'
import { type DueRow, dueBalance, isWithinLimit } from './block-due.ts'
import { nodesOffByHand } from './block-nodes.ts'
import { type BlockRules, ruleFor } from './block-rules.ts'
import { onlinePaymentType, timeMax } from './cash.ts'

export interface LiftRequest {
  customerId: number
  /** Epoch seconds by the database's clock. */
  now: number
  /** Until when blocking is held off, where a temporary payment ends; never lowers what is there. */
  holdUntil?: number
}

/**
 * What became of a block: lifted; none there; the customer still owes too much; is none whom the blocking job
 * looks at; is no customer any more; or was blocked by acts that only LMS's own unblock run can undo.
 */
export type Lifted = 'lifted' | 'none' | 'owes' | 'outside' | 'gone' | 'left'

const status = { connected: 3, blocked: 5 } as const
/** Acts of lms-notify that can be undone here. */
const undoable = new Set(['node-access', 'node-warning', 'customer-status', 'assignment-invoice'])

/**
 * Lifts the block of a customer who has paid enough, and holds blocking off until the temporary payment ends.
 * The caller has locked the customer's row and has written the payment.
 */
export async function liftBlock(tx: Tx, lms: Lms, rules: BlockRules, request: LiftRequest): Promise<Lifted> {
  const { customerId, now } = request
  if (rules.job === 'none') return 'none'
  const customer = await readCustomer(tx, customerId)
  if (customer?.deleted !== 0) return 'gone'
  if (!(await isWatched(tx, lms, rules, customerId, now))) return 'outside'
  const isMarked = customer.status === status.blocked
  const off = await nodesToSwitchOn(tx, lms, rules, customerId)
  const rule = ruleFor(rules, { isMarked, isWarned: off.some(({ warning }) => warning === 1) })
  const rows = await readDueRows(tx, lms, customerId)
  const balance = dueBalance(rows.map(asPaid(now)), {
    rule,
    now,
    graceDays: rules.graceDays[rule],
    paytimeDays: customer.paytimeDays ?? rules.paytimeDays,
  })
  if (!isWithinLimit(balance, rules.limits[rule], rule)) return 'owes'
  if (request.holdUntil !== undefined) await holdOff(tx, customerId, request.holdUntil)
  if (isMarked) return rules.marksStatus ? undoNotify(tx, lms, rules, customerId, off) : 'none'
  if (customer.status !== status.connected || off.length === 0) return 'none'
  if (rule !== 'notify') return switchOn(tx, customerId, off)
  return rules.marksStatus ? 'none' : undoNotify(tx, lms, rules, customerId, off)
}

/** A payment of this very second, or by a clock that is ahead of the database's, has been made all the same. */
function asPaid(now: number): (row: DueRow) => DueRow {
  return (row) => (row.type === onlinePaymentType ? { ...row, time: Math.min(row.time, now - 1) } : row)
}

async function readCustomer(tx: Tx, customerId: number) {
  const row = await tx
    .selectFrom('customers')
    .leftJoin('divisions', 'divisions.id', 'customers.divisionid')
    .select(['customers.status', 'customers.deleted', 'customers.paytime', 'divisions.inv_paytime'])
    .where('customers.id', '=', customerId)
    .executeTakeFirst()
  return row && { ...row, paytimeDays: row.paytime === -1 ? row.inv_paytime : row.paytime }
}

/** Whether the blocking job looks at this customer at all: groups are given by id or by name. */
async function isWatched(tx: Tx, lms: Lms, rules: BlockRules, customerId: number, now: number) {
  if (rules.groups.length === 0 && rules.excludedGroups.length === 0) return true
  let query = tx
    .selectFrom('customerassignments')
    .innerJoin('customergroups', 'customergroups.id', 'customerassignments.customergroupid')
    .select(['customergroups.id', 'customergroups.name'])
    .where('customerassignments.customerid', '=', customerId)
  if (lms.has('customerassignments', 'enddate')) query = query.where('enddate', '=', 0)
  if (lms.has('customerassignments', 'startdate')) query = query.where('startdate', '<=', now)
  const groups = await query.execute()
  const isIn = (list: string[]) =>
    groups.some(({ id, name }) => list.includes(String(id)) || list.includes(name))
  return (rules.groups.length === 0 || isIn(rules.groups)) && !isIn(rules.excludedGroups)
}

async function readDueRows(tx: Tx, lms: Lms, customerId: number): Promise<DueRow[]> {
  const rate = lms.has('cash', 'currencyvalue')
    ? sql<string | null>`c.currencyvalue`
    : sql<string | null>`'1'`
  const { rows } = await sql<DueRow>`
    select c.type, c.value, ${rate} as currencyvalue, c.time, c.docid, d.type as doctype, d.cdate, d.paytime
    from cash c left join documents d on d.id = c.docid
    where c.customerid = ${customerId}`.execute(tx)
  return rows
}

async function holdOff(tx: Tx, customerId: number, until: number): Promise<void> {
  const end = Math.min(until, timeMax)
  await tx
    .updateTable('customers')
    .set({ cutoffstop: end })
    .where('id', '=', customerId)
    .where('cutoffstop', '<', end)
    .execute()
}

/** Undoes lms-cutoff and lmsd: nodes on, their warning off, and the message that went with it gone. */
async function switchOn(tx: Tx, customerId: number, nodes: readonly Node[]): Promise<Lifted> {
  const warned = nodes.some(({ warning }) => warning === 1)
  await setNodes(tx, nodes, sql`access = 1, warning = 0`)
  if (warned) await tx.updateTable('customers').set({ message: '' }).where('id', '=', customerId).execute()
  return 'lifted'
}

/** Undoes what lms-notify's channel `block` did, all of it in this transaction, or nothing. */
async function undoNotify(
  tx: Tx,
  lms: Lms,
  rules: BlockRules,
  customerId: number,
  nodes: readonly Node[],
): Promise<Lifted> {
  const { actions } = rules
  if (!actions.every((action) => undoable.has(action))) return 'left'
  const doesInvoices = actions.includes('assignment-invoice')
  if (doesInvoices && !lms.has('assignments', 'invoice')) return 'left'
  let changed = 0n
  if (actions.includes('node-access')) changed += await setNodes(tx, nodes, sql`access = 1`)
  if (actions.includes('node-warning')) {
    changed += await setNodes(tx, await warnedNodes(tx, customerId), sql`warning = 0`)
  }
  if (actions.includes('customer-status')) {
    const { numUpdatedRows } = await tx
      .updateTable('customers')
      .set({ status: status.connected })
      .where('id', '=', customerId)
      .where('status', '=', status.blocked)
      .executeTakeFirstOrThrow()
    changed += numUpdatedRows
  }
  if (doesInvoices) {
    const { numUpdatedRows } = await tx
      .updateTable('assignments')
      .set({ invoice: 1 })
      .where('customerid', '=', customerId)
      .where('invoice', '=', 0)
      .executeTakeFirstOrThrow()
    changed += numUpdatedRows
  }
  return changed > 0n ? 'lifted' : 'none'
}

type Node = { id: number; warning: number }

async function nodesToSwitchOn(tx: Tx, lms: Lms, rules: BlockRules, customerId: number): Promise<Node[]> {
  const off = await tx
    .selectFrom('nodes')
    .select(['id', 'warning'])
    .where('ownerid', '=', customerId)
    .where('access', '=', 0)
    .orderBy('id')
    .execute()
  const byHand = await nodesOffByHand(
    lms,
    tx,
    off.map(({ id }) => id),
    rules.isAudited,
  )
  return off.filter(({ id }) => !byHand.has(id))
}

function warnedNodes(tx: Tx, customerId: number): Promise<Node[]> {
  return tx
    .selectFrom('nodes')
    .select(['id', 'warning'])
    .where('ownerid', '=', customerId)
    .where('warning', '=', 1)
    .execute()
}

async function setNodes(tx: Tx | Db, nodes: readonly Node[], change: RawBuilder<unknown>): Promise<bigint> {
  if (nodes.length === 0) return 0n
  const ids = sql.join(nodes.map(({ id }) => id))
  const { numAffectedRows } = await sql`update nodes set ${change} where id in (${ids})`.execute(tx)
  return numAffectedRows ?? 0n
}
