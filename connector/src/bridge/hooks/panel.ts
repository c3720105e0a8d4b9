import { panelBalanceButton, panelRowButton } from '../button.ts'
import type { Desk, LinkRow } from '../desk.ts'
import { idOf, listOf, recordOf, textOf } from '../question.ts'

export interface PanelSettings {
  balanceButtonDisabled: boolean
  rowButtonsDisabled: boolean
  brandingEnabled: boolean
}

/** `balance` goes to the balance; `rows` beside rows, by their place in the list that was given. */
export interface PanelAnswer {
  balance?: string
  rows?: Record<string, string>
}

/** A pro forma’s line can stand in the list with the number of the line in the place of an id. */
const proForma = 6

/** The buttons of the customer panel’s finances; none for a customer who owes nothing. */
export async function panelAnswer(desk: Desk, settings: PanelSettings, data: unknown): Promise<PanelAnswer> {
  const question = recordOf(data)
  const customerId = idOf(question.customerId)
  if (customerId === undefined || !isOwing(question.balance)) return {}
  const style = textOf(question.style)
  const answer: PanelAnswer = {}
  if (!settings.balanceButtonDisabled) {
    const link = await desk.ofBalance(customerId)
    if (link)
      answer.balance = panelBalanceButton(desk.url(link, 'userpanel', true), style, settings.brandingEnabled)
  }
  if (!settings.rowButtonsDisabled) {
    const links = await desk.ofCustomer(customerId)
    const rows: Record<string, string> = {}
    for (const [place, link] of placesOf(listOf(question.rows), links))
      rows[place] = panelRowButton(desk.url(link, 'userpanel', false), style, link.title)
    if (Object.keys(rows).length > 0) answer.rows = rows
  }
  return answer
}

/** LMS shows nothing at a balance that is not below zero, and a link may be minutes older than the balance. */
function isOwing(balance: unknown): boolean {
  return (typeof balance === 'number' || typeof balance === 'string') && Number(balance) < 0
}

/** One place a link: LMS lists every line of a document, the oldest first, and prints the list backwards. */
function placesOf(rows: readonly unknown[], links: readonly LinkRow[]): [place: number, link: LinkRow][] {
  const byDocument = new Map<number, LinkRow>()
  const byCash = new Map<number, LinkRow>()
  for (const link of links) {
    if (link.documentId) byDocument.set(link.documentId, link)
    else if (link.cashId) byCash.set(link.cashId, link)
  }
  const places = new Map<LinkRow, number>()
  rows.forEach((given, place) => {
    const row = recordOf(given)
    const documentId = idOf(row.docid)
    const cashId = Number(row.doctype) === proForma ? undefined : idOf(row.id)
    const link =
      documentId === undefined ? cashId !== undefined && byCash.get(cashId) : byDocument.get(documentId)
    if (link) places.set(link, place)
  })
  return [...places].map(([link, place]) => [place, link])
}
