import type { PaymentLinkStatus, TestPaid } from '@bill-gateway/contract'

/** A link that the gateway has acknowledged, and all that may be true of it. */
export interface KnownLink {
  token: string
  userId: string
  operationId: string | null
  /** Amounts that it may ask: the last acknowledged one, and those tried since without an answer. */
  asked: Set<number>
  /** Acknowledged. */
  cancelled: boolean
  /** Acknowledged: the answers that named a payment. */
  payments: TestPaid[]
  /** Somebody tried to pay or to cancel it, and may not have heard how that ended. */
  touched: boolean
}

/** What a client that keeps its own books knows. */
export interface Journal {
  links: Map<string, KnownLink>
  /** Payers that were to get exactly one link, by a request repeated with its Idempotency-Key. */
  keyedUserIds: Set<string>
  acknowledged: { creates: number; updates: number; cancels: number; payments: number; pages: number }
  /** Answers that were none, and answers of 5xx by status. */
  unanswered: number
  failures: Map<number, number>
}

export function newJournal(): Journal {
  return {
    links: new Map(),
    keyedUserIds: new Set(),
    acknowledged: { creates: 0, updates: 0, cancels: 0, payments: 0, pages: 0 },
    unanswered: 0,
    failures: new Map(),
  }
}

/** Says where the gateway's word about a link and the journal differ. */
export function faultsOf(link: KnownLink, status: PaymentLinkStatus | undefined): string[] {
  if (!status) return [`${link.token}: acknowledged and gone`]
  const faults: string[] = []
  const fault = (text: string) => faults.push(`${link.token}: ${text}`)
  if (status.userId !== link.userId) fault(`belongs to ${status.userId} instead of ${link.userId}`)
  if (status.operationId !== link.operationId) fault(`operationId is ${status.operationId}`)
  if (!link.asked.has(status.amounts.asked))
    fault(`asks ${status.amounts.asked}, not ${[...link.asked].join(' or ')}`)
  if (link.cancelled && status.status !== 'cancelled') fault(`cancelled, and now ${status.status}`)
  for (const { referenceNumber } of link.payments) {
    const found = status.payments.filter((payment) => payment.referenceNumber === referenceNumber)
    if (found.length !== 1) fault(`payment ${referenceNumber} is there ${found.length} times`)
  }
  if (link.payments.length > 0 && !link.cancelled && status.status !== 'paid')
    fault(`paid, and now ${status.status}`)
  if (!link.touched && status.status !== 'active') fault(`nobody touched it, and it is ${status.status}`)
  return faults
}
