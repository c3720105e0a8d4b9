import { formatGrosze } from '../../platform/index.ts'
import type { Speech, WordKey } from '../speech.ts'
import type { PaymentLine } from '../views/models.ts'
import { stateText } from '../views/payments-table.tsx'

const columns: readonly { head: WordKey; value: (line: PaymentLine, speech: Speech) => string }[] = [
  { head: 'csv.day', value: (line) => isoMoment(line.paidAt ?? line.at) },
  { head: 'csv.customer', value: (line) => (line.customerId === null ? '' : String(line.customerId)) },
  { head: 'csv.name', value: (line) => harmless(line.customer ?? '') },
  { head: 'csv.for', value: (line) => harmless(line.title) },
  { head: 'csv.document', value: (line) => harmless(line.document) },
  { head: 'csv.reference', value: (line) => harmless(line.reference) },
  { head: 'csv.amount', value: (line) => decimal(line.amount) },
  { head: 'csv.refunded', value: (line) => decimal(line.refunded) },
  { head: 'csv.state', value: (line, speech) => stateText(speech, line) },
  { head: 'csv.method', value: (line) => harmless(line.method) },
]

/**
 * As spreadsheets in Poland open it by a double click: UTF-8 with its mark, semicolons, decimal commas, every
 * cell in quotes. Times are UTC in ISO 8601.
 */
export function csvOf(lines: readonly PaymentLine[], speech: Speech): string {
  const rows = [
    columns.map(({ head }) => speech.say(head)),
    ...lines.map((line) => columns.map(({ value }) => value(line, speech))),
  ]
  return `\uFEFF${rows.map((cells) => `${cells.map(quoted).join(';')}\r\n`).join('')}`
}

/**
 * Text from outside that a spreadsheet would take for a formula gets an apostrophe before it; the full-width
 * signs count too, because some programs read them as the narrow ones. Blanks before the sign do not hide it.
 */
function harmless(text: string): string {
  return /^[\s\u00a0]*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}

function decimal(grosze: bigint): string {
  return formatGrosze(grosze).replace('.', ',')
}

function isoMoment(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace('.000Z', 'Z')
}
