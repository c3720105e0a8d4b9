import type { World } from '../../../connector/testing/index.ts'
import { addOldCash, addOldLink, addOldPayment } from './old-plugin.ts'

/** What an installation of some years looks like. @returns ids by what the row is */
export async function fillOldTables(world: World): Promise<Record<string, number>> {
  const { lms } = world
  const customer = await world.addCustomer({})
  const documents: number[] = []
  for (let n = 0; n < 3; n++) {
    const invoice = await world.addInvoice({ customerId: customer, lines: ['69.00'] })
    documents.push(invoice.documentId)
  }
  const [first = 0, second = 0, third = 0] = documents
  const cash = await world.addCash({ customerId: customer, value: '-20.00', type: 0 })
  const openCash = await addOldCash(lms, customer)
  const twinCash = await addOldCash(lms, customer)
  const secondCash = await addOldCash(lms, customer)
  const link = (token: string, more: object) => addOldLink(lms, { customer, token, ...more })
  const payment = (reference: string, more: object) =>
    addOldPayment(lms, {
      customer,
      reference: `20240101-00000${reference}`,
      cash: null,
      token: null,
      ...more,
    })
  return {
    ...{ customer, first, second, third, cash, openCash, secondCash },
    paid: await link('paid', { document: first }),
    older: await link('older', { document: second }),
    newer: await link('newer', { document: second }),
    copy: await link('same', { document: third }),
    copied: await link('same', { document: third }),
    charge: await link('charge', { cash }),
    lost: await link('lost', {}),
    again: await link('again', { document: first }),
    open: await payment('1', { cash: openCash, token: 'paid' }),
    twin: await payment('1', { cash: twinCash, token: 'paid' }),
    second_: await payment('2', { cash: secondCash, token: 'paid' }),
    stuck: await payment('3', { token: 'gone' }),
    settled: await payment('4', { token: 'gone2', closed: 1 }),
    older_: await payment('5', { closed: 1 }),
  }
}
