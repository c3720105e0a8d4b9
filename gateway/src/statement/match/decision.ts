import type { Rule } from '../entry.ts'

/** What is to become of an entry. */
export type Decision =
  /** Money for a checkout that asked for a transfer. */
  | { kind: 'checkout'; rule: Rule; checkoutId: bigint; payerId: bigint }
  /** Money of a payer: for the links that it names, then for the payer's others by due date. */
  | { kind: 'payer'; rule: Rule; payerId: bigint; linkIds: readonly bigint[] }
  /** The transfer of a payment that another method confirmed. */
  | { kind: 'expected'; rule: Rule; paymentId: bigint; paymentAmount: bigint; payerId: bigint }
  | { kind: 'queue'; state: 'unknown' | 'wrong-currency' | 'duplicate'; rule: Rule | null }
  | { kind: 'debit' }

export const unknown: Decision = { kind: 'queue', state: 'unknown', rule: null }

export function wrongCurrency(rule: Rule): Decision {
  return { kind: 'queue', state: 'wrong-currency', rule }
}
