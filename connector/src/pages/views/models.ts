import type { FieldProblem, Notice } from './frame.tsx'

/** `billtech_payments.state`. */
export const paymentStates = [
  'open',
  'awaited',
  'kept',
  'settled',
  'hand',
  'expired',
  'final',
  'refunded',
  'removed',
] as const
export type PaymentState = (typeof paymentStates)[number]
/** What still waits for something; the rest is hidden where settled ones are. */
export const unsettledStates: readonly PaymentState[] = ['open', 'awaited', 'kept']

/** One row of Płatności BillTech. Amounts are grosze, moments seconds since 1970. */
export interface PaymentLine {
  id: number
  /** When LMS got it; `paidAt` is when the payer paid, null in rows of the old plugin. */
  at: number
  paidAt: number | null
  customerId: number | null
  /** Null: the customer's row is gone. */
  customer: string | null
  title: string
  document: string
  reference: string
  amount: bigint
  refunded: bigint
  state: PaymentState
  /** A row of a bank statement settled it. */
  byStatement: boolean
  expiresAt: number | null
  method: string
  test: boolean
}

export const sortKeys = ['date', 'customer', 'title', 'reference', 'amount', 'state'] as const
export type SortKey = (typeof sortKeys)[number]

/** What was asked for, as it was typed. */
export interface FilterTexts {
  month: string
  day: string
  customer: string
  name: string
  amount: string
  reference: string
  state: string
  hide: string
}

export interface PaymentsView {
  filter: FilterTexts
  /** Whether anything narrows the list. */
  narrowed: boolean
  problems: FieldProblem[]
  notices: Notice[]
  sort: { by: SortKey; down: boolean }
  lines: PaymentLine[]
  /** Without a sum: more than `count`. */
  found: { count: number; sum?: bigint }
  chosen: ReadonlySet<number>
  maySettle: boolean
  token: string
  links: {
    sorted: Record<SortKey, string>
    first?: string | undefined
    previous?: string | undefined
    next?: string | undefined
    csv: string
    clear: string
    choose: string
    unchoose: string
  }
  /** The query to come back to, for forms. */
  back: string
}

export type Act = 'settle' | 'reopen'

export interface ConfirmView {
  act: Act
  lines: PaymentLine[]
  /** Whose state does not allow it. */
  left: PaymentLine[]
  token: string
  back: string
  cancel: string
}

export interface CsvPartsView {
  size: number
  parts: string[]
  back: string
}
