import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { writeInfo } from '../../store/index.ts'
import { updateLinks } from './index.ts'

describe.each(engines)('a pass over the links on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  afterAll(() => links.close())

  it('makes a link for each unpaid document, and a second pass sends nothing', async () => {
    const { world, gateway, context } = links
    const customerId = await world.addCustomer({ email: 'z@example.pl' })
    const { documentId } = await world.addInvoice({
      customerId,
      lines: ['50.00', '19.00'],
      fullnumber: 'FV 7/2026',
    })
    const report = await updateLinks(context)
    expect(report).toMatchObject({ made: 1, refused: 0, customers: 1, requests: 1 })
    const [link] = gateway.book.active(customerId)
    expect(link?.item).toMatchObject({
      userId: String(customerId),
      operationId: String(documentId),
      amount: 69,
      title: 'FV 7/2026',
      email: 'z@example.pl',
      name: 'Żaneta',
      surname: 'Kowalska',
    })
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('updates the link of an edited invoice under the same token, and cancels that of a cancelled one', async () => {
    const { world, gateway, context } = links
    const customerId = await world.addCustomer()
    const { documentId } = await world.addInvoice({ customerId, lines: ['50.00'] })
    await updateLinks(context)
    const [before] = gateway.book.active(customerId)
    await world.editInvoice(documentId, ['30.00', '5.50'])
    expect(await updateLinks(context)).toMatchObject({ updated: 1, made: 0, cancelled: 0 })
    const [after] = gateway.book.active(customerId)
    expect(after).toMatchObject({ token: before?.token, open: 3550n })
    await world.cancelDocument(documentId)
    expect(await updateLinks(context)).toMatchObject({ cancelled: 1 })
    expect(gateway.book.links.get(before?.token ?? '')).toMatchObject({ resolution: 'CANCELLED' })
    expect(await updateLinks(context)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('sends 100 a request, several at once', async () => {
    const { world, gateway, context } = links
    const customerId = await world.addCustomer()
    for (let made = 0; made < 250; made++)
      await world.addCash({ customerId, value: '-1.00', comment: `nr ${made}` })
    const sizes: number[] = []
    let second: () => void = () => undefined
    const isSecondHere = new Promise<void>((resolve) => {
      second = resolve
    })
    // The first is answered when another has come: one after the other they would never be.
    gateway.fault = async ({ body }) => {
      if (sizes.push((body as { payments: unknown[] }).payments.length) > 1) second()
      await isSecondHere
      return undefined
    }
    expect(await updateLinks(context)).toMatchObject({ made: 250, requests: 3 })
    gateway.fault = undefined
    expect(sizes.sort((a, b) => b - a)).toEqual([100, 100, 50])
  })

  it('a refused link is logged with customer, document, field and reason, and without names', async () => {
    const { world, context } = links
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
    const customerId = await world.addCustomer({ lastname: 'Tajna', divisionId: null })
    const { documentId } = await world.addInvoice({ customerId, lines: ['5.00'], divAccount: '' })
    await updateLinks({ ...context, log })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { customer: customerId, document: String(documentId), field: 'nrb', code: 'required' },
    ])
    expect(lines.join()).not.toContain('Tajna')
  })

  it('once in 24 hours looks at everybody, and asks again for what was refused', async () => {
    const { world, context, gateway } = links
    await updateLinks(context)
    await writeInfo(world.lms, world.lms.db, 'links:full', String((await world.now()) - 90_000))
    const report = await updateLinks(context, { full: false })
    expect(report.customers).toBeGreaterThan(1)
    expect(report).toMatchObject({ made: 0, updated: 0, refused: 1 })
    expect(gateway.book.active().length).toBe(report.unchanged)
    expect(await updateLinks(context)).toMatchObject({ customers: 0 })
  })
})
