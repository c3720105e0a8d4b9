import { blockPageButton } from '../button.ts'
import type { Desk } from '../desk.ts'
import { idOf, recordOf } from '../question.ts'

/** The button of the page that a blocked customer is led to; nothing for an unknown address or a paid balance. */
export async function blockPageAnswer(desk: Desk, data: unknown): Promise<{ html?: string }> {
  const customerId = idOf(recordOf(data).customerId)
  const link = customerId === undefined ? undefined : await desk.ofBalance(customerId)
  return link ? { html: blockPageButton(desk.url(link, 'blockpage', true)) } : {}
}
