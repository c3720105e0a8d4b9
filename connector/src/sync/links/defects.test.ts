import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { linkForDocument, updateLinks } from './index.ts'

describe.each(engines)('what the old plugin did wrong with links, on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  beforeEach(() => {
    links.gateway.fault = undefined
  })
  afterAll(() => links.close())

  const billed = async (...lines: string[]) => {
    const customerId = await links.world.addCustomer({ email: 'z@example.pl' })
    const { documentId, cashIds } = await links.world.addInvoice({ customerId, lines })
    return { customerId, documentId, cashIds }
  }
  const active = (customerId: number) => links.gateway.book.active(customerId)
  const rowsOf = (customerId: number) =>
    links.world.lms.db
      .selectFrom('billtech_payment_links')
      .selectAll()
      .where('customer_id', '=', customerId)
      .orderBy('id')
      .execute()

  it('defect 16: a deleted ledger row and one changed in place are noticed', async () => {
    const { world, context } = links
    const { customerId, cashIds } = await billed('50.00', '19.00')
    await updateLinks(context)
    await world.lms.db
      .updateTable('cash')
      .set({ value: '-40.00' })
      .where('id', '=', cashIds[0] ?? 0)
      .execute()
    await updateLinks(context)
    expect(active(customerId)).toMatchObject([{ open: 5900n }])
    await world.lms.db
      .deleteFrom('cash')
      .where('id', '=', cashIds[1] ?? 0)
      .execute()
    await updateLinks(context)
    expect(active(customerId)).toMatchObject([{ open: 4000n }])
  })

  it('defect 17: where one link fails, only its customer is looked at again', async () => {
    const { world, context } = links
    const bad = await world.addCustomer()
    await world.addInvoice({ customerId: bad, lines: ['5.00'], divAccount: '12345678901234567890123456' })
    for (let other = 0; other < 5; other++) await billed('10.00')
    expect(await updateLinks(context)).toMatchObject({ made: 5, refused: 1 })
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
    const refused = world.lms.db.selectFrom('billtech_refused').selectAll().where('customer_id', '=', bad)
    expect(await refused.execute()).toMatchObject([
      { kind: 'link', reason_code: 'account_invalid', field: 'nrb' },
    ])
    const documents = world.lms.db.updateTable('documents').set({ div_account: '10901014' })
    await documents.where('customerid', '=', bad).execute()
    expect(await updateLinks(context)).toMatchObject({ customers: 1, made: 1 })
    expect(await refused.execute()).toEqual([])
  })

  it('defect 18: neither queries nor requests grow with each customer', async () => {
    const counted = async (customers: number) => {
      const { context, gateway } = links
      for (let made = 0; made < customers; made++) await billed('10.00')
      let queries = 0
      const db = context.lms.db.withPlugin({
        transformQuery: ({ node }) => {
          queries++
          return node
        },
        transformResult: async ({ result }) => result,
      })
      const before = gateway.requests.length
      await updateLinks({ ...context, lms: { ...context.lms, db } })
      return { queries, requests: gateway.requests.length - before }
    }
    const few = await counted(3)
    const many = await counted(90)
    expect(few.requests).toBe(1)
    expect(many.requests).toBe(1)
    expect(many.queries).toBe(few.queries)
  })

  it('defect 19: two looks at new customers at once get in nobody’s way', async () => {
    const made = await Promise.all([billed('10.00'), billed('11.00'), billed('12.00')])
    const another = await links.anotherContext({ lms: await links.world.open(4) })
    const customers = made.map(({ customerId }) => customerId)
    await Promise.all([
      updateLinks(links.context),
      updateLinks(another),
      updateLinks(another, { customers }),
      updateLinks(links.context, { customers }),
    ])
    await updateLinks(links.context)
    for (const id of customers) {
      expect(active(id)).toHaveLength(1)
      expect(await rowsOf(id)).toMatchObject([{ state: 'active', token: active(id)[0]?.token }])
    }
  })

  it('defect 20: a part-paid document keeps its one row, and no row outlives its link', async () => {
    const { world, context } = links
    const { customerId } = await billed('69.00')
    await updateLinks(context)
    await world.addCash({ customerId, value: '20.00' })
    await updateLinks(context)
    expect(await rowsOf(customerId)).toMatchObject([{ state: 'active', amount: '49.00' }])
    await world.addCash({ customerId, value: '49.00' })
    await updateLinks(context)
    expect(await rowsOf(customerId)).toMatchObject([{ state: 'paid', active_key: null }])
  })

  it('defect 21: the mail of an edited invoice has its button, and never that of a paid link', async () => {
    const { world, context } = links
    const { customerId, documentId } = await billed('69.00')
    await updateLinks(context)
    const before = await linkForDocument(context, { customerId, documentId })
    await world.editInvoice(documentId, ['70.00'])
    await updateLinks(context)
    const after = await linkForDocument(context, { customerId, documentId })
    expect(after).toMatchObject({ token: before?.token, amount: 7000n, documentId })
    await world.addCash({ customerId, value: '70.00' })
    await updateLinks(context)
    expect(await linkForDocument(context, { customerId, documentId })).toBeUndefined()
    await world.editInvoice(documentId, ['80.00'])
    const again = await linkForDocument(context, { customerId, documentId })
    expect(again).toMatchObject({ amount: 1000n })
    expect(again?.token).not.toBe(before?.token)
  })

  it('defect 22: an error of the database keeps no later batch from being written', async () => {
    const { world, context } = links
    const { customerId } = await billed('33.00')
    await expect(sql`select * from there_is_no_such_table`.execute(world.lms.db)).rejects.toThrow()
    expect(await updateLinks(context)).toMatchObject({ made: 1 })
    expect(await rowsOf(customerId)).toMatchObject([{ state: 'active' }])
  })

  it('defect 23: a cancel that fails stops no other, and is done by the next pass', async () => {
    const { world, context, gateway } = links
    const first = await billed('10.00')
    const second = await billed('20.00')
    await updateLinks(context)
    const token = active(first.customerId)[0]?.token ?? ''
    await world.deleteDocument(first.documentId)
    await world.deleteDocument(second.documentId)
    const third = await billed('30.00')
    gateway.fault = ({ path }) => (path.includes(token) ? { kind: 'status', status: 500 } : undefined)
    expect(await updateLinks(context)).toMatchObject({
      made: 1,
      cancelled: 1,
      failed: { code: 'internal_error' },
    })
    expect(active(first.customerId)).toHaveLength(1)
    expect(active(third.customerId)).toHaveLength(1)
    gateway.fault = undefined
    expect(await updateLinks(context)).toMatchObject({ customers: 1, cancelled: 1 })
    expect(active(first.customerId)).toEqual([])
  })

  it('defect 24: a link that the gateway has forgotten is let go', async () => {
    const { world, context, gateway } = links
    const { customerId, documentId } = await billed('10.00')
    await updateLinks(context)
    gateway.book.links.delete(active(customerId)[0]?.token ?? '')
    await world.deleteDocument(documentId)
    expect(await updateLinks(context)).toMatchObject({ cancelled: 1 })
    expect(await rowsOf(customerId)).toMatchObject([{ state: 'cancelled' }])
  })

  it('defect 26: without append_customer_info neither request nor address holds personal data', async () => {
    const { world, context } = links
    await world.setSetting('append_customer_info', 'false')
    await context.refresh()
    const { customerId } = await billed('10.00')
    await updateLinks(context)
    const [link] = active(customerId)
    expect(Object.keys(link?.item ?? {}).sort()).toEqual(
      ['amount', 'nrb', 'operationId', 'paymentDue', 'title', 'userId'].sort(),
    )
    const [row] = await rowsOf(customerId)
    expect(row).toMatchObject({ short_link: null })
    expect(row?.link).not.toMatch(/[?%]/)
    await world.setSetting('append_customer_info', 'true')
    await context.refresh()
    await updateLinks(context)
    expect(active(customerId)[0]?.item).toMatchObject({ name: 'Żaneta', email: 'z@example.pl' })
  })

  it('defect 27: a title of 300 letters spoils no batch', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer({ lastname: "D'Ąbrowska (biuro)" })
    const comment = `${'x'.repeat(104)}${'ąęłó'.repeat(50)}`
    await world.addCash({ customerId, value: '-7.00', comment })
    await billed('10.00')
    expect(await updateLinks(context)).toMatchObject({ made: 2, refused: 0 })
    expect(active(customerId)[0]?.item).toMatchObject({
      title: `${'x'.repeat(104)}ą`,
      surname: 'D Ąbrowska biuro',
    })
  })

  it('defect 28: the due date is the day that LMS prints', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer()
    const cdate = Date.parse('2026-07-01T00:00:00+02:00') / 1000
    await world.addInvoice({ customerId, lines: ['10.00'], cdate, paytime: 14 })
    await updateLinks(context)
    expect(active(customerId)[0]?.item).toMatchObject({ paymentDue: '2026-07-15' })
  })

  it('defect 29: the address is an enabled one, that for invoices first', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer()
    await world.addContact(customerId, 'stary@example.pl', 8 + 16 + 16384)
    await world.addContact(customerId, 'inny@example.pl', 8 + 32)
    await world.addContact(customerId, 'faktury@example.pl', 8 + 16)
    await world.addInvoice({ customerId, lines: ['10.00'] })
    await updateLinks(context)
    expect(active(customerId)[0]?.item).toMatchObject({ email: 'faktury@example.pl' })
  })

  it('defect 30: a changed amount changes the link, which is payable all the while', async () => {
    const { world, context, gateway } = links
    const { customerId, documentId } = await billed('10.00')
    await updateLinks(context)
    const [before] = active(customerId)
    await world.editInvoice(documentId, ['12.00'])
    const from = gateway.requests.length
    await updateLinks(context)
    expect(gateway.requests.slice(from).map(({ path }) => path)).toEqual(['/pay/v1/payments'])
    expect(active(customerId)).toMatchObject([{ token: before?.token, open: 1200n }])
  })
})
