import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../../testing/fake-gateway-context.ts'
import { engines } from '../../../testing/index.ts'
import { writeInfo } from '../../store/index.ts'
import { updateLinks } from './index.ts'

describe.each(engines)('money and links on %s', (engine) => {
  let links: LinksWorld
  beforeAll(async () => {
    links = await startLinksWorld(engine)
  })
  afterAll(() => links.close())

  /** What is asked of a customer, in grosze, by document. */
  const asked = (customerId: number) =>
    Object.fromEntries(
      links.gateway.book.active(customerId).map(({ item, open }) => [String(item.operationId), open]),
    )

  /** A booked payment as the other half of the connector writes it. */
  const paid = async (
    customerid: number,
    operationId: string,
    amount: string,
    { state = 'open', refunded = '0', eventId = '1' as string | null, arrives = true } = {},
  ) => {
    const { world, context } = links
    const cashid = arrives ? await world.addCash({ customerId: customerid, value: amount, type: 100 }) : null
    const given = {
      customerid,
      cashid,
      amount,
      state,
      operation_id: operationId,
      refunded,
      event_id: eventId,
    }
    await world.lms.db
      .insertInto('billtech_payments')
      .values({
        ...given,
        ten: '',
        title: '',
        closed: 0,
        cdate: await world.now(),
        gateway: context.gateway().id,
      } as never)
      .execute()
    return cashid
  }

  const twoBills = async () => {
    const customerId = await links.world.addCustomer()
    const older = await links.world.addInvoice({ customerId, lines: ['69.00'], cdate: 1_700_000_000 })
    const newer = await links.world.addInvoice({ customerId, lines: ['69.00'], cdate: 1_710_000_000 })
    return { customerId, older: String(older.documentId), newer: String(newer.documentId) }
  }

  it('who paid the newest of two bills is asked for the older one', async () => {
    const { customerId, older, newer } = await twoBills()
    await paid(customerId, newer, '69.00')
    await updateLinks(links.context)
    expect(asked(customerId)).toEqual({ [older]: 6900n })
  })

  it.each([
    ['settled', true],
    ['hand', true],
    ['expired', false],
    ['removed', false],
  ])('a payment that is %s counts for its document: %s', async (state, counts) => {
    const { customerId, older, newer } = await twoBills()
    await links.world.addCash({ customerId, value: '69.00' })
    await paid(customerId, newer, '69.00', { state, arrives: false })
    await updateLinks(links.context)
    expect(asked(customerId)).toEqual({ [counts ? older : newer]: 6900n })
  })

  it('a refund is no charge: it opens the document that it was paid for', async () => {
    const { customerId, older, newer } = await twoBills()
    await paid(customerId, newer, '69.00', { state: 'final', refunded: '20.00' })
    const cash = { customerId, value: '-20.00', type: 100, comment: 'Zwrot wpłaty online: FV' }
    const cash_id = await links.world.addCash(cash)
    const refund = { refund_id: `r-${customerId}`, payment_row_id: 'x', amount: '20.00', cash_id, cdate: 1 }
    await links.world.lms.db.insertInto('billtech_refunds').values(refund).execute()
    await updateLinks(links.context)
    expect(asked(customerId)).toEqual({ [newer]: 2000n, [older]: 6900n })
  })

  it('a document for which a bank transfer is announced is not asked for again', async () => {
    const { customerId, older, newer } = await twoBills()
    await paid(customerId, newer, '69.00', { state: 'awaited', arrives: false })
    await updateLinks(links.context)
    expect(asked(customerId)).toEqual({ [older]: 6900n })
  })

  it('defect 09: a bill in another currency is asked for in PLN at its rate, to the grosz', async () => {
    const { world, context } = links
    const customerId = await world.addCustomer()
    const euro = { currency: 'EUR', currencyvalue: '4.2137654321' }
    const { documentId } = await world.addInvoice({ customerId, lines: ['33.33'], ...euro })
    await updateLinks(context)
    expect(asked(customerId)).toEqual({ [documentId]: 14044n })
    expect(await world.balanceOf(customerId)).toBe(-14044n)
  })

  it('a charge without a document has a link by its ledger row, due by the customer’s days to pay', async () => {
    const { world, context, gateway } = links
    const customerId = await world.addCustomer({ paytime: 10 })
    const charge = { customerId, value: '-12.30', time: Date.parse('2026-07-01T00:00:00+02:00') / 1000 }
    const cashId = await world.addCash({ ...charge, comment: 'Aktywacja\tusługi' })
    await updateLinks(context)
    expect(asked(customerId)).toEqual({ [`cash_${cashId}`]: 1230n })
    const [link] = gateway.book.active(customerId)
    expect(link?.item).toMatchObject({ title: 'Aktywacja usługi', paymentDue: '2026-07-11' })
  })

  it('deleted customers, cancelled documents and pro formas that charge nothing have none', async () => {
    const { world, context } = links
    const gone = await world.addCustomer({ deleted: true })
    await world.addInvoice({ customerId: gone, lines: ['10.00'] })
    const customerId = await world.addCustomer()
    await world.addInvoice({ customerId, lines: ['10.00'], type: 6 })
    const { documentId } = await world.addInvoice({ customerId, lines: ['11.00'] })
    const other = await world.addInvoice({ customerId, lines: ['5.00'] })
    await world.lms.db.updateTable('documents').set({ cancelled: 1 }).where('id', '=', documentId).execute()
    await updateLinks(context)
    expect(asked(gone)).toEqual({})
    expect(asked(customerId)).toEqual({ [other.documentId]: 500n })
  })

  it('a payment that the ledger does not hold yet is subtracted by the gateway, once', async () => {
    const { world, context, gateway } = links
    const customerId = await world.addCustomer()
    const { documentId } = await world.addInvoice({ customerId, lines: ['69.00'] })
    await updateLinks(context)
    const [link] = gateway.book.active(customerId)
    await writeInfo(
      world.lms,
      world.lms.db,
      `cursor:${context.gateway().id}`,
      String(gateway.book.events.length),
    )
    gateway.book.pay(link?.token ?? '', { amount: 2000n })
    await world.editInvoice(documentId, ['70.00'])
    await updateLinks(context)
    expect(asked(customerId)).toEqual({ [documentId]: 5000n })
    // Booked from the search: the cursor does not cover it, and the ledger holds it.
    await paid(customerId, String(documentId), '20.00', { eventId: null })
    await updateLinks(context)
    expect(asked(customerId)).toEqual({ [documentId]: 5000n })
  })

  it('what was paid another way is cancelled as PAID, with the reference that the statement brought', async () => {
    const { world, context, gateway } = links
    const customerId = await world.addCustomer()
    await world.addInvoice({ customerId, lines: ['69.00'] })
    await updateLinks(context)
    const [link] = gateway.book.active(customerId)
    await world.addCash({ customerId, value: '69.00' })
    const seen = { importid: customerId, customerid: customerId, value: '69.00', seen_at: 1 }
    await world.lms.db
      .insertInto('billtech_statement')
      .values({ ...seen, reference_digits: '20260701000123', state: 'open' })
      .execute()
    await updateLinks(context)
    expect(gateway.book.links.get(link?.token ?? '')).toMatchObject({
      ...{ status: 'cancelled', resolution: 'PAID', referenceNumber: '20260701-000123' },
    })
    const row = world.lms.db
      .selectFrom('billtech_payment_links')
      .select('state')
      .where('customer_id', '=', customerId)
    expect(await row.execute()).toEqual([{ state: 'paid' }])
  })
})
