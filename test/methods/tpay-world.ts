import type { Checkout } from '../../gateway/src/payment/index.ts'
import { tpay } from '../../gateway/src/payment/method/tpay/index.ts'
import { startTpayFake, type TpayFake } from '../../gateway/testing/fakes/tpay/index.ts'
import { startMethodWorld } from '../../gateway/testing/method-world.ts'

/** A gateway connected with Tpay’s fake, and what its tests do again and again. */
export async function startTpayWorld() {
  let started: TpayFake | undefined
  const world = await startMethodWorld('tpay', async () => {
    started = await startTpayFake()
    return started
  })
  if (!started) throw new Error('the fake did not start')
  const fake = started
  return {
    fake,
    world,
    code: (blikCode: string) => world.started({ channel: 'blik', blikCode }),
    statusOf: async (checkout: Checkout) =>
      tpay.status(world.platform, await world.provider(), await world.reread(checkout)),
    asked: (path: RegExp) => fake.requests.filter((one) => path.test(`${one.method} ${one.path}`)),
    async paid(): Promise<Checkout> {
      const checkout = await world.started()
      await fake.pay(checkout.publicId)
      return world.reread(checkout)
    },
  }
}
