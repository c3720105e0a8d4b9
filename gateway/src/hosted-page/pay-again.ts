import type { Platform } from '../platform/platform.ts'
import { formOfCheckout, readCheckoutPage } from './checkout-page.ts'
import { type Answer, languageQuery, type Visit } from './context.ts'
import { payForm, type SentForm } from './pay.ts'
import { answerOfCheckout, frameOfCheckout } from './show-checkout.ts'

/**
 * The button was pressed on the page of an attempt that came to nothing: the same bills are paid by a new one.
 * An attempt that a method is deciding, or that has succeeded, lets nothing start.
 *
 * @returns undefined for an unknown checkout
 */
export async function payAgain(
  platform: Platform,
  visit: Visit,
  publicId: string,
  sent: SentForm,
): Promise<Answer | undefined> {
  const page = await readCheckoutPage(platform, publicId)
  if (!page) return undefined
  const { checkout, provider } = page
  const over = checkout.status === 'pending' || checkout.status === 'succeeded'
  if (over || page.revoked || provider.disabled) return answerOfCheckout(platform, visit, page)
  const { speech, base } = await frameOfCheckout(platform, visit, page)
  const form = await formOfCheckout(platform, page, { base, query: languageQuery(visit) })
  if (form.links.length === 0) return answerOfCheckout(platform, visit, page)
  const result = await payForm(platform, visit, provider, speech, form, sent)
  return 'status' in result ? result : answerOfCheckout(platform, visit, page, result.filled)
}
