import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linksOfCustomer, updateLinks } from '../../connector/src/sync/links/index.ts'
import { engines } from '../../connector/testing/index.ts'
import { hrefsIn, type LmsWithPhp, startLmsWithPhp } from '../../connector/testing/php/lms-with-php.ts'

describe.each(engines)('who owes something, in LMS on %s with real PHP,', (engine) => {
  let links: LmsWithPhp
  let customerId: number
  let documentIds: number[]
  beforeAll(async () => {
    links = await startLmsWithPhp(engine)
    customerId = await links.newCustomer()
    documentIds = []
    for (const lines of [['50.00', '19.00'], ['10.00']])
      documentIds.push((await links.world.addInvoice({ customerId, lines })).documentId)
    await updateLinks(links.context, { customers: [customerId] })
  })
  afterAll(() => links.close())

  const finances = async (balance: string) => {
    const row = (docid: number | undefined, comment: string) => ({
      id: 1,
      docid,
      doctype: 1,
      comment,
      customlinks: [],
    })
    const [two, one] = documentIds
    const list = [row(two, 'internet'), row(two, 'telewizja'), row(one, 'router')]
    const { results } = await links.stage.play({
      customerId,
      steps: [
        {
          kind: 'show',
          hook: 'userpanel_finances_main_before_module_display',
          templates: 'default',
          template: 'finances.html',
          vars: { userinfo: { balance }, balancelist: { list } },
          data: {},
        },
      ],
    })
    return results[0]?.page ?? ''
  }

  it('sees a button at the balance and one at each document', async () => {
    const page = await finances('-79.00')
    const rows = await linksOfCustomer(links.context, customerId)
    expect(rows.map(({ documentId }) => documentId).sort()).toEqual([...documentIds].sort())
    const own = hrefsIn(page).filter(({ searchParams }) => searchParams.get('utm_medium') === 'userpanel')
    expect(own.map(({ searchParams }) => searchParams.get('type'))).toEqual(['balance', null, null])
    expect(new Set(own.slice(1).map(({ origin, pathname }) => origin + pathname))).toEqual(
      new Set(rows.map(({ link }) => link)),
    )
  })

  it('can be shown them less', async () => {
    await links.world.setSetting('balance_button_disabled', 'true')
    await links.context.refresh()
    expect((await finances('-79.00')).match(/Opłać teraz<\/a>/g)).toHaveLength(2)
    await links.world.setSetting('row_buttons_disabled', 'true')
    await links.context.refresh()
    expect(await finances('-79.00')).not.toContain('Opłać teraz')
    for (const name of ['balance_button_disabled', 'row_buttons_disabled'])
      await links.world.setSetting(name, 'false')
    await links.context.refresh()
  })

  it('finds a button where the block leads', async () => {
    const show = (hook: string) => ({
      kind: 'show',
      hook,
      templates: 'contrib',
      template: 'customer.html',
      vars: {},
      data: { customerid: customerId },
    })
    const { results } = await links.stage.play({
      steps: [show('customer_before_display'), show('customer_otherip_before_display')],
    })
    for (const { page } of results)
      expect(hrefsIn(page).map(({ searchParams }) => searchParams.get('type'))).toEqual(['balance'])
  })

  it('defect 33: gets a short address by SMS, and it is an address', async () => {
    const customer = { id: customerId, docid: documentIds[0], phone: '600100200' }
    const data = { data: 'Zaplac: %billtech_btn', format: 'text', customer }
    const { results } = await links.stage.play({
      arguments: ['--channel=sms'],
      steps: [{ kind: 'hook', hook: 'notify_parse_customer_data', data }],
    })
    const link = (await linksOfCustomer(links.context, customerId)).find(
      ({ documentId }) => documentId === documentIds[0],
    )
    expect(link?.shortLink).toBeTruthy()
    expect(results[0]?.data.data).toBe(`Zaplac: Oplac teraz: ${link?.shortLink}`)
  })

  it('defect 36: gets the long address where personal data are switched off by the text false', async () => {
    await links.world.setSetting('append_customer_info', 'false')
    await links.context.refresh()
    const stranger = await links.newCustomer()
    const { documentId } = await links.world.addInvoice({ customerId: stranger, lines: ['5.00'] })
    const data = { body: '%billtech_btn', data: { id: stranger, balance: '-5.00', phone: '600100200' } }
    const { results } = await links.stage.play({
      steps: [{ kind: 'hook', hook: 'messageadd_variable_parser', data }],
    })
    const [link] = await linksOfCustomer(links.context, stranger)
    expect(link).toMatchObject({ documentId, shortLink: null })
    expect(results[0]?.data.body).toMatch(`Oplac teraz: ${link?.link}?`)
    await links.world.setSetting('append_customer_info', 'true')
    await links.context.refresh()
  })

  it('gets a notice whose address outlives LMS’s own placeholders, which are replaced after it', async () => {
    const customer = { id: customerId, docid: documentIds[0] }
    const data = { data: 'Saldo %B, dług %b: %billtech_btn', format: 'html', customer }
    const { results } = await links.stage.play({
      steps: [{ kind: 'hook', hook: 'notify_parse_customer_data', data }],
    })
    const text = String(results[0]?.data.data)
    const sent = text.replaceAll('%b', '79.00').replaceAll('%B', '-79.00')
    expect(sent).toMatch(/^Saldo -79\.00, dług 79\.00: <a href="/)
    expect(hrefsIn(sent)).toEqual(hrefsIn(text))
    const link = (await linksOfCustomer(links.context, customerId)).find(
      ({ documentId }) => documentId === documentIds[0],
    )
    expect(hrefsIn(sent).map(({ origin, pathname }) => origin + pathname)).toEqual([link?.link])
  })

  it('gets a message with the mangled placeholder mended', async () => {
    const data = {
      subject: 'Saldo',
      body: 'Dług 79.00 zł. 79.00illtech_balance_btn',
      data: { id: customerId, balance: '-79.00', contenttype: 'text/plain' },
    }
    const { results } = await links.stage.play({
      steps: [{ kind: 'hook', hook: 'messageadd_variable_parser', data }],
    })
    expect(results[0]?.data.body).toMatch(/^Dług 79\.00 zł\. Opłać teraz całe saldo: http\S+type=balance\S*$/)
  })

  it('sees nothing of it while the plugin is switched off', async () => {
    await links.world.disablePlugin()
    await links.context.refresh()
    expect(await finances('-79.00')).not.toContain('Opłać teraz')
    const mail = await links.sendInvoice(documentIds[0] ?? 0, customerId)
    expect(mail).toMatchObject({ body: '<p> </p>', headers: { From: 'lms@example.org' }, log: [] })
    await links.world.enablePlugin()
    await links.context.refresh()
  })
})
