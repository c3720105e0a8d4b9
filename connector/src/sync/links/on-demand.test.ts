import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { balanceLink, linkForDocument, linksOfCustomer, shortUrl, updateLinks } from './index.ts'

describe.each(engines)('links for buttons on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  beforeEach(() => {
    links.gateway.fault = undefined
  })
  afterAll(() => links.close())

  it('the balance leads to any payable link, made at that moment', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer()
    expect(await balanceLink(context, customerId)).toBeUndefined()
    await world.addInvoice({ customerId, lines: ['10.00'] })
    await world.addInvoice({ customerId, lines: ['20.00'] })
    const link = await balanceLink(context, customerId)
    expect((await linksOfCustomer(context, customerId)).map(({ token }) => token)).toContain(link?.token)
    expect(await linksOfCustomer(context, customerId)).toHaveLength(2)
  })

  it('a phone gets the short link, for the balance with a suffix that is asked for once', async () => {
    const { world, context, gateway } = links
    const customerId = await world.addCustomer()
    const { documentId } = await world.addInvoice({ customerId, lines: ['10.00'] })
    const link = await linkForDocument(context, { customerId, documentId })
    expect(link?.shortLink).toMatch(/\/s\/\w{10}$/)
    const short = link?.shortLink ?? ''
    gateway.fault = () => ({ kind: 'die' })
    expect(await shortUrl(context, { shortLink: short }, { balance: true })).toBe(short)
    gateway.fault = undefined
    expect(await shortUrl(context, { shortLink: short })).toBe(short)
    expect(await shortUrl(context, { shortLink: short }, { balance: true })).toBe(`${short}/1`)
    const asked = gateway.requests.length
    expect(await shortUrl(context, { shortLink: `${short}x` }, { balance: true })).toBe(`${short}x/1`)
    expect(gateway.requests).toHaveLength(asked)
    expect(await shortUrl(context, { shortLink: null })).toBeUndefined()
  })

  it('there are none while a setting is missing', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer()
    const { documentId } = await world.addInvoice({ customerId, lines: ['10.00'] })
    await world.setSetting('api_secret', '')
    await context.refresh()
    expect(await linksOfCustomer(context, customerId)).toEqual([])
    expect(await linkForDocument(context, { customerId, documentId })).toBeUndefined()
    await expect(updateLinks(context)).rejects.toThrow('billtech.api_secret')
    await world.setSetting('api_secret', links.gateway.credentials.apiSecret)
    await context.refresh()
    expect(await linkForDocument(context, { customerId, documentId })).toMatchObject({ amount: 1000n })
  })
})

it('finds changes on a PostgreSQL that lacks the fast hashes', async () => {
  const { world, gateway, context, close } = await startLinksWorld('postgres')
  const old = { ...context, lms: { ...context.lms, version: '10.23' } }
  const customerId = await world.addCustomer({ email: 'a@example.pl' })
  const { cashIds } = await world.addInvoice({ customerId, lines: ['10.00', '20.00'] })
  expect(await updateLinks(old)).toMatchObject({ made: 1 })
  expect(await updateLinks(old)).toMatchObject({ customers: 0, requests: 0 })
  await world.lms.db
    .updateTable('cash')
    .set({ value: '-11.00' })
    .where('id', '=', cashIds[0] ?? 0)
    .execute()
  expect(await updateLinks(old)).toMatchObject({ updated: 1 })
  expect(gateway.book.active(customerId)).toMatchObject([{ open: 3100n }])
  await close()
})

it('works on an LMS whose tables have a Polish collation of three-byte UTF-8', async () => {
  const { world, gateway, context, close } = await startLinksWorld('mysql')
  for (const table of ['customers', 'customercontacts', 'divisions', 'numberplans', 'documents', 'cash'])
    await sql`alter table ${sql.table(table)} convert to character set utf8mb3 collate utf8mb3_polish_ci`.execute(
      world.lms.db,
    )
  const customerId = await world.addCustomer({ lastname: 'Żółć', email: 'a@example.pl' })
  await world.addInvoice({ customerId, lines: ['10.00'], fullnumber: 'FV Ł/1' })
  await world.addCash({ customerId, value: '-5.00', comment: 'Dopłata żądana' })
  expect(await updateLinks(context)).toMatchObject({ made: 2 })
  expect(gateway.book.active(customerId)[0]?.item).toMatchObject({ surname: 'Żółć' })
  expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
  await close()
})
