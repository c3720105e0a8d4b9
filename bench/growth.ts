import { driveCreate, linksPerSecond } from './links.ts'
import { drive, getRequest } from './load.ts'
import { type Comparison, compare } from './report.ts'
import { type BenchGateway, newItem } from './world.ts'

const newPayments = 50
const searchesPerRound = 200
const rounds = 5
/** No more than 1.3 times slower. */
const target = 1 / 1.3

/** What does not depend on history may not slow down with it: the large database against the small one. */
export async function benchGrowth(small: BenchGateway, large: BenchGateway): Promise<Comparison[]> {
  const fromSmall = await payNew(small)
  const fromLarge = await payNew(large)
  const searching = (gateway: BenchGateway, fromDate: number) => async () => {
    const request = getRequest(`/pay/v1/payments/search?fromDate=${fromDate}`, {
      authorization: gateway.authorization,
    })
    return (
      await drive({
        port: gateway.port,
        connections: 4,
        requests: searchesPerRound,
        request: () => request,
        expectStatus: 200,
      })
    ).perSecond
  }
  const creating = (gateway: BenchGateway) => async () => linksPerSecond(await driveCreate(gateway, 60))
  return [
    await compare({
      name: `search: searches/s for ${newPayments} new payments at 2,000,000 links`,
      yardstick: 'the same at 20,000 links',
      target,
      rounds,
      measured: searching(large, fromLarge),
      yardstickMeasured: searching(small, fromSmall),
    }),
    await compare({
      name: 'create: links/s at 2,000,000 links',
      yardstick: 'the same at 20,000 links',
      target,
      rounds,
      measured: creating(large),
      yardstickMeasured: creating(small),
    }),
  ]
}

/** @returns the second before the first of the new payments */
async function payNew(gateway: BenchGateway): Promise<number> {
  const fromDate = Math.floor(Date.now() / 1000) - 1
  const call = async (path: string, body: unknown) => {
    const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
      method: 'POST',
      headers: { authorization: gateway.authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const items = Array.from({ length: newPayments }, newItem)
  const { links } = (await call('/pay/v1/payments', { payments: items })) as { links: { token: string }[] }
  for (const { token } of links)
    await call(`/pay/v1/test/payments/${token}/pay`, { scope: 'link', outcome: 'paid' })
  return fromDate
}
