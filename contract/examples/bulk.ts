import type { BulkResult, Client, PaymentLinkItem } from '@bill-gateway/contract'
import { clientFromEnvironment } from './from-environment.ts'

export type Bill = PaymentLinkItem & { operationId: string }

export interface Outcome {
  made: number
  refused: { operationId: string; why: string }[]
}

/**
 * Makes links for any number of bills in constant memory: bills are read from their source as fast as the
 * gateway takes them, and results are stored as they come.
 */
export async function linkAll(
  client: Client,
  bills: AsyncIterable<Bill> | Iterable<Bill>,
  store: (operationId: string, result: BulkResult & { token: string }) => Promise<void>,
): Promise<Outcome> {
  const outcome: Outcome = { made: 0, refused: [] }
  for await (const result of client.paymentLinks.createMany(bills)) {
    const { operationId } = result.item
    if ('error' in result) {
      const why = result.error.errors?.map((error) => error.detail).join('; ') ?? result.error.title
      outcome.refused.push({ operationId, why })
    } else {
      await store(operationId, result)
      outcome.made++
    }
  }
  return outcome
}

function* billsOfAMonth(count: number): Generator<Bill> {
  for (let n = 1; n <= count; n++) {
    yield {
      userId: `customer-${n}`,
      operationId: `FV ${n}/07/2030`,
      amount: 49.99,
      nrb: '28616102383202382844889825',
      title: `FV ${n}/07/2030`,
      paymentDue: '2030-07-23',
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  const bills = billsOfAMonth(Number(process.env.COUNT ?? 1_000))
  const { made, refused } = await linkAll(clientFromEnvironment(), bills, async () => undefined)
  console.log(`${made} links, ${refused.length} refused`)
  for (const { operationId, why } of refused) console.log(`${operationId}: ${why}`)
}
