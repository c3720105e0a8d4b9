import { amountOf } from '@bill-gateway/contract'
import type { FastifyInstance } from 'fastify'
import { linkUrl } from '../../payment-link/index.ts'
import type { Database, Db } from '../../platform/db/database.ts'
import { createProvider, findProviderByCode, type Provider } from '../../provider/index.ts'
import type { Settings } from '../../settings.ts'
import { shortLinkUrl } from '../../short-link/index.ts'
import { type DemoBill, demoPayers } from './bills.ts'
import { authorization, type DemoKey, demoKey } from './key.ts'
import { alone, lastLinksOfPairs, liveProvider } from './queries.ts'

export const demoCode = 'demo'

export interface DemoLink {
  userId: string
  operationId: string
  amount: number
  token: string
  link: string
  shortLink: string | null
}

export interface Demo {
  key: DemoKey
  links: DemoLink[]
}

/** @throws Error where the database is somebody's real one */
export async function refuseLiveProviders(db: Db): Promise<void> {
  const code = await liveProvider(db)
  if (code === undefined) return
  throw new Error(
    `This database holds the live provider ${code}, and the demo never runs beside real money. ` +
      'Choose another DATA_DIR or DATABASE_URL, or start it with "bill-gateway serve".',
  )
}

/** A provider, its payers and their bills, through the API; what is there already is left as it is. */
export function seedDemo(app: FastifyInstance, { db, pool }: Database, settings: Settings): Promise<Demo> {
  return alone(pool, async () => {
    const provider = (await findProviderByCode(db, demoCode)) ?? (await createDemoProvider(db))
    const key = await demoKey(app, db, provider, settings.dataDir)
    const seeded = await lastLinksOfPairs(db, provider.id)
    const has = (bill: DemoBill) =>
      seeded.some((link) => link.userId === bill.userId && link.operationId === bill.operationId)
    const bills = demoPayers(new Date()).flatMap((payer) => payer.bills)
    const missing = bills.filter((bill) => !has(bill))
    if (missing.length > 0) await createBills(app, key, missing)
    return { key, links: linksOf(bills, await lastLinksOfPairs(db, provider.id), settings) }
  })
}

function createDemoProvider(db: Db): Promise<Provider> {
  return createProvider(db, {
    code: demoCode,
    name: 'NETIX Sp. z o.o.',
    test: true,
    address: 'ul. Długa 12, 31-146 Kraków',
    phone: '+48 12 345 67 89',
    color: '#0a6e5c',
  })
}

async function createBills(app: FastifyInstance, key: DemoKey, payments: DemoBill[]): Promise<void> {
  const response = await app.inject({
    method: 'POST',
    url: '/pay/v1/payments',
    headers: { ...authorization(key), accept: 'application/json' },
    payload: { payments },
  })
  if (response.statusCode !== 201) throw new Error(`The demo's bills were refused: ${response.body}`)
}

function linksOf(
  bills: DemoBill[],
  seeded: Awaited<ReturnType<typeof lastLinksOfPairs>>,
  settings: Settings,
): DemoLink[] {
  return bills.flatMap(({ userId, operationId }) => {
    const link = seeded.find((found) => found.userId === userId && found.operationId === operationId)
    if (!link) return []
    return {
      userId,
      operationId,
      amount: amountOf(link.askedAmount),
      token: link.token,
      link: linkUrl(settings, link.token),
      shortLink: link.shortCode && shortLinkUrl(settings, link.shortCode),
    }
  })
}

/** The short link with `type=balance` packed into it. */
export async function balanceLink(app: FastifyInstance, shortLink: string): Promise<string> {
  const { body } = await app.inject({
    method: 'POST',
    url: '/s/encode?type=balance',
    headers: { accept: 'application/json' },
    payload: { url: shortLink },
  })
  return (JSON.parse(body) as { url: string }).url
}
