import { mailButton, mailLine, payBalanceWords, payWords, phoneLine } from '../button.ts'
import type { Desk, LinkRow } from '../desk.ts'
import type { Placeholder } from '../question.ts'

/** What a text is made of and where it goes. A phone gets the short link and words without Polish letters. */
export type Look = 'html' | 'text' | 'phone'

export type Replacements = Partial<Record<Placeholder, string>>

export interface Wish {
  wants: ReadonlySet<Placeholder>
  customerId: number
  documentId: number | undefined
  look: Look
  /** The document’s link where the caller has it already. */
  documentLink?: LinkRow | undefined
}

/**
 * What takes the placeholders’ places; what is missing in the answer is removed from the text.
 *
 * A text that tells of no document has no document’s button: the balance’s takes its place, unless the text
 * asks for that one too.
 */
export async function replacementsOf(desk: Desk, wish: Wish): Promise<Replacements> {
  const { wants, customerId, documentId, look } = wish
  const replacements: Replacements = {}
  if (wants.has('btn') && documentId !== undefined) {
    const link = wish.documentLink ?? (await desk.ofDocument(customerId, documentId))
    if (link) replacements.btn = await shown(desk, link, look, false)
  }
  const inItsPlace = wants.has('btn') && documentId === undefined && !wants.has('balance_btn')
  if (wants.has('balance_btn') || inItsPlace) {
    const link = await desk.ofBalance(customerId)
    if (link) replacements[inItsPlace ? 'btn' : 'balance_btn'] = await shown(desk, link, look, true)
  }
  return replacements
}

async function shown(desk: Desk, link: LinkRow, look: Look, balance: boolean): Promise<string> {
  if (look === 'phone') return phoneLine(await desk.phoneUrl(link, balance))
  const url = desk.url(link, 'email', balance)
  const words = balance ? payBalanceWords : payWords
  return look === 'html' ? mailButton(url, words) : mailLine(url, words)
}
