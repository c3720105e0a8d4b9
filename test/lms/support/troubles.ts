import { parseGrosze } from '../../../connector/src/platform/index.ts'
import { type Context, updateLinks } from '../../../connector/src/sync/links/index.ts'
import { updatePayments } from '../../../connector/src/sync/payments/index.ts'
import type { FakeGateway } from '../../../connector/testing/fake-gateway.ts'
import type { World } from '../../../connector/testing/index.ts'

/** A customer to whom everything happens between two passes. */
export interface Troubled {
  customerId: number
  /** What the ledger holds besides the online payments, in grosze: an expired payment counts as not paid. */
  byHand: bigint
  /** Everything that a pass has to do for him, all at once. */
  happens(): Promise<void>
}

const amounts = { paid: '40.00', edited: '50.00', cancelled: '60.00', settled: '70.00', expired: '80.00' }

/**
 * Customers with links, one of whose payments is temporary, so that each can have, all at once: a payment to
 * book with a block to lift, an invoice that grew, one that was cancelled, a new one, a transfer that settles, a
 * temporary payment that expires.
 */
export async function troubledCustomers(
  world: World,
  gateway: FakeGateway,
  context: Context,
  count: number,
): Promise<Troubled[]> {
  const prepared = []
  for (let made = 0; made < count; made++) {
    const customerId = await world.addCustomer({ nodes: 1 })
    const invoices: Record<string, number> = {}
    for (const [name, line] of Object.entries(amounts)) {
      invoices[name] = (await world.addInvoice({ customerId, lines: [line] })).documentId
    }
    prepared.push({ customerId, invoices })
  }
  await pass(context)
  const tokenOf = (customerId: number, documentId: number | undefined) => {
    const link = gateway.book.active(customerId).find(({ item }) => item.operationId === String(documentId))
    if (!link) throw new Error(`document ${documentId} has no link`)
    return link.token
  }
  const temporary = prepared.map(({ customerId, invoices }) => ({
    settled: gateway.book.pay(tokenOf(customerId, invoices.settled)),
    expired: gateway.book.pay(tokenOf(customerId, invoices.expired)),
  }))
  await pass(context)
  return prepared.map(({ customerId, invoices }, index) => ({
    customerId,
    byHand: -parseGrosze(amounts.expired),
    async happens() {
      await world.block(customerId, 'cutoff')
      gateway.book.pay(tokenOf(customerId, invoices.paid))
      await world.editInvoice(invoices.edited ?? 0, ['50.00', '5.55'])
      await world.cancelDocument(invoices.cancelled ?? 0)
      await world.addInvoice({ customerId, lines: ['33.33'] })
      const description = `Przelew ref ${temporary[index]?.settled.referenceNumber} internet`
      await world.addStatement({ customerId, value: amounts.settled, description })
      await world.lms.db
        .updateTable('billtech_payments')
        .set({ expires_at: (await world.now()) - 1 })
        .where('reference_number', '=', temporary[index]?.expired.referenceNumber ?? '')
        .execute()
    },
  }))
}

/** Settings with which payments are booked, blocks lifted and transfers matched. */
export async function switchOnMoney(world: World): Promise<void> {
  for (const name of ['allow_test', 'manage_cutoff', 'cashimport_enabled'])
    await world.setSetting(name, 'true')
  await world.setSetting('payment_expiration', '5')
}

/** What one run of each cron command does. */
export async function pass(context: Context) {
  const payments = await updatePayments(context)
  const links = await updateLinks(context)
  return { payments, links }
}

/** Whether a pass finds nothing left to do. */
export async function isQuiet(context: Context): Promise<boolean> {
  const { payments, links } = await pass(context)
  const { booked, kept, refused } = payments.payments
  const money =
    booked + kept + refused + payments.statements.settled + payments.ended.expired + payments.repaired
  return money + links.made + links.updated + links.cancelled + links.refused === 0 && !links.failed
}
