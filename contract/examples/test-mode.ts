import type { Client, PaymentLinkStatus, TestPaid } from '@bill-gateway/contract'
import { clientFromEnvironment } from './from-environment.ts'

export interface Rehearsal {
  refused: TestPaid
  paid: TestPaid
  status: PaymentLinkStatus
}

/**
 * The life of a bill in a minute, with a test provider’s key: a link is made, the payer’s bank refuses, five
 * days pass, the payer pays. No money moves; everything else is as it is for a live provider.
 */
export async function rehearse(client: Client): Promise<Rehearsal> {
  const [{ token }] = await client.paymentLinks.create([
    {
      userId: 'payer-1',
      amount: 123.45,
      nrb: '28616102383202382844889825',
      title: 'FV 123/2030',
      paymentDue: '2030-07-23',
    },
  ])
  const refused = await client.test.pay(token, { method: 'blik', outcome: 'refused' })
  await client.test.advanceClock('P5D')
  const paid = await client.test.pay(token, { method: 'bank', outcome: 'paid' })
  return { refused, paid, status: await client.paymentLinks.get(token) }
}

if (process.argv[1] === import.meta.filename) {
  const { refused, paid, status } = await rehearse(clientFromEnvironment())
  console.log(`first try: ${refused.status}; second: ${paid.status}, ref ${paid.referenceNumber}`)
  console.log(`the link is ${status.status}: ${status.amounts.paid} of ${status.amounts.asked}`)
}
