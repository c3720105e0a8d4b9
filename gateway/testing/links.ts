import { paymentLinkRoutes } from '../src/payment-link/index.ts'
import { shortLinkRoutes } from '../src/short-link/index.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from './rooms.ts'

/** The API page's own account number: its sort code belongs to nobody, its check digits are right. */
export const nrb = '28616102383202382844889825'

let made = 0

/** A right item for a payer of its own. */
export function item(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    userId: `user-${++made}`,
    amount: 123.45,
    nrb,
    title: 'FV 123/2020',
    paymentDue: '2020-07-23',
    ...changes,
  }
}

export interface MadeLink {
  token: string
  link: string
  shortLink?: string
}

export interface Reply {
  status: number
  headers: Headers
  /** biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect */
  body: any
  text: string
}

/** The rooms that make, cancel and shorten links, on a database of their own, with one biller. */
export async function startLinks(environment: Record<string, string> = {}) {
  const database: TestDatabase = await createTestDatabase()
  const server: RoomServer = await startRooms(
    database,
    (platform) => [shortLinkRoutes(platform), paymentLinkRoutes(platform)],
    environment,
  )
  const biller = await newBiller(database)

  const post = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    by: Biller = biller,
  ): Promise<Reply> => {
    const answer = await server.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...by.headers, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const json = /[/+]json/.test(answer.headers.get('content-type') ?? '') && answer.text !== ''
    return { ...answer, body: json ? JSON.parse(answer.text) : undefined }
  }
  const create = (payments: unknown, headers: Record<string, string> = {}, by: Biller = biller) =>
    post('/pay/v1/payments', { payments }, headers, by)
  return {
    database,
    db: database.db,
    server,
    settings: server.platform.settings,
    biller,
    post,
    create,
    /** Makes one link and fails the test where it is refused. */
    async createOne(changes: Record<string, unknown> = {}, by: Biller = biller): Promise<MadeLink> {
      const answer = await create([item(changes)], {}, by)
      if (answer.status !== 201) throw new Error(answer.text)
      return answer.body.links[0]
    },
    cancel: (token: string, body: unknown, headers: Record<string, string> = {}, by: Biller = biller) =>
      post(`/pay/v1/payments/${token}/cancel`, body, headers, by),
    async close() {
      await server.close()
      await database.drop()
    },
  }
}

export type Links = Awaited<ReturnType<typeof startLinks>>
