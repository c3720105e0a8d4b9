import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linksOfCustomer, updateLinks } from '../../connector/src/sync/links/index.ts'
import { engines } from '../../connector/testing/index.ts'
import { hrefsIn, type LmsWithPhp, startLmsWithPhp } from '../../connector/testing/php/lms-with-php.ts'

describe.each(engines)('an invoice mail through real PHP on %s', (engine) => {
  let links: LmsWithPhp
  beforeAll(async () => {
    links = await startLmsWithPhp(engine)
  })
  afterAll(() => links.close())

  const creations = () => links.gateway.requests.filter(({ path }) => path === '/pay/v1/payments')
  /** Fails where PHP had to log anything. */
  const sendInvoice = async (...mail: Parameters<LmsWithPhp['sendInvoice']>) => {
    const { log, ...sent } = await links.sendInvoice(...mail)
    expect(log).toEqual([])
    return sent
  }

  it('is faster than the pass: its link is made at that moment, once', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({
      customerId,
      lines: ['50.00', '19.00'],
      cdate: Date.UTC(2026, 10, 21, 23, 30) / 1000,
      paytime: 14,
      fullnumber: '12/LMS/2026',
    })
    const before = creations().length
    const mail = await sendInvoice(documentId, customerId)
    const [link] = await linksOfCustomer(links.context, customerId)
    expect(hrefsIn(mail.body).map(({ origin, pathname }) => origin + pathname)).toEqual([
      link?.link,
      link?.link,
    ])
    expect(creations()).toHaveLength(before + 1)
    expect(mail.headers).toEqual({
      From: 'lms@example.org',
      'X-BillTech-ispId': 'netix',
      'X-BillTech-customerId': String(customerId),
      'X-BillTech-invoiceNumber': '12/LMS/2026',
      'X-BillTech-nrb': link?.nrb,
      'X-BillTech-amount': '69.00',
      'X-BillTech-paymentDue': '2026-12-06',
    })
    const again = await sendInvoice(documentId, customerId)
    expect(again).toEqual(mail)
    expect(creations()).toHaveLength(before + 1)
  })

  it('defect 38: a debit note has all its headers too', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['12.30'], type: 5 })
    const { headers, body: text } = await sendInvoice(documentId, customerId, 'text')
    const [link] = await linksOfCustomer(links.context, customerId)
    expect(headers).toMatchObject({ 'X-BillTech-amount': '12.30', 'X-BillTech-nrb': link?.nrb })
    expect(headers['X-BillTech-paymentDue']).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(text).toContain(`Opłać teraz: ${link?.link}?`)
  })

  it('names a document without a ready-made number by its plan', async () => {
    const customerId = await links.newCustomer()
    const cdate = Date.UTC(2026, 4, 5) / 1000
    const { documentId } = await links.world.addInvoice({
      customerId,
      lines: ['1.00'],
      fullnumber: null,
      cdate,
    })
    const { headers } = await sendInvoice(documentId, customerId)
    expect(headers['X-BillTech-invoiceNumber']).toMatch(/^\d+\/LMS\/2026$/)
  })

  it('defect 21: an edited invoice has its button, a paid one has none', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    await updateLinks(links.context, { customers: [customerId] })
    await links.world.editInvoice(documentId, ['60.00'])
    await updateLinks(links.context, { customers: [customerId] })
    expect(hrefsIn((await sendInvoice(documentId, customerId)).body)).toHaveLength(2)
    await links.world.addCash({ customerId, value: '60.00' })
    await updateLinks(links.context, { customers: [customerId] })
    const paid = await sendInvoice(documentId, customerId)
    expect(paid.body).toBe('<p> </p>')
    expect(paid.headers['X-BillTech-amount']).toBe('60.00')
  })

  it('defect 25: the addresses are whole, with a medium and, for the balance, its type', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    const [button, balance] = hrefsIn((await sendInvoice(documentId, customerId)).body)
    expect(Object.fromEntries(button?.searchParams ?? [])).toEqual({
      utm_source: 'isp',
      utm_medium: 'email',
    })
    expect(Object.fromEntries(balance?.searchParams ?? [])).toEqual({
      type: 'balance',
      utm_source: 'isp',
      utm_medium: 'email',
    })
  })

  it('defect 26: nothing about the customer stands in an address', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    const { body: html } = await sendInvoice(documentId, customerId)
    expect(html).not.toMatch(/jan|example\.org|ółć|%/i)
  })

  it('has its headers although the gateway is away, and its button the next time', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    await links.gateway.stop()
    const mail = await sendInvoice(documentId, customerId)
    expect(mail.body).toBe('<p> </p>')
    expect(mail.headers['X-BillTech-amount']).toBe('50.00')
    await links.gateway.start()
    expect(hrefsIn((await sendInvoice(documentId, customerId)).body)).toHaveLength(2)
  })

  it('defect 32: does not wait for a gateway that is slow', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    links.gateway.fault = () => ({ kind: 'slow', ms: 30_000 })
    links.waits.mail = 100
    const mail = await sendInvoice(documentId, customerId).finally(() => {
      links.gateway.fault = undefined
      links.waits.mail = 9_000
    })
    expect(mail.body).toBe('<p> </p>')
    expect(mail.headers['X-BillTech-amount']).toBe('50.00')
  })

  it('has its headers although no gateway is set', async () => {
    const customerId = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId, lines: ['50.00'] })
    await links.world.setSetting('api_url', '')
    await links.context.refresh()
    const mail = await sendInvoice(documentId, customerId)
    expect(mail.body).toBe('<p> </p>')
    expect(mail.headers['X-BillTech-amount']).toBe('50.00')
    await links.world.setSetting('api_url', links.gateway.url)
    await links.context.refresh()
    expect(hrefsIn((await sendInvoice(documentId, customerId)).body)).toHaveLength(2)
  })
})
