import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { frameOf } from '../../src/bridge/frame.ts'
import { type HookResult, type Stage, setStage } from './php.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const rows = [{ id: 1, docid: 592, doctype: '1', comment: 'faktura', customlinks: [] }]
const vars = { userinfo: { balance: '-69.00' }, balancelist: { list: rows } }
const panel = {
  kind: 'show',
  hook: 'userpanel_finances_main_before_module_display',
  templates: 'default',
  template: 'finances.html',
  vars,
  data: {},
}
const block = {
  kind: 'show',
  hook: 'customer_before_display',
  templates: 'contrib',
  template: 'customer.html',
  vars: {},
  data: { customerid: 17 },
}
const headers = { From: 'a@example.org' }
const doc = { id: 592, customerid: 17 }
const invoice = {
  kind: 'hook',
  hook: 'invoice_email_before_send',
  data: { body: 'A\r\n %billtech_btn%billtech_balance_btn\t B 100%', doc, mail_format: 'html', headers },
}
const notice = {
  kind: 'hook',
  hook: 'notify_parse_customer_data',
  data: { data: 'Saldo %b: %billtech_balance_btn.', format: 'text', customer: { id: 17 } },
}
const message = {
  kind: 'hook',
  hook: 'messageadd_variable_parser',
  data: { subject: 'S', body: 'Nr 750.00illtech_btn!', data: { id: 17, balance: -50 } },
}
const booked = { kind: 'hook', hook: 'cashimport_after_commit', data: { cashimports: [{ id: 5 }] } }
/** So that the tests need not wait as long as LMS does. */
const impatient = { 'billtech.bridge_page_ms': '50', 'billtech.bridge_mail_ms': '50' }
const steps = [panel, block, invoice, notice, message, booked]

/** What LMS shows and sends without the plugin, with the placeholders gone. */
function expectUnharmed([finances, blocked, mail, told, wrote, imported]: HookResult[]) {
  expect(finances).toMatchObject({ same: true, vars })
  expect(finances?.page).toContain('-69.00<a href="?m=finances&amp;f=transferform">druk wpłaty</a>')
  expect(finances?.page).toContain('<tr><td>faktura</td><td></td></tr>')
  expect(blocked).toMatchObject({ same: true })
  expect(blocked?.page).toContain('<h1>Stan konta</h1><p>Koniec</p>')
  expect(mail?.data).toEqual({ ...invoice.data, body: 'A\r\n \t B 100%' })
  expect(told?.data).toEqual({ ...notice.data, data: 'Saldo %b: .' })
  expect(wrote?.data).toEqual({ ...message.data, body: 'Nr 7!' })
  expect(imported).toMatchObject({ same: true, data: booked.data })
}

