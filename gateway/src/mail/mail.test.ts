import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { type Biller, newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import { transact } from '../platform/db/transaction.ts'
import { updateProvider } from '../provider/index.ts'
import { type NewMail, purgeMails, queueMail, sweepMails } from './index.ts'
import { mailTasks } from './jobs.ts'
import { sendMail } from './send.ts'

let database: TestDatabase
let server: RoomServer
let smtp: MailServer
let biller: Biller

const receipt = {
  referenceNumber: '20261122-000123',
  amount: '123450',
  currency: 'PLN',
  paidAt: '2026-11-22T10:24:00+01:00',
  channel: 'blik',
  bills: [{ title: 'FV 1/2026 <b>', amount: '123450' }],
  unallocated: '0',
} as const

const notice = {
  endpointId: 'wh_1',
  endpointUrl: 'https://biller.example/hooks',
  problem: 'HTTP 503',
  since: '2026-11-22T10:00:00Z',
  until: '2026-11-25T10:00:00Z',
}

beforeAll(async () => {
  database = await createTestDatabase()
  smtp = await startMailServer()
  server = await startRooms(database, () => [], {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Bill Gateway <pay@gateway.example>',
  })
})

beforeEach(async () => {
  biller = await newBiller(database, { test: false })
  smtp.messages.length = 0
  smtp.refuse.length = 0
})

afterAll(async () => {
  await server.close()
  await smtp.close()
  await database.drop()
})

const receiptTo = (to: string, changes: Partial<NewMail<'receipt'>> = {}): NewMail<'receipt'> => ({
  providerId: biller.provider.id,
  to,
  template: 'receipt',
  language: 'pl',
  data: { ...receipt, bills: [...receipt.bills] },
  ...changes,
})

async function queued(mail: NewMail): Promise<bigint> {
  await transact(database.db, (tx) => queueMail(tx, mail))
  const row = await rows()
  return row[0]?.id ?? 0n
}

/** Newest first. */
const rows = () =>
  database.db
    .selectFrom('mail')
    .selectAll()
    .where('provider_id', '=', biller.provider.id)
    .orderBy('id', 'desc')
    .execute()

const send = (id: bigint) => sendMail(server.platform, biller.provider.id, id)
const jobsOf = async (id: bigint) => {
  const { rows: found } = await database.pool.query(
    `select run_at, task_identifier from graphile_worker.jobs where key = $1`,
    [`mail ${biller.provider.id} ${id}`],
  )
  return found as { run_at: Date; task_identifier: string }[]
}

describe('a mail', () => {
  it('goes out once, in the language asked for, and leaves neither address nor words behind', async () => {
    await updateProvider(database.db, biller.provider.id, {
      contactEmail: 'biuro@netix.example',
      color: '#0a6ef0',
      phone: '+48 12 345 67 89',
    })
    const id = await queued(receiptTo('jan@example.com'))
    expect(await jobsOf(id)).toMatchObject([{ task_identifier: 'mail.send' }])
    await mailTasks['mail.send']?.({ providerId: biller.provider.id, mailId: String(id) }, server.platform)
    await send(id)

    expect(smtp.messages).toHaveLength(1)
    const [message] = smtp.messages
    expect(message?.from).toBe('pay@gateway.example')
    expect(message?.to).toEqual(['jan@example.com'])
    const { subject, from, replyTo, headers, html, text } = message?.mail ?? {}
    expect(from?.value).toEqual([{ name: 'NETIX', address: 'pay@gateway.example' }])
    expect(replyTo?.value).toEqual([{ name: 'NETIX', address: 'biuro@netix.example' }])
    expect(subject).toBe('Potwierdzenie płatności 1234,50\u00a0zł – NETIX')
    expect(headers?.get('auto-submitted')).toBe('auto-generated')
    expect(headers?.has('list')).toBe(false)
    expect(html).toContain('FV 1/2026 &lt;b&gt;')
    expect(html).toContain('#0a6ef0')
    expect(html).not.toMatch(/src=|url\(/)
    expect(text).toContain('20261122-000123')
    expect(text).toContain('22 listopada 2026, 10:24')
    expect(text).toContain('FV 1/2026 <b>')

    const [row] = await rows()
    expect(row).toMatchObject({ state: 'sent', recipient: null, data: null, tries: 1, problem: null })
  })

  it('is not queued where the transaction fails', async () => {
    const failing = transact(database.db, async (tx) => {
      await queueMail(tx, receiptTo('jan@example.com'))
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(await rows()).toEqual([])
  })

  it.each([
    ['pl', 'Webhook nie odpowiada – NETIX', 'Nie działa od'],
    ['en', 'Webhook does not answer – NETIX', 'Out of order since'],
    ['uk', 'Вебхук не відповідає – NETIX', 'Не працює з'],
  ] as const)('speaks %s', async (language, subject, words) => {
    const { id: providerId } = biller.provider
    await send(
      await queued({
        providerId,
        to: 'it@netix.example',
        template: 'webhook-failing',
        language,
        data: notice,
      }),
    )
    expect(smtp.messages[0]?.mail.subject).toBe(subject)
    expect(smtp.messages[0]?.mail.text).toContain(words)
    expect(smtp.messages[0]?.mail.html).toContain(`lang="${language}"`)
  })

  it('says test where it is a test provider’s', async () => {
    biller = await newBiller(database)
    await send(await queued(receiptTo('jan@example.com', { language: 'en' })))
    expect(smtp.messages[0]?.mail.subject).toMatch(/^\[TEST\] /)
    expect(smtp.messages[0]?.mail.text).toContain('No money is taken')
  })

  it('cannot have a header smuggled in by a name or by data', async () => {
    const data = { ...receipt, bills: [{ title: 'FV\r\nBcc: a@evil.example', amount: '1' }] }
    const headers = { 'X-Ref': 'a\r\nBcc: b@evil.example', Bcc: 'c@evil.example', Subject: 'no' }
    await send(await queued(receiptTo('jan@example.com', { data, headers })))
    expect(smtp.messages[0]?.to).toEqual(['jan@example.com'])
    expect(smtp.messages[0]?.mail.bcc).toBeUndefined()
    expect(smtp.messages[0]?.mail.subject).toContain('NETIX')
  })

  it('goes only to the one address that was asked for', async () => {
    await send(await queued(receiptTo('"a, b@evil.example"@example.com')))
    expect(smtp.messages.flatMap(({ to }) => to).filter((to) => to.includes('evil.example>'))).toEqual([])
    expect(smtp.messages.flatMap(({ to }) => to).length).toBeLessThan(2)
  })
})

describe('a mail server that says no', () => {
  it('is asked again later where it says so, under the same Message-ID', async () => {
    smtp.refuse.push({ to: 'RCPT', code: 451, text: '4.7.1 jan@example.com: greylisted' })
    const id = await queued(receiptTo('jan@example.com'))
    await send(id)
    const [waiting] = await rows()
    expect(waiting).toMatchObject({ state: 'queued', tries: 1, problem: 'RCPT 451 4.7.1', taken_until: null })
    expect(waiting?.next_try_at.getTime()).toBeGreaterThan(Date.now() + 30_000)
    expect((await jobsOf(id))[0]?.run_at.getTime()).toBe(waiting?.next_try_at.getTime())
    await send(id)
    expect(smtp.messages[0]?.mail.messageId).toBe(`<${waiting?.message_id}@gateway.example>`)
    expect((await rows())[0]).toMatchObject({ state: 'sent', tries: 2 })
  })

  it('gives up after three days', async () => {
    smtp.refuse.push({ to: 'RCPT', code: 451, text: '4.7.1 later' })
    const id = await queued(receiptTo('jan@example.com'))
    await database.pool.query(`update mail set created_at = now() - interval '72 hours' where id = $1`, [id])
    await send(id)
    expect((await rows())[0]).toMatchObject({ state: 'failed', recipient: null, data: null })
  })

  it('marks the address as bad where there is no such mailbox, for this provider only', async () => {
    smtp.refuse.push({ to: 'RCPT', code: 550, text: '5.1.1 Jan@Example.com: user unknown' })
    await send(await queued(receiptTo('Jan@Example.com')))
    expect((await rows())[0]).toMatchObject({ state: 'refused', problem: 'RCPT 550 5.1.1' })
    await send(await queued(receiptTo('jan@example.com')))
    expect((await rows())[0]).toMatchObject({ state: 'refused', tries: 1 })
    expect(smtp.messages).toEqual([])
    const { rows: kept } = await database.pool.query('select * from mail_refusal')
    expect(JSON.stringify(kept)).not.toMatch(/example/i)

    biller = await newBiller(database, { test: false })
    await send(await queued(receiptTo('jan@example.com')))
    expect(smtp.messages).toHaveLength(1)
  })

  it.each([
    ['RCPT', 554, '5.7.1 blocked by policy', 'failed'],
    ['DATA', 554, '5.6.0 looks like spam', 'failed'],
    ['MAIL', 550, '5.7.1 sender not allowed', 'queued'],
    ['RCPT', 550, 'no such user here', 'refused'],
  ] as const)('%s %i "%s": %s', async (to, code, text, state) => {
    smtp.refuse.push({ to, code, text })
    await send(await queued(receiptTo('eva@example.com')))
    expect((await rows())[0]).toMatchObject({ state })
    const { rows: kept } = await database.pool.query('select * from mail_refusal where provider_id = $1', [
      biller.provider.id,
    ])
    expect(kept).toHaveLength(state === 'refused' ? 1 : 0)
  })
})

describe('workers that die or meet', () => {
  it('two at the same time send one mail', async () => {
    const id = await queued(receiptTo('jan@example.com'))
    await Promise.all(Array.from({ length: 5 }, () => send(id)))
    expect(smtp.messages).toHaveLength(1)
  })

  it('a mail whose sender died, or whose job is lost, is swept up', async () => {
    const id = await queued(receiptTo('jan@example.com'))
    await database.pool.query('delete from graphile_worker._private_jobs')
    await database.pool.query(
      `update mail set next_try_at = now() - interval '1 hour', taken_until = now() + interval '1 minute'
       where id = $1`,
      [id],
    )
    await sweepMails(server.platform)
    expect(await jobsOf(id)).toEqual([])
    await database.pool.query(`update mail set taken_until = now() - interval '1 second' where id = $1`, [id])
    await sweepMails(server.platform)
    expect(await jobsOf(id)).toHaveLength(1)
    await send(id)
    expect(smtp.messages).toHaveLength(1)
  })

  it('what is left of old mails is deleted', async () => {
    const id = await queued(receiptTo('jan@example.com'))
    await send(id)
    await purgeMails(server.platform)
    expect(await rows()).toHaveLength(1)
    await database.pool.query(`update mail set ended_at = now() - interval '91 days' where id = $1`, [id])
    await purgeMails(server.platform)
    expect(await rows()).toEqual([])
  })
})
