import type { Platform } from '../platform/platform.ts'
import { type Answer, frameFor, languageQuery, type Visit } from './context.ts'
import { formOfLink, readLinkPage } from './link-page.ts'
import { payForm, type SentForm } from './pay.ts'
import { answerOfLink } from './show-link.ts'

/**
 * The button on a link’s page was pressed.
 *
 * @returns undefined for an unknown token
 */
export async function payLinkPage(
  platform: Platform,
  visit: Visit,
  token: string,
  sent: SentForm,
): Promise<Answer | undefined> {
  const page = await readLinkPage(platform, token)
  if (!page) return undefined
  const { link, provider } = page
  // Nothing can be paid here: the page says why, as it does for whoever opens it.
  if (link.revoked || provider.disabled || page.owed.length === 0) return answerOfLink(platform, visit, page)
  const { speech, base } = await frameFor(platform, visit, provider)
  const form = formOfLink(page, { base, query: languageQuery(visit) })
  const result = await payForm(platform, visit, provider, speech, form, sent)
  if ('status' in result) return result
  // What changed meanwhile is the reason: it is read again.
  const now = (await readLinkPage(platform, token)) ?? page
  return answerOfLink(platform, visit, now, result.filled)
}
