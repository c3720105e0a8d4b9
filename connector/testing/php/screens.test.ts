import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Stage, setStage } from './php.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const line = (id: number, docid: number | null, comment: string, doctype = '1') => ({
  id,
  docid,
  doctype,
  comment,
  value: '-10.00',
  customlinks: [],
})

describe('the customer panel', () => {
  const vars = {
    userinfo: { id: 17, balance: '-69.00' },
    balancelist: {
      balance: '-69.00',
      list: [line(1, 590, 'stara'), line(2, 592, 'internet'), line(3, 592, 'telewizja')],
    },
  }
  const finances = (templates: string, given: object = vars) => ({
    kind: 'show',
    hook: 'userpanel_finances_main_before_module_display',
    templates,
    template: 'finances.html',
    vars: given,
    data: { extra: 'kept' },
  })

  it.each(['default', 'bclean'])('shows the buttons in the style %s', async (style) => {
    const connector = await stage.answerBy(() => ({ balance: '<b>saldo</b>', rows: { 2: '<i>faktura</i>' } }))
    const { results, log } = await stage.play({
      customerId: 17,
      settings: { 'userpanel.style': style },
      steps: [finances(style)],
    })
    expect(results[0]?.same).toBe(true)
    expect(results[0]?.page).toContain('-69.00<b>saldo</b><a href="?m=finances')
    expect(results[0]?.page).toContain('<tr><td>telewizja</td><td><a></a><i>faktura</i></td></tr>')
    expect(results[0]?.page.match(/faktura/g)).toHaveLength(1)
    expect(connector.asked).toEqual([
      {
        hook: 'panel',
        data: {
          customerId: 17,
          balance: '-69.00',
          style,
          rows: [
            { id: 1, docid: 590, doctype: '1' },
            { id: 2, docid: 592, doctype: '1' },
            { id: 3, docid: 592, doctype: '1' },
          ],
        },
      },
    ])
    expect(log).toEqual([])
  })

  it('defect 35: a style that nobody knows shows them too', async () => {
    const connector = await stage.answerBy(() => ({ balance: '<b>saldo</b>' }))
    const { results } = await stage.play({
      customerId: 17,
      settings: { 'userpanel.style': 'old' },
      steps: [finances('default')],
    })
    expect(results[0]?.page).toContain('<b>saldo</b>')
    expect(connector.asked[0]?.data.style).toBe('old')
  })

  it('keeps what another plugin has put there, and the keys of the list', async () => {
    await stage.answerBy(() => ({ balance: '<b>saldo</b>', rows: { 0: '<i>1</i>' } }))
    const own = { ...line(9, 600, 'x'), customlinks: [{ label: 'other' }] }
    const given = { ...vars, custom_content: '<u>other</u>', balancelist: { list: { 5: own } } }
    const { results } = await stage.play({ customerId: 17, steps: [finances('default', given)] })
    expect(results[0]?.vars).toEqual({
      ...given,
      custom_content: '<u>other</u><b>saldo</b>',
      balancelist: { list: { 5: { ...own, customlinks: [{ label: 'other' }, { extra: '<i>1</i>' }] } } },
    })
  })

  it('without an answer is what it was', async () => {
    await stage.answerBy(() => ({}))
    const { results } = await stage.play({ customerId: 17, steps: [finances('default')] })
    expect(results[0]?.vars).toEqual(vars)
  })
})

describe('the page of a blocked customer', () => {
  const page = (hook: string, data: object) => ({
    kind: 'show',
    hook,
    templates: 'contrib',
    template: 'customer.html',
    vars: {},
    data,
  })

  it.each([
    ['customer_before_display', 'customer'],
    ['customer_otherip_before_display', 'customer_otherip'],
  ])('has a button (%s)', async (hook, name) => {
    const connector = await stage.answerBy(() => ({ html: '<b>zapłać</b>' }))
    const { results } = await stage.play({ steps: [page(hook, { customerid: '17' })] })
    expect(results[0]).toMatchObject({ same: true })
    expect(results[0]?.page).toContain('<h1>Stan konta</h1><b>zapłać</b><p>Koniec</p>')
    expect(connector.asked).toEqual([{ hook: 'block-page', data: { customerId: '17', page: name } }])
  })

  it.each([null, false, 0])(
    'defect 34: an unknown address (%s) is let through with the data',
    async (customerid) => {
      const connector = await stage.answerBy(() => ({ html: '<b>zapłać</b>' }))
      const { results } = await stage.play({ steps: [page('customer_before_display', { customerid })] })
      expect(results[0]).toMatchObject({ same: true })
      expect(results[0]?.page).toContain('<h1>Stan konta</h1><p>Koniec</p>')
      expect(connector.asked).toEqual([])
    },
  )
})

describe('the plugin in LMS', () => {
  const hook = (name: string, data: unknown) => ({ kind: 'hook', hook: name, data })

  it('puts its pages into the menus that the operator sees', async () => {
    const menu = {
      finances: { name: 'Finanse', submenu: { cash: { name: 'Kasa', prio: 10 } } },
      config: { name: 'Konfiguracja', submenu: {} },
    }
    const { results } = await stage.play({ steps: [hook('menu_initialized', menu)] })
    const finances = results[0]?.data.finances as typeof menu.finances
    const config = results[0]?.data.config as typeof menu.finances
    expect(finances.submenu.cash).toEqual(menu.finances.submenu.cash)
    expect(finances.submenu).toMatchObject({
      billtechpayments: { name: 'Płatności BillTech', link: '?m=billtechpayments' },
    })
    expect(config.submenu).toMatchObject({
      billtechconfig: { name: 'BillTech', link: '?m=billtechconfig' },
      billtechstate: { name: 'BillTech: stan', link: '?m=billtechstate' },
    })
  })

  it('makes no menu that is not there', async () => {
    const { results } = await stage.play({ steps: [hook('menu_initialized', { nodes: { submenu: {} } })] })
    expect(results[0]).toMatchObject({ same: true })
  })

  it('registers a permission for each page, which opens that page only', async () => {
    const { results } = await stage.play<{ id: string; allow: string }[]>({
      steps: [{ kind: 'permissions' }],
    })
    const modules = ['billtechpayments', 'billtechconfig', 'billtechstate', 'cash', 'xbilltechconfig']
    const opened = results[0]?.map(({ id, allow }) => [
      id,
      modules.filter((name) => new RegExp(allow).test(name)),
    ])
    expect(opened).toEqual([
      ['billtech_payments', ['billtechpayments']],
      ['billtech_settle', ['billtechpayments']],
      ['billtech_config', ['billtechconfig']],
      ['billtech_state', ['billtechstate']],
    ])
  })

  it('tells of booked statement rows by their ids, and gives the rows back', async () => {
    const connector = await stage.answerBy(() => ({}))
    const data = {
      cashimports: [{ id: '5', customer: 'Jan', description: 'ref: 20261122-000001' }, { id: 6 }],
    }
    const { results } = await stage.play({
      steps: [hook('cashimport_after_commit', data), hook('cashimport_after_commit', { cashimports: [] })],
    })
    expect(results.map(({ same }) => same)).toEqual([true, true])
    expect(connector.asked).toEqual([{ hook: 'statement', data: { importIds: ['5', 6] } }])
  })
})
