import type { BlockRules, Settings } from '../../lms/index.ts'
import type { Lms } from '../../platform/index.ts'
import type { Context } from '../links/index.ts'

export type { Context }

/** What booking needs to know besides the rows. */
export interface Booking {
  lms: Lms
  gatewayId: string
  settings: Pick<Settings, 'cashimportEnabled' | 'manageCutoff' | 'paymentExpiration'>
  rules: BlockRules
  /** Id of the gateway's event that brought the rows. */
  eventId?: string | undefined
}

export const day = 86_400

/** What became of rows of a gateway. */
export interface BookReport {
  /** Rows that are in the ledger now, or wait for the transfer that LMS's import will book. */
  booked: number
  /** Of those, the ones whose transfer was booked before. */
  settled: number
  /** Rows that were booked before. */
  known: number
  /** Rows that LMS does not take: kept aside and shown. */
  kept: number
  /** Rows that are no money: test payments, and what makes no sense. */
  refused: number
  /** Whose links must be looked at. */
  customers: number[]
}

export function emptyReport(): BookReport {
  return { booked: 0, settled: 0, known: 0, kept: 0, refused: 0, customers: [] }
}

export function addReport(total: BookReport, more: BookReport): void {
  for (const name of ['booked', 'settled', 'known', 'kept', 'refused'] as const) total[name] += more[name]
  total.customers = [...new Set([...total.customers, ...more.customers])]
}
