import type { Checkout } from '../../gateway/src/payment/index.ts'
import type { Attempt } from '../../gateway/src/payment/method/method.ts'
import { stripe } from '../../gateway/src/payment/method/stripe/index.ts'
import { type StripeFake, startStripeFake } from '../../gateway/testing/fakes/stripe/index.ts'
import { startMethodWorld } from '../../gateway/testing/method-world.ts'
import { attemptOf } from './attempt.ts'

/** A gateway connected with Stripe’s fake, and what its tests do again and again. */
export async function startStripeWorld() {
  let started: StripeFake | undefined
  const world = await startMethodWorld('stripe', async () => {
    started = await startStripeFake()
    return started
  })
  if (!started) throw new Error('the fake did not start')
  const fake = started
  return {
    fake,
    world,
    code: (blikCode: string) => world.started({ channel: 'blik', blikCode }),
    /** Waits for the state. @returns the checkout as it then is */
    async until(checkout: Checkout, status: Checkout['status']): Promise<Checkout> {
      await world.comesTo(checkout, status)
      return world.reread(checkout)
    },
    statusOf: async (checkout: Checkout) =>
      stripe.status(world.platform, await world.provider(), await world.reread(checkout)),
    attempt: (checkout: Checkout, more: Partial<Attempt> = {}) =>
      attemptOf(world, checkout, { payer: { email: 'jan@example.com', name: 'Jan Kowalski' }, ...more }),
    asked: (path: RegExp) => fake.requests.filter((one) => path.test(`${one.method} ${one.path}`)),
  }
}

export type StripeWorld = Awaited<ReturnType<typeof startStripeWorld>>
