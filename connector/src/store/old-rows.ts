/** A link row as the old plugin left it. */
export interface OldLink {
  id: number
  customer: number
  cashId: number | null
  documentId: number | null
  token: string
  /** When the payment with this token was recorded, epoch seconds; null where there is none. */
  paidAt: number | null
}

export interface LinkVerdict {
  id: number
  /** Document id, or `cash_<id>`; null where the charge is gone without a trace. */
  operationId: string | null
  /** active: the pair's link. superfluous: still active at the gateway, to be cancelled there. */
  verdict: 'active' | 'superfluous' | 'paid' | 'copy'
  paidAt: number | null
}

export function operationOf({ cashId, documentId }: Pick<OldLink, 'cashId' | 'documentId'>): string | null {
  if (documentId !== null) return String(documentId)
  return cashId === null ? null : `cash_${cashId}`
}

/**
 * Of one customer's rows: the newest unpaid row of each charge is its link. An older one with another token may
 * still be payable at the gateway and has to be cancelled there; one with the same token is only a copy.
 *
 * @param standing tokens of the customer's links that are not the old plugin's any more, by operation: they stay
 */
export function judgeLinks(
  rows: readonly OldLink[],
  standing: ReadonlyMap<string, string> = new Map(),
): LinkVerdict[] {
  const newestFirst = [...rows].sort((a, b) => b.id - a.id)
  const keptToken = new Map(standing)
  const verdicts = newestFirst.map((row): LinkVerdict => {
    const operationId = operationOf(row)
    const base = { id: row.id, operationId, paidAt: row.paidAt }
    if (row.paidAt !== null) return { ...base, verdict: 'paid' }
    if (operationId === null) return { ...base, verdict: 'superfluous' }
    if (!keptToken.has(operationId)) {
      keptToken.set(operationId, row.token)
      return { ...base, verdict: 'active' }
    }
    return { ...base, verdict: 'superfluous' }
  })
  const alive = new Set(keptToken.values())
  const seen = new Set<string>()
  const byToken = new Map(newestFirst.map(({ id, token }) => [id, token]))
  return verdicts.map((verdict) => {
    const token = byToken.get(verdict.id) ?? ''
    if (verdict.verdict !== 'superfluous') return verdict
    const copy = alive.has(token) || seen.has(token)
    seen.add(token)
    return copy ? { ...verdict, verdict: 'copy' } : verdict
  })
}

/** A payment row as the old plugin left it. */
export interface OldPayment {
  id: number
  customer: number | null
  amount: string
  token: string | null
  reference: string | null
  closed: boolean
  /** Its ledger row, where that still stands. */
  cashId: number | null
}

export interface PaymentVerdict {
  id: number
  /** removed: its ledger row is gone, or it is a copy; counts for nothing. */
  state: 'open' | 'settled' | 'final' | 'removed'
  /** The row whose copy this one is: the same payment, booked once more. */
  copyOf: number | null
  /** A temporary ledger row that counts the payment a second time, and goes. */
  removeCashId: number | null
}

/**
 * Of rows that share a token: the same token, reference, customer and amount is one payment. An open row whose
 * ledger row somebody deleted can never be settled and is closed.
 */
export function judgePayments(rows: readonly OldPayment[]): PaymentVerdict[] {
  const first = new Map<string, OldPayment>()
  return [...rows]
    .sort((a, b) => a.id - b.id)
    .map((row): PaymentVerdict => {
      const base = { id: row.id, copyOf: null, removeCashId: null }
      const same =
        row.token && row.reference ? JSON.stringify([row.token, row.reference, row.customer, row.amount]) : ''
      const original = same ? first.get(same) : undefined
      if (same && !original) first.set(same, row)
      if (original) {
        const doubled = !row.closed && row.cashId !== null && row.cashId !== original.cashId
        return { ...base, state: 'removed', copyOf: original.id, removeCashId: doubled ? row.cashId : null }
      }
      if (row.closed) return { ...base, state: row.cashId === null ? 'settled' : 'final' }
      return { ...base, state: row.cashId === null ? 'removed' : 'open' }
    })
}
