import type { PayoutDetails, PayoutPage } from '@bill-gateway/contract'
import { connectMethod } from '../../gateway/src/payment/index.ts'
import { fetchPayouts } from '../../gateway/src/payout/index.ts'
import { newSealingKey } from '../../gateway/src/platform/sealing.ts'
import { type P24Fake, startP24Fake } from '../../gateway/testing/fakes/p24/index.ts'
import type { Batch } from '../../gateway/testing/fakes/p24/reports.ts'
import { found, type MethodWorld, startMethodWorld } from '../../gateway/testing/method-world.ts'
import { until } from './until.ts'

/** A gateway whose provider has an account with Przelewy24, and how a test looks at its payouts. */
export async function startPayouts() {
  const ENCRYPTION_KEY = newSealingKey()
  const fake = await startP24Fake()
  const environment = { ...fake.environment, ENCRYPTION_KEY }
  const world = await startMethodWorld('p24', async () => ({ ...fake, environment }))
  return { world, fake, environment, ...looksOf(world), ...actsOf(world, fake), close: () => world.close() }
}

export type PayoutWorld = Awaited<ReturnType<typeof startPayouts>>

function looksOf({ gateway }: MethodWorld) {
  const page = async (query = '', credentials = gateway.credentials) =>
    (await gateway.api(`/pay/v1/payouts${query}`, { credentials })).body as PayoutPage
  const seen = async (batch: Batch) =>
    (await page()).payouts.filter(({ methodPayoutId }) => methodPayoutId === String(batch.id))
  return {
    page,
    seen,
    async details(batch: Batch, query = '') {
      const { id } = found((await seen(batch))[0])
      return (await gateway.api(`/pay/v1/payouts/${id}${query}`)).body as PayoutDetails
    },
  }
}

function actsOf(world: MethodWorld, fake: P24Fake) {
  const { gateway, platform } = world
  return {
    read: (provider = gateway.provider, days?: { from: string; to: string }) =>
      fetchPayouts(platform, provider, 'p24', days),
    /** What a test left behind is in no payout of the next one. */
    begin() {
      fake.reports.payOut()
      fake.reports.pageSize = 100
    },
    async paid(amount: number) {
      const checkout = await world.started({ amount })
      await fake.pay(checkout.publicId)
      return { ...checkout, token: found(checkout.links[0]?.token) }
    },
    async refunded(token: string, amount: number): Promise<string> {
      const { body } = await gateway.api(`/pay/v1/payments/${token}/refunds`, { body: { amount } })
      const { id } = found((body as { refunds: { id: string }[] }).refunds[0])
      await until('it is given back', async () => {
        const answer = await gateway.api(`/pay/v1/refunds/${id}`)
        return (answer.body as { status: string }).status === 'succeeded'
      })
      return id
    },
    /** A provider with the same account at Przelewy24. */
    async another(collectedBy: 'provider' | 'operator', values = fake.credentials) {
      const made = await gateway.newProvider()
      await connectMethod(platform, made.provider, world.method, { collectedBy, values })
      return made
    },
  }
}
