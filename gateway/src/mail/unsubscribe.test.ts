import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { transact } from '../platform/db/transaction.ts'
import { type MailData, queueMail, refuseAddress } from './index.ts'
import { mailRoutes } from './routes.ts'
import { sendMail } from './send.ts'

let database: TestDatabase
let server: RoomServer
let smtp: MailServer
let biller: Biller

beforeAll(async () => {
  database = await createTestDatabase()
  smtp = await startMailServer()
  server = await startRooms(database, (platform) => [mailRoutes(platform)], {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'pay@gateway.example',
  })
})
beforeEach(async () => {
  biller = await newBiller(database, { test: false })
  smtp.messages.length = 0
})
afterAll(async () => {
  await server.close()
  await smtp.close()
  await database.drop()
})

const data: Pick<MailData, 'test' | 'webhook-parked'> = {
  test: {},
  'webhook-parked': {
    endpointId: 'wh_1',
    endpointUrl: 'https://biller.example/hooks',
    problem: 'HTTP 503',
    since: '2026-11-22T10:00:00Z',
    until: '2026-11-25T10:00:00Z',
  },
}

/** Queues a mail, a notice or one that is none, and tries to send it. */
async function sendTo(to: string, template: keyof typeof data): Promise<void> {
  const mail = { providerId: biller.provider.id, to, template, language: 'en', data: data[template] } as const
  await transact(database.db, (tx) => queueMail(tx, mail))
  await sendMail(server.platform, biller.provider.id, (await newest()).id)
}

const newest = () =>
  database.db
    .selectFrom('mail')
    .selectAll()
    .where('provider_id', '=', biller.provider.id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()

describe('unsubscribing', () => {
  const urlIn = (index: number) => {
    const header = smtp.messages[index]?.raw.replace(/\r\n\s+/g, ' ') ?? ''
    return new URL(/^List-Unsubscribe: ?<([^>]+)>/m.exec(header)?.[1] ?? '').pathname
  }

  it('by one click ends notices and no receipts; looking changes nothing', async () => {
    await sendTo('it@netix.example', 'webhook-parked')
    expect(smtp.messages[0]?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
    const path = urlIn(0)
    expect((await server.call(path)).status).toBe(200)
    await sendTo('it@netix.example', 'webhook-parked')
    expect(smtp.messages).toHaveLength(2)

    const answer = await server.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Zapisane')
    await sendTo('IT@netix.example', 'webhook-parked')
    expect(await newest()).toMatchObject({ state: 'unwanted', recipient: null })
    await sendTo('it@netix.example', 'test')
    expect(smtp.messages).toHaveLength(3)
  })

  it('works by no made-up or changed address', async () => {
    await sendTo('it@netix.example', 'webhook-parked')
    const path = urlIn(0)
    const last = path.at(-1) === 'A' ? 'B' : 'A'
    for (const wrong of [
      `${path.slice(0, -5)}${last}${path.slice(-4)}`,
      path.replace(/unsubscribe\/\w+\./, 'unsubscribe/zz.'),
    ]) {
      expect((await server.call(wrong, { method: 'POST' })).status, wrong).toBe(404)
    }
    expect((await server.call('/mail/unsubscribe/x')).status).toBe(404)
  })

  it('an address refused by hand gets nothing', async () => {
    await refuseAddress(database.db, biller.provider.id, 'jan@example.com')
    await sendTo('jan@example.com', 'test')
    expect(smtp.messages).toEqual([])
  })
})
