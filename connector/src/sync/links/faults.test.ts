import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, startFakeGateway } from '../../../testing/fake-gateway.ts'
import { type LinksWorld, pointTo, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { keepGateway, writeInfo } from '../../store/index.ts'
import { type Context, linkForDocument, linksOfCustomer, updateLinks } from './index.ts'

describe.each(engines)('links when something fails, on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  beforeEach(() => {
    links.gateway.fault = undefined
  })
  afterAll(() => links.close())

  const billed = async (...lines: string[]) => {
    const customerId = await links.world.addCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines })
    return { customerId, documentId }
  }

  /** What the gateway asks of everybody is what the database says, and what the ledger says. */
  const expectAllRight = async (customers: readonly number[]) => {
    const { world, gateway } = links
    for (const id of customers) {
      const atGateway = gateway.book.active(id)
      const rows = await world.lms.db
        .selectFrom('billtech_payment_links')
        .select(['token', 'state'])
        .where('customer_id', '=', id)
        .where('state', 'in', ['active', 'sending'])
        .execute()
      expect(rows.map(({ token }) => token).sort()).toEqual(atGateway.map(({ token }) => token).sort())
      const balance = await world.balanceOf(id)
      expect(atGateway.reduce((sum, { open }) => sum + open, 0n)).toBe(balance < 0n ? -balance : 0n)
    }
  }

  it.each<[string, Fault]>([
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers 429', { kind: 'status', status: 429 }],
    ['answers 503', { kind: 'status', status: 503 }],
    ['answers garbage', { kind: 'garbage' }],
    ['dies in the middle', { kind: 'die' }],
    ['loses its answer', { kind: 'lost' }],
    ['is slower than anybody waits', { kind: 'slow', ms: 1500 }],
  ])('a gateway that %s loses no link and doubles none', async (_, fault) => {
    const { world, context, gateway } = links
    const kept = await billed('10.00')
    await updateLinks(context)
    await world.editInvoice(kept.documentId, ['15.00'])
    const fresh = await billed('20.00')
    gateway.fault = () => fault
    const hasty = fault.kind === 'slow' ? await links.anotherContext({}, 300) : context
    expect((await updateLinks(hasty)).failed).toBeDefined()
    gateway.fault = undefined
    expect((await updateLinks(context)).failed).toBeUndefined()
    await expectAllRight([kept.customerId, fresh.customerId])
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('a key that is refused ends the pass at once', async () => {
    const { context, gateway } = links
    for (let made = 0; made < 3; made++) await billed('10.00')
    gateway.fault = () => ({ kind: 'status', status: 401 })
    expect(await updateLinks(context)).toMatchObject({ requests: 1, failed: { code: 'unauthorized' } })
    gateway.fault = undefined
    await updateLinks(context)
  })

  it('payments that cannot be fetched keep the links as they are', async () => {
    const { world, context, gateway } = links
    const { customerId } = await billed('10.00')
    await updateLinks(context)
    await world.addCash({ customerId, value: '4.00' })
    gateway.fault = () => ({ kind: 'status', status: 503 })
    const bookPayments = async () => void (await context.gateway().client.payments.searchAll({ fromDate: 0 }))
    expect(await updateLinks({ ...context, bookPayments })).toMatchObject({ failed: { code: 'unavailable' } })
    gateway.fault = undefined
    expect(await updateLinks({ ...context, bookPayments })).toMatchObject({ updated: 1 })
    await expectAllRight([customerId])
  })

  it('a pass that dies at any moment is made good by the next, whatever LMS did meanwhile', async () => {
    const { world, context } = links
    const people: number[] = []
    for (let dies = 1; dies <= 30; dies++) {
      const edited = await billed('10.00')
      const deleted = await billed('11.00')
      await updateLinks(context)
      await world.editInvoice(edited.documentId, ['12.00'])
      await world.deleteDocument(deleted.documentId)
      const fresh = await billed('13.00')
      const gone = await billed('14.00')
      await updateLinks(dyingAt(context, dies)).catch((error) => expect(String(error)).toContain('killed'))
      // As it was before, and a link of which nobody had learned the token has nothing to ask for.
      await world.editInvoice(edited.documentId, ['10.00'])
      await world.deleteDocument(gone.documentId)
      await updateLinks(context)
      people.push(edited.customerId, deleted.customerId, fresh.customerId, gone.customerId)
      await expectAllRight(people.slice(-4))
    }
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
    await expectAllRight(people)
  })

  it('two connectors at once, while LMS goes on working, come to one and the same links', async () => {
    const { world, context } = links
    const another = await links.anotherContext({ lms: await world.open(4) })
    const made = await Promise.all(Array.from({ length: 6 }, (_, index) => billed(`${10 + index}.00`)))
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        updateLinks(context),
        updateLinks(another),
        world.editInvoice(made[round]?.documentId ?? 0, [`${20 + round}.50`]),
        updateLinks(another, { customers: made.map(({ customerId }) => customerId) }),
        world.addCash({ customerId: made[5]?.customerId ?? 0, value: '1.00' }),
      ])
    }
    await updateLinks(context)
    await updateLinks(context)
    await expectAllRight(made.map(({ customerId }) => customerId))
    expect(await updateLinks(another)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('while LMS has the plugin switched off, nothing is made, changed or shown', async () => {
    const { world, context, gateway } = links
    const { customerId, documentId } = await billed('10.00')
    await updateLinks(context)
    await world.disablePlugin()
    await context.refresh()
    await world.editInvoice(documentId, ['11.00'])
    const before = gateway.requests.length
    expect(await updateLinks(context)).toMatchObject({ skipped: 'plugin-off' })
    expect(await linksOfCustomer(context, customerId)).toEqual([])
    expect(await linkForDocument(context, { customerId, documentId })).toBeUndefined()
    expect(gateway.requests.length).toBe(before)
    await world.enablePlugin()
    await context.refresh()
    await updateLinks(context)
    await expectAllRight([customerId])
  })

  it('a mail that is faster than the pass has its link made, and goes without it while the gateway is away', async () => {
    const { context, gateway } = links
    const { customerId, documentId } = await billed('69.00')
    gateway.fault = () => ({ kind: 'die' })
    expect(await linkForDocument(context, { customerId, documentId })).toBeUndefined()
    gateway.fault = undefined
    expect(await linkForDocument(context, { customerId, documentId })).toMatchObject({
      amount: 6900n,
      documentId,
    })
    await expectAllRight([customerId])
  })

  it('a customer removed for good has his link cancelled', async () => {
    const { world, context, gateway } = links
    const { customerId } = await billed('10.00')
    await updateLinks(context)
    await world.lms.db.deleteFrom('customers').where('id', '=', customerId).execute()
    await updateLinks(context)
    expect(gateway.book.active(customerId)).toEqual([])
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('links of another gateway are made anew here, and then cancelled there', async () => {
    const { world, context, gateway } = links
    const { customerId, documentId } = await billed('10.00')
    await updateLinks(context)
    const former = await startFakeGateway()
    const access = (url: string) => ({ id: url, apiUrl: url, ...former.credentials, ispId: 'netix' })
    await keepGateway(world.lms, access(gateway.url))
    const [old] = gateway.book.active(customerId)
    await pointTo(world, former)
    await context.refresh()
    await keepGateway(world.lms, access(former.url))
    gateway.fault = () => ({ kind: 'die' })
    await updateLinks(context)
    expect(former.book.active(customerId)).toHaveLength(1)
    expect(gateway.book.active(customerId)).toEqual([old])
    gateway.fault = undefined
    await updateLinks(context)
    expect(gateway.book.active(customerId)).toEqual([])
    const rows = await world.lms.db
      .selectFrom('billtech_payment_links')
      .select(['state', 'gateway'])
      .where('src_document_id', '=', documentId)
      .orderBy('id')
      .execute()
    expect(rows).toEqual([
      { state: 'moved', gateway: gateway.url },
      { state: 'active', gateway: former.url },
    ])
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
    await writeInfo(world.lms, world.lms.db, 'gateway:former', '[]')
    await pointTo(world, gateway)
    await context.refresh()
    await updateLinks(context)
    await expectAllRight([customerId])
    await former.close()
  })
})

/** The same context, whose process is killed instead of its n-th statement. */
function dyingAt(context: Context, statement: number): Context {
  let left = statement
  const db = context.lms.db.withPlugin({
    transformQuery: ({ node }) => {
      if (left-- <= 1) throw new Error('killed')
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { ...context, lms: { ...context.lms, db } }
}
