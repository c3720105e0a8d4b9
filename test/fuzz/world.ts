import { createPin } from '../../gateway/src/provider/index.ts'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, cancel, createLinks, nrb, pay } from '../support/bill.ts'

/** What requests are aimed at: keys of every kind, and links in every state. */
export interface World {
  gateway: TestGateway
  providerCode: string
  apiKey: string
  pin: string
  /** Values for the Authorization header: ordinary, plugin, live, wrong. */
  keys: { own: string; plugin: string; live: string; wrong: string }
  tokens: string[]
  shortCodes: string[]
  userIds: string[]
}

const wide = { RATE_LIMIT_KEY: '999999', RATE_LIMIT_PAGE: '999999', RATE_LIMIT_MISS: '999999' }

export async function makeWorld(): Promise<World> {
  const gateway = await startTestGateway({ worker: false, environment: wide, connections: 16 })
  const plugin = await gateway.newProvider({ defaultNrb: nrb })
  const live = await gateway.newProvider({ test: false, defaultNrb: nrb })
  const userIds = Array.from({ length: 100 }, (_, index) => `fuzz-${index}`)
  const items = userIds.map((userId, index) =>
    bill({ userId, operationId: index % 3 ? index : undefined, name: 'Jan', surname: 'Kowalski' }),
  )
  const more = items.map((item) => ({ ...item, operationId: undefined }))
  const made = await Promise.all([items, more, more, more].map((each) => createLinks(gateway.api, each)))
  const links = made.flat()
  const others = await createLinks(gateway.api, [bill(), bill()], { credentials: live.credentials })
  const tokens = links.map((link) => link.token)
  for (const token of tokens.slice(0, 5)) await pay(gateway.api, token)
  for (const token of tokens.slice(5, 10)) await cancel(gateway.api, token, { resolution: 'CANCELLED' })
  const body = { providerCode: plugin.provider.code, payments: [bill()] }
  await gateway.api('/pay/v1/payments', { body, credentials: plugin.credentials })
  const { pin } = await createPin(gateway.platform.db, plugin.provider.id, plugin.credentials.apiKey)
  return {
    gateway,
    providerCode: plugin.provider.code,
    apiKey: plugin.credentials.apiKey,
    pin,
    keys: {
      own: basic(gateway.credentials),
      plugin: basic(plugin.credentials),
      live: basic(live.credentials),
      wrong: basic({ apiKey: gateway.credentials.apiKey, apiSecret: 'wrong' }),
    },
    tokens: [...tokens, ...others.map((link) => link.token)],
    shortCodes: links.flatMap((link) => link.shortLink?.slice(-10) ?? []),
    userIds,
  }
}
