import { idOf, listOf, recordOf } from '../question.ts'

/** The rows of a bank statement that LMS says it has booked, each once. */
export function bookedImportIds(data: unknown): number[] {
  const ids = listOf(recordOf(data).importIds).map(idOf)
  return [...new Set(ids.filter((id) => id !== undefined))]
}
