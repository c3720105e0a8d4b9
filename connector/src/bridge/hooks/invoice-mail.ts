import { formatGrosze } from '../../platform/index.ts'
import type { Desk, LinkRow } from '../desk.ts'
import { idOf, placeholdersOf, recordOf, textOf } from '../question.ts'
import { type Replacements, replacementsOf } from './placeholders.ts'

/** A document as a mail’s headers tell of it. */
export interface MailDocument {
  customerId: number
  number: string
  /** Grosze that it charges by the ledger, in the system’s currency; below zero for money back. */
  charged: bigint
  /** yyyy-mm-dd, local */
  dueDate: string
  /** The account that LMS prints on it; undefined where there is no right one. */
  nrb: string | undefined
}

export interface InvoiceMailAnswer {
  replace: Replacements
  headers: Record<string, string>
}

/** The buttons and the headers of a mail that brings a document. */
export async function invoiceMailAnswer(
  desk: Desk,
  ispId: string,
  readDocument: (id: number) => Promise<MailDocument | undefined>,
  data: unknown,
): Promise<InvoiceMailAnswer> {
  const question = recordOf(data)
  const documentId = idOf(question.documentId)
  const document = documentId === undefined ? undefined : await readDocument(documentId)
  if (documentId === undefined || !document) return { replace: {}, headers: {} }
  const { customerId } = document
  const documentLink = await desk.ofDocument(customerId, documentId)
  const look = textOf(question.format).toLowerCase() === 'html' ? 'html' : 'text'
  const wants = placeholdersOf(question.wants)
  if (!documentLink) wants.delete('btn')
  const replace = await replacementsOf(desk, { wants, customerId, documentId, look, documentLink })
  return { replace, headers: headersOf(ispId, document, documentLink) }
}

/**
 * For programs that read mails: all of them where there is something to pay, none about a payment otherwise.
 * The amount is the document’s own, `69.00`; the account is the link’s, or what the link’s would be.
 */
function headersOf(ispId: string, document: MailDocument, link: LinkRow | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    'X-BillTech-ispId': ispId,
    'X-BillTech-customerId': String(document.customerId),
    'X-BillTech-invoiceNumber': document.number,
  }
  if (document.charged > 0n) {
    headers['X-BillTech-nrb'] = link?.nrb ?? document.nrb ?? ''
    headers['X-BillTech-amount'] = formatGrosze(document.charged)
    headers['X-BillTech-paymentDue'] = document.dueDate
  }
  const said = Object.entries(headers).map(([name, value]) => [name, oneLine(value)] as const)
  return Object.fromEntries(said.filter(([, value]) => value !== ''))
}

/** A line break would begin another header. */
function oneLine(value: string): string {
  return value.replace(/\p{Cc}+/gu, ' ').trim()
}
