import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import { mailTasks } from '../mail/index.ts'
import type { Platform } from '../platform/platform.ts'
import { updateProvider } from '../provider/index.ts'
import { sendReceipts } from './index.ts'

let world: Payments
let platform: Platform
let smtp: MailServer
let biller: Biller

beforeAll(async () => {
  world = await startPayments()
  smtp = await startMailServer()
  const settings = { ...world.platform.settings, smtpUrl: smtp.url, mailFrom: 'pay@gateway.example' }
  platform = { ...world.platform, settings }
})
beforeEach(async () => {
  biller = await newBiller(world.database)
  await updateProvider(world.db, biller.provider.id, { receipts: true })
  smtp.messages.length = 0
})
afterAll(async () => {
  await world.close()
  await smtp.close()
})

/** Queues what is due and sends it, as the jobs do. */
async function deliverAll(): Promise<void> {
  await sendReceipts(platform)
  const { rows } = await world.database.pool.query(`select provider_id, id from mail where state = 'queued'`)
  for (const { provider_id: providerId, id } of rows)
    await mailTasks['mail.send']?.({ providerId, mailId: String(id) }, platform)
}

async function paid(...bills: Record<string, unknown>[]): Promise<{ reference: string; tokens: string[] }> {
  const userId = `u${Math.random()}`
  const links = await world.links(
    bills.map((bill, index) => ({ userId, title: `FV ${index + 1}`, ...bill })),
    biller,
  )
  const tokens = links.map((link) => link.token)
  const scope = bills.length > 1 ? { scope: 'balance', tokens } : { scope: 'link' }
  const { status, body, text } = await world.api(`/pay/v1/test/payments/${tokens[0]}/pay`, scope, biller)
  if (status !== 200) throw new Error(text)
  return { reference: body.referenceNumber, tokens }
}

const sent = () => smtp.messages.map(({ to, mail }) => ({ to: to.join(), text: mail.text ?? '' }))

describe('a receipt', () => {
  it('goes once to the address of the bill, with what was paid', async () => {
    const { reference } = await paid({ amount: 1234.5, email: 'jan@example.com' })
    await Promise.all([sendReceipts(platform), sendReceipts(platform), sendReceipts(platform)])
    await deliverAll()
    await deliverAll()
    expect(sent()).toHaveLength(1)
    expect(sent()[0]?.to).toBe('jan@example.com')
    expect(sent()[0]?.text).toContain(reference)
    expect(sent()[0]?.text).toContain('1234,50\u00a0zł')
    expect(sent()[0]?.text).toContain('FV 1')
  })

  it('tells each address of a payment of its own bills only', async () => {
    await paid(
      { amount: 10, email: 'jan@example.com' },
      { amount: 20, email: 'eva@example.com' },
      { amount: 30 },
      { amount: 40, email: 'jan@example.com' },
    )
    await deliverAll()
    expect(
      sent()
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['eva@example.com', 'jan@example.com'])
    const [eva, jan] = ['eva@example.com', 'jan@example.com'].map(
      (address) => sent().find(({ to }) => to === address)?.text ?? '',
    )
    expect(eva).toContain('20,00')
    expect(eva).not.toMatch(/FV 1|FV 3|FV 4/)
    expect(jan).toContain('50,00')
    expect(jan).toMatch(/FV 1[\s\S]*FV 4/)
    expect(jan).not.toContain('FV 2')
  })

  it('is not sent where the bill names nobody, receipts are off, or there is no mail server', async () => {
    await paid({ amount: 10 })
    await updateProvider(world.db, biller.provider.id, { receipts: false })
    await paid({ amount: 10, email: 'jan@example.com' })
    await deliverAll()
    await updateProvider(world.db, biller.provider.id, { receipts: true })
    await deliverAll()
    expect(await sendReceipts(world.platform)).toBe(0)
    expect(sent()).toEqual([])
  })

  it('is off for test providers and on for live ones unless somebody says otherwise', async () => {
    const [test, live] = [await newBiller(world.database), await newBiller(world.database, { test: false })]
    expect([test.provider.receipts, live.provider.receipts]).toEqual([false, true])
  })

  it('is no news after a day', async () => {
    await paid({ amount: 10, email: 'jan@example.com' })
    await world.database.pool.query(
      `update event set id = id - 25 * 3600 * 1000000::bigint where provider_id = $1`,
      [biller.provider.id],
    )
    await deliverAll()
    expect(sent()).toEqual([])
  })
})

describe('a refund', () => {
  it('is told at the address of the bill that it is of', async () => {
    const { reference, tokens } = await paid(
      { amount: 10, email: 'jan@example.com' },
      { amount: 20, email: 'eva@example.com' },
    )
    await deliverAll()
    smtp.messages.length = 0
    const ordered = await world.api(`/pay/v1/payments/${tokens[1]}/refunds`, { amount: 5 }, biller)
    expect(ordered.status, ordered.text).toBe(201)
    await world.advance('PT5M', biller)
    await deliverAll()
    await deliverAll()
    expect(sent().map(({ to }) => to)).toEqual(['eva@example.com'])
    expect(sent()[0]?.text).toContain('5,00\u00a0zł')
    expect(sent()[0]?.text).toContain(reference)
    expect(sent()[0]?.text).toContain('tą drogą')
  })
})
