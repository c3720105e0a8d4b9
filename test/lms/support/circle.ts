import { expect } from 'vitest'
import { until } from '../../support/until.ts'
import type { Installation } from './installation.ts'

/** A customer whom LMS has blocked for what he owes. */
export async function blockedDebtor({ world }: Installation, invoices: string[][]) {
  const customerId = await world.addCustomer({ email: 'z.kowalska@example.pl' })
  const documents = []
  for (const lines of invoices) documents.push((await world.addInvoice({ customerId, lines })).documentId)
  await world.block(customerId, 'cutoff')
  return { customerId, documents }
}

export async function linksOf(
  { world }: Installation,
  customerId: number,
  state: 'active' | 'paid' = 'active',
) {
  return world.lms.db
    .selectFrom('billtech_payment_links')
    .select(['operation_id', 'amount', 'token', 'title'])
    .where('customer_id', '=', customerId)
    .where('state', '=', state)
    .orderBy('id')
    .execute()
}

/** Waits for so many payable links. */
export function untilLinks(installation: Installation, customerId: number, count: number) {
  return until(`${count} links of customer ${customerId}`, async () => {
    const links = await linksOf(installation, customerId)
    return links.length === count && links
  })
}

/** The payer pays at the gateway's sandbox, by the code that the payment page runs. */
export async function payInSandbox({ api }: Installation, token: string, scope: 'link' | 'balance') {
  const answer = await api(`/pay/v1/test/payments/${token}/pay`, { body: { scope, method: 'blik' } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as { referenceNumber: string; amount: number }
}

export async function paymentsOf({ world }: Installation, customerId: number) {
  return world.lms.db
    .selectFrom('billtech_payments')
    .select(['state', 'closed', 'amount', 'cashid', 'operation_id', 'reference_number', 'settled_importid'])
    .where('customerid', '=', customerId)
    .orderBy('id')
    .execute()
}

/** What the ledger holds besides charges. */
export async function moneyOf({ world }: Installation, customerId: number) {
  return world.lms.db
    .selectFrom('cash')
    .select(['id', 'type', 'value', 'importid', 'comment', 'notification'])
    .where('customerid', '=', customerId)
    .where('type', '<>', 0)
    .orderBy('id')
    .execute()
}

/** Whether the nodes are on, and how blocking is held off. */
export async function blockOf({ world }: Installation, customerId: number) {
  const nodes = await world.lms.db
    .selectFrom('nodes')
    .select(['access', 'warning'])
    .where('ownerid', '=', customerId)
    .execute()
  const { cutoffstop } = await world.lms.db
    .selectFrom('customers')
    .select('cutoffstop')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  return { isOn: nodes.every(({ access, warning }) => access === 1 && warning === 0), cutoffstop }
}

/** The temporary payments stand in the ledger, the debt is gone, the block is lifted until they end. */
export async function expectPaid(installation: Installation, customerId: number, values: string[]) {
  const { world } = installation
  const money = await moneyOf(installation, customerId)
  expect(money.map(({ value }) => value).sort()).toEqual([...values].sort())
  for (const { type, importid, notification } of money) {
    expect({ type, importid, notification }).toEqual({ type: 100, importid: null, notification: 0 })
  }
  expect(money.every(({ comment }) => comment.startsWith('Wpłata online za: '))).toBe(true)
  const payments = await paymentsOf(installation, customerId)
  expect(payments.map(({ state, closed, cashid }) => ({ state, closed, cashid }))).toEqual(
    money.map(({ id }) => ({ state: 'open', closed: 0, cashid: id })),
  )
  expect(await world.balanceOf(customerId)).toBe(0n)
  expect(await world.cachedBalances(customerId)).toEqual([0n])
  const block = await blockOf(installation, customerId)
  expect(block.isOn).toBe(true)
  const days = (block.cutoffstop - (await world.now())) / 86_400
  expect(days).toBeGreaterThan(4.9)
  expect(days).toBeLessThanOrEqual(5)
}

/** One transfer of the bank stands in the ledger and nothing of ours; the payments point to it. */
export async function expectSettled(
  installation: Installation,
  customerId: number,
  transfer: { importId: number; value: string },
) {
  const { world } = installation
  const money = await moneyOf(installation, customerId)
  expect(money.map(({ type, value, importid }) => ({ type, value, importid }))).toEqual([
    { type: 1, value: transfer.value, importid: transfer.importId },
  ])
  const payments = await paymentsOf(installation, customerId)
  for (const { state, closed, settled_importid } of payments) {
    expect({ state, closed, settled_importid }).toEqual({
      state: 'settled',
      closed: 1,
      settled_importid: transfer.importId,
    })
  }
  expect(await world.balanceOf(customerId)).toBe(0n)
  expect(await world.cachedBalances(customerId)).toEqual([0n])
}

/** What the gateway says of a link. */
export async function statusOf({ api }: Installation, token: string): Promise<string> {
  const { body } = await api(`/pay/v1/payments/${token}`)
  return (body as { status: string }).status
}
