/** One item of a request, read and found right: what a link is made or updated from. */
export interface Bill {
  userId: string
  operationId: string | null
  /** Minor units still owed, above zero. */
  amount: bigint
  /** 26 digits. */
  nrb: string
  title: string
  /** yyyy-mm-dd */
  paymentDue: string
  name: string | null
  surname: string | null
  email: string | null
  recipientId: string | null
  recipientName: string | null
  /** Id of the last event that the caller has booked. */
  seen: bigint | null
  /** Optional fields that the LMS plugin’s dialect dropped as invalid. */
  dropped: string[]
}

/** Names the pair that has at most one active link; undefined where the bill has no operationId. */
export function pairOf(bill: Bill): string | undefined {
  // Neither part can hold a control character.
  return bill.operationId === null ? undefined : `${bill.userId}\n${bill.operationId}`
}

/** Whether the answer has a short link: only where the item gave both names. */
export function givesNames(bill: Bill): boolean {
  return bill.name !== null && bill.surname !== null
}
