import type { Item, Run } from '../run.ts'
import { isTransfer } from '../run.ts'
import { type ElixirProfile, elixir0 } from './elixir.ts'
import type { PaymentOrder } from './order.ts'
import { pain001 } from './pain001.ts'

export { type ElixirEncoding, type ElixirProfile, elixirEncodings } from './elixir.ts'

export const fileFormats = ['pain.001.001.03', 'pain.001.001.09', 'elixir-0'] as const
export type FileFormat = (typeof fileFormats)[number]

/** The run's file. Of one run it is the same to the byte whenever it is asked for. */
export function paymentFile(
  run: Run,
  items: readonly Item[],
  format: FileFormat,
  profile: ElixirProfile = {},
): Buffer {
  const order = orderOf(run, items)
  return format === 'elixir-0' ? elixir0(order, profile) : Buffer.from(pain001(order, format))
}

function orderOf(run: Run, items: readonly Item[]): PaymentOrder {
  return {
    id: run.publicId,
    createdAt: run.createdAt,
    executesOn: run.executesOn,
    currency: run.currency,
    from: run.from,
    transfers: items.filter(isTransfer).map((item) => ({
      id: `${item.referenceNumber}-${run.id}-${item.position}`,
      amount: item.amount,
      nrb: item.nrb,
      payeeName: item.payeeName,
      title: item.title,
    })),
  }
}
