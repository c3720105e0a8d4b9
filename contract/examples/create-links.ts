import { BillGatewayError, type Client, type PaymentLinkAddress } from '@bill-gateway/contract'
import { clientFromEnvironment } from './from-environment.ts'

export interface Invoice {
  number: string
  customerId: number
  /** As a database hands out decimals. */
  due: string
  dueDate: string
}

/**
 * Makes a link for each of up to 100 invoices, or brings the links that they have already up to date: the
 * invoice’s number is the operationId, and a customer’s invoice has at most one active link.
 *
 * @returns where to send the customer, by invoice number
 */
export async function linkInvoices(
  client: Client,
  invoices: readonly Invoice[],
): Promise<Map<string, PaymentLinkAddress>> {
  const items = invoices.map((invoice) => ({
    userId: invoice.customerId,
    operationId: invoice.number,
    amount: Number(invoice.due),
    nrb: '28616102383202382844889825',
    title: invoice.number,
    paymentDue: invoice.dueDate,
  }))
  try {
    const links = await client.paymentLinks.create(items)
    return new Map(links.map((link, index) => [invoices[index]?.number ?? '', link]))
  } catch (error) {
    if (error instanceof BillGatewayError && error.code === 'validation_failed') {
      // Nothing was stored. Every bad field is named: /payments/3/amount, …
      for (const { pointer, detail } of error.fieldErrors) console.error(`${pointer}: ${detail}`)
    }
    throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  const links = await linkInvoices(clientFromEnvironment(), [
    { number: 'FV 123/2030', customerId: 17, due: '123.45', dueDate: '2030-07-23' },
    { number: 'FV 124/2030', customerId: 18, due: '60.00', dueDate: '2030-07-23' },
  ])
  for (const [number, { link }] of links) console.log(`${number}: ${link}`)
}
