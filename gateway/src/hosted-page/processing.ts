import { type Checkout, pendingCheckoutOfLinks } from '../payment/index.ts'
import type { PaymentLink } from '../payment-link/index.ts'
import type { Db } from '../platform/db/database.ts'

/** Attempts of one payer that a method may be deciding at the same time; more are not looked for. */
const attemptsMax = 20

/** The links that must not be paid now, each with the checkout that a method is deciding. */
export async function processingLinks(
  db: Db,
  providerId: number,
  links: Pick<PaymentLink, 'id' | 'attempted'>[],
): Promise<Map<bigint, Checkout>> {
  const processing = new Map<bigint, Checkout>()
  let open = links.filter(({ attempted }) => attempted).map(({ id }) => id)
  for (let tried = 0; open.length > 0 && tried < attemptsMax; tried++) {
    const checkout = await pendingCheckoutOfLinks(db, providerId, open)
    if (!checkout) break
    for (const { linkId } of checkout.links) processing.set(linkId, checkout)
    open = open.filter((id) => !processing.has(id))
  }
  return processing
}
