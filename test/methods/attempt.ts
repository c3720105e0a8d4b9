import type { Checkout } from '../../gateway/src/payment/index.ts'
import type { Attempt } from '../../gateway/src/payment/method/method.ts'
import type { MethodWorld } from '../../gateway/testing/method-world.ts'

/** What the core would tell the method of a checkout, for what no page asks of it yet. */
export function attemptOf(
  { gateway, method }: MethodWorld,
  checkout: Checkout,
  more: Partial<Attempt>,
): Attempt {
  return {
    checkout,
    channel: checkout.channel,
    title: `ref ${checkout.referenceNumber} ID 7 FV 1/2026`,
    payer: { email: null, name: null },
    visitor: { ip: '192.0.2.7', userAgent: 'Mozilla/5.0' },
    returnUrl: `${gateway.url}/checkout/${checkout.publicId}?return=1`,
    notifyUrl: `${gateway.url}/notify/${method.code}/${gateway.provider.code}`,
    ...more,
  }
}

/** A checkout of which the payment provider knows nothing, like one that it knows. */
export function siblingOf(checkout: Checkout): Checkout {
  const { publicId } = checkout
  return { ...checkout, publicId: `${publicId.slice(0, -1)}${publicId.endsWith('A') ? 'B' : 'A'}` }
}
