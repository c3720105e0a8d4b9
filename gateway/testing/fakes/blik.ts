import type { FakeCharge } from './fake-server.ts'

/**
 * What the six digits mean at every fake: `777xxx` the payer confirms at once, `100xxx` he waits for what the
 * test lets him do, and the refusals that PayU's own sandbox has.
 */
export type BlikMeaning = 'confirmed' | 'waits' | 'declined' | 'expired' | 'cancelled' | 'used' | 'wrong'

const known: Record<string, BlikMeaning> = {
  '500500': 'declined',
  '700701': 'expired',
  '700702': 'cancelled',
  '700703': 'used',
}

export function meaningOfCode(code: string): BlikMeaning {
  if (code.startsWith('777')) return 'confirmed'
  return code.startsWith('100') ? 'waits' : (known[code] ?? 'wrong')
}

/** How long the payer of `777xxx` takes. */
export const confirmMs = 20

/** Found by the id that it was started with. @throws Error where the payment provider never heard of it */
export function chargeOf<C extends FakeCharge>(charges: Map<string, C>, checkoutId: string): C {
  const charge = charges.get(checkoutId)
  if (!charge) throw new Error(`the payment provider never heard of ${checkoutId}`)
  return charge
}