describe('LMS is unharmed and the log has one line', () => {
  const playAll = async (settings: Record<string, string> = {}) => {
    const { results, log } = await stage.play({ customerId: 17, settings, steps })
    expectUnharmed(results)
    return { log }
  }

  it('while the connector is down', async () => {
    const { log } = await playAll()
    expect(log).toHaveLength(1)
    expect(log[0]).toMatch(/^BillGateway: no answer to panel .* nobody listens at .*bill-gateway-lms doctor/)
  })

  it('while the connector does not answer', async () => {
    await stage.listenBy(() => undefined)
    const { log } = await playAll(impatient)
    expect(log).toEqual([expect.stringContaining('did not answer in time')])
  })

  it.each([
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a frame that is too large', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['half a frame', frameOf('{"data":"{}"').subarray(0, 9)],
    ['a frame of noise', frameOf('\u0000{]')],
    [
      'an answer without a proof',
      frameOf(JSON.stringify({ data: '{"html":"<b>x</b>","balance":"<b>x</b>"}' })),
    ],
    ['a wrong proof', frameOf(JSON.stringify({ data: '{"balance":"<b>x</b>"}', mac: '0'.repeat(64) }))],
    ['an answer of other types', frameOf('{"data":{"balance":1},"mac":[]}')],
  ])('while garbage answers: %s', async (_, bytes) => {
    await stage.listenBy((socket) => {
      socket.once('data', () => socket.end(bytes))
    })
    const { log } = await playAll()
    expect(log).toHaveLength(1)
  })

  it('while the connector has another secret', async () => {
    const connector = await stage.answerBy(() => ({ balance: '<b>x</b>', html: '<b>x</b>' }))
    const other = join(stage.compileDirectory, 'other.secret')
    await writeFile(other, 'f'.repeat(64))
    const { log } = await playAll({ 'billtech.bridge_secret_file': other })
    expect(log).toEqual([expect.stringContaining('another secret')])
    expect(connector.asked).toEqual([])
    expect(connector.log.map(({ details }) => details.reason)).toContain('not proved')
  })

  it('while the secret cannot be read', async () => {
    await stage.answerBy(() => ({ balance: '<b>x</b>' }))
    const { log } = await playAll({ 'billtech.bridge_secret_file': '/nowhere/bridge.secret' })
    expect(log).toEqual([expect.stringContaining('/nowhere/bridge.secret cannot be read')])
  })

  it('while the connector fails', async () => {
    const connector = await stage.answerBy(() => {
      throw new Error('the database is away')
    })
    const { log } = await playAll()
    expect(log).toHaveLength(1)
    expect(connector.log.map(({ details }) => details.hook)).toContain('panel')
  })

  it('where the answer holds other types than it should', async () => {
    await stage.answerBy(() => ({
      balance: 7,
      rows: { 0: [], 9: 'x' },
      html: {},
      replace: 'x',
      headers: 'y',
    }))
    const { results } = await stage.play({ customerId: 17, steps })
    expectUnharmed(results)
  })

  it('where a text is no UTF-8', async () => {
    const data =
      'a:3:{s:4:"data";s:17:"\xb3 %billtech_btn \xf3";s:6:"format";s:4:"text";s:8:"customer";a:1:{s:2:"id";i:17;}}'
    await stage.answerBy(() => ({ replace: { btn: 'X' } }))
    const base64 = Buffer.from(data, 'latin1').toString('base64')
    const { results } = await stage.play({ steps: [{ kind: 'hook', hook: notice.hook, base64 }] })
    expect(results[0]?.data.data).toBe('\ufffd X \ufffd')
  })
})

describe('the breaker', () => {
  const file = () => join(stage.compileDirectory, 'billgateway-page.away')
  const asksOf = async (times: number, settings = {}) => {
    const { results, log } = await stage.play({ settings, steps: Array(times).fill(block) })
    expect(results.every(({ same }) => same)).toBe(true)
    return log
  }

  it('leaves a connector that hangs alone after three pages, in every process', async () => {
    let asked = 0
    await stage.listenBy(() => {
      asked += 1
    })
    expect(await asksOf(2, impatient)).toHaveLength(1)
    expect(await asksOf(20, impatient)).toHaveLength(0)
    await expect.poll(() => asked).toBe(3)
  })

  it('asks again after the pause, and forgets it all after an answer', async () => {
    const connector = await stage.answerBy(() => ({ html: '<b>1</b>' }))
    const inPause = Math.floor(Date.now() / 1000) + 20
    await writeFile(file(), `3 ${inPause}`)
    await asksOf(1)
    expect(connector.asked).toHaveLength(0)
    await writeFile(file(), `3 ${inPause - 30}`)
    await asksOf(1)
    expect(connector.asked).toHaveLength(1)
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })

  it('does not believe a pause that a wrong clock has written', async () => {
    const connector = await stage.answerBy(() => ({ html: '<b>1</b>' }))
    await writeFile(file(), `3 ${Math.floor(Date.now() / 1000) + 86_400}`)
    await asksOf(1)
    expect(connector.asked).toHaveLength(1)
  })

  it('never pauses for a connector that is just not there', async () => {
    await asksOf(5)
    const connector = await stage.answerBy(() => ({ html: '<b>1</b>' }))
    await asksOf(1)
    expect(connector.asked).toHaveLength(1)
  })
})
