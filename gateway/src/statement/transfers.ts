import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import type { Entry } from './entry.ts'
import type { Decision } from './match/decision.ts'
import { referencesIn } from './match/texts.ts'

/** An entry that names one of our references: a transfer of a settlement may be among them. */
export interface SeenTransfer {
  /** The same entry told again has the same. */
  entryId: bigint
  /** credit: on the account of who is paid; debit: on the account of who pays. */
  direction: 'credit' | 'debit'
  referenceNumber: string
  /** Minor units, above zero. */
  amount: bigint
  currency: string
  /** yyyy-mm-dd */
  bookedOn: string
  account: string
  counterpartyAccount: string | null
  /** Of a credit: the payment of another method that it is the transfer of. */
  paymentId: bigint | null
}

/** Hears of such entries, outside transactions; of one and the same at least once. */
export interface TransferListener {
  seen(platform: Platform, provider: Provider, transfers: readonly SeenTransfer[]): Promise<void>
}

/** Filled where the program is put together: rooms above hear of transfers here. */
export const transferListeners: TransferListener[] = []

/** Tells of what is about to be decided: whoever stops before the end tells again. */
export async function tellListeners(
  platform: Platform,
  provider: Provider,
  entries: readonly Entry[],
  decisions: ReadonlyMap<bigint, Decision>,
): Promise<void> {
  if (transferListeners.length === 0) return
  const seen = entries.flatMap((entry) => seenTransfers(entry, decisions.get(entry.id)))
  if (seen.length === 0) return
  for (const listener of transferListeners) await listener.seen(platform, provider, seen)
}

function seenTransfers(entry: Entry, decision: Decision | undefined): SeenTransfer[] {
  const {
    id: entryId,
    direction,
    amount,
    currency,
    bookedOn,
    account,
    counterpartyAccount,
    isReversal,
  } = entry
  const isExpected = decision?.kind === 'expected'
  if (isReversal || (direction === 'credit' && !isExpected)) return []
  const paymentId = isExpected ? decision.paymentId : null
  const [referenceNumber, ...others] = referencesIn(entry.title ?? '')
  if (referenceNumber === undefined || others.length > 0) return []
  const shown = { entryId, direction, referenceNumber, amount, currency }
  return [{ ...shown, bookedOn, account, counterpartyAccount, paymentId }]
}
