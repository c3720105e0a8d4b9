/** made: a file can be had; uploaded: the bank has it; closed: every transfer was seen; cancelled: never sent. */
export type RunStatus = 'made' | 'uploaded' | 'closed' | 'cancelled'

/** The operator's account that settlements are paid from. */
export interface DebitAccount {
  /** 26 digits. */
  nrb: string
  /** Whose it is, at most 70 characters. */
  name: string
  /** In one line, at most 70 characters; null: banks that want none. */
  address: string | null
  /** BIC of its bank; null: the bank is named by the account's own sort code. */
  bic: string | null
}

/** Transfers to providers' accounts, made and uploaded to the bank together. */
export interface Run {
  id: bigint
  /** Ours, unique for ever, in the file too. */
  publicId: string
  test: boolean
  /** ISO 4217 */
  currency: string
  status: RunStatus
  from: DebitAccount
  /** `yyyy-mm-dd` */
  executesOn: string
  /** Payments that were recorded before. */
  until: Date
  createdAt: Date
  uploadedAt: Date | null
  endedAt: Date | null
}

/** What a run does for one payment and one account. Amounts are minor units. */
export interface Item {
  providerId: number
  id: bigint
  paymentId: bigint
  nrb: string
  kind: 'transfer' | 'return'
  /** What it adds to what is settled of the payment; below zero: money that was given back since. */
  due: bigint
  /** What the transfer carries. */
  amount: bigint
  /** In the file, from 1; null where there is no transfer. */
  position: number | null
  referenceNumber: string
  title: string
  payeeName: string
  cancelled: boolean
  closedAt: Date | null
}

/** A transfer of a run's file. */
export type Transfer = Item & { position: number }

export function isTransfer(item: Item): item is Transfer {
  return item.position !== null
}

/** Whether a statement shows that the bank paid a transfer of a run that was cancelled. */
export function isPaidThoughCancelled({ cancelled, closedAt }: Item): boolean {
  return cancelled && closedAt !== null
}
