import { sql } from 'kysely'
import { databaseTime, type Lms, type Tx, transact } from '../platform/index.ts'

const auditedNode = 5

/**
 * Of a customer's nodes that are off, those that an operator had switched off: seen so before the block, or
 * switched off by an operator in LMS's audit log and not on again since.
 */
export async function nodesOffByHand(
  lms: Lms,
  tx: Tx,
  nodeIds: readonly number[],
  isAudited: boolean,
): Promise<Set<number>> {
  const byHand = new Set<number>()
  if (nodeIds.length === 0) return byHand
  const remembered = await tx
    .selectFrom('billtech_nodes_off')
    .select('node_id')
    .where('node_id', 'in', nodeIds)
    .execute()
  for (const { node_id } of remembered) byHand.add(node_id)
  if (isAudited) for (const node of await auditedOff(lms, tx, nodeIds)) byHand.add(node)
  return byHand
}

async function auditedOff(lms: Lms, tx: Tx, nodeIds: readonly number[]): Promise<number[]> {
  const hasLog = lms.has('logmessagekeys', 'value') && lms.has('logmessagedata', 'value')
  if (!hasLog) return []
  const { rows } = await sql<{ node: number; access: string; operator: number | null }>`
    select k.value as node, d.value as access, t.userid as operator
    from logmessagekeys k
    join logmessages m on m.id = k.logmessageid and m.resource = ${auditedNode}
    join logtransactions t on t.id = m.transactionid
    join logmessagedata d on d.logmessageid = m.id and d.name = 'access'
    where k.name = 'nodeid' and k.value in (${sql.join(nodeIds)})
    order by m.id`.execute(tx)
  const last = new Map(rows.map((row) => [Number(row.node), row]))
  return [...last.values()]
    .filter(({ access, operator }) => access.trim() === '0' && operator !== null && Number(operator) > 0)
    .map(({ node }) => Number(node))
}

/**
 * Notes which nodes are off though their owners are not blocked, so that a later payment leaves them off. Those
 * are: off, without warning, while another node of the owner is on; and, where blocking changes the customer's
 * status, every node that is off without warning while the status says connected.
 *
 * @param changesStatus whether the blocking job of this LMS changes `customers.status`
 */
export async function rememberNodesOff(lms: Lms, changesStatus: boolean): Promise<void> {
  await transact(lms, async (tx) => {
    await sql`delete from billtech_nodes_off
      where node_id not in (select id from nodes where access = 0)`.execute(tx)
    const now = await databaseTime(tx, lms)
    const alone = changesStatus
      ? sql`n.warning = 0`
      : sql`n.warning = 0 and exists (select 1 from nodes o where o.ownerid = n.ownerid and o.access = 1)`
    const insert = lms.engine === 'postgres' ? sql`insert into` : sql`insert ignore into`
    const skip = lms.engine === 'postgres' ? sql`on conflict do nothing` : sql``
    await sql`${insert} billtech_nodes_off (node_id, since)
      select n.id, ${sql.lit(now)} from nodes n
      join customers c on c.id = n.ownerid and c.status = 3
      where n.access = 0 and ${alone}
        and not exists (select 1 from billtech_nodes_off k where k.node_id = n.id)
      ${skip}`.execute(tx)
  })
}
