import { isCalendarDate } from '@bill-gateway/contract'
import type { Db } from '../platform/db/database.ts'
import { validationFailed } from '../platform/http/errors.ts'
import { type Held, heldAfter, type ReportRow, type ReportScope, reportRows } from './queries/report.ts'

export type { Held, ReportRow, ReportScope }

export interface Report {
  rows: ReportRow[]
  /** At the end of the last day: below zero where a provider owes the operator. */
  held: Held[]
}

const daysMax = 400
const dayMs = 86_400_000

/**
 * What came in, went back and was passed on, by day, provider and method, straight from the ledger.
 *
 * @throws ApiError validation_failed where a day does not exist, or there are more than 400
 */
export async function settlementReport(db: Db, scope: ReportScope): Promise<Report> {
  const { from, to } = scope
  const errors = [
    ...Object.entries({ from, to })
      .filter(([, day]) => !isCalendarDate(day))
      .map(([name]) => ({
        pointer: `/querystring/${name}`,
        code: 'invalid_format',
        detail: `${name} must be a day`,
      })),
  ]
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  if (errors.length === 0 && (days < 1 || days > daysMax))
    errors.push({
      pointer: '/querystring/to',
      code: 'out_of_range',
      detail: `to must be 0 to ${daysMax - 1} days after from`,
    })
  if (errors.length > 0) throw validationFailed(errors)
  return { rows: await reportRows(db, scope), held: await heldAfter(db, scope) }
}
