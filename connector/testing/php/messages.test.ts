import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Stage, setStage } from './php.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const btn = '<a href="https://pay.example/1?utm_source=isp&amp;utm_medium=email">Opłać teraz</a>'
const balanceBtn = '<a href="https://pay.example/2?type=balance">Opłać teraz całe saldo</a>'
const both = () => ({ replace: { btn, balance_btn: balanceBtn } })

describe('an invoice mail', () => {
  const data = {
    body: '<p>Zażółć %billtech_btn i %billtech_balance_btn, 100% pewne.\r\n</p>',
    doc: { id: '592', customerid: '17', doctype: '1', name: '"Jan Kowalski"' },
    balance: -69,
    mail_format: 'html',
    headers: { From: 'a@example.org', 'X-LMS': '1' },
    other: ['kept'],
  }

  it('carries the buttons and the headers', async () => {
    const headers = { 'X-BillTech-amount': '69.00', 'X-BillTech-paymentDue': '2026-12-01' }
    const connector = await stage.answerBy(() => ({ ...both(), headers }))
    const { results, log } = await stage.play({
      steps: [{ kind: 'hook', hook: 'invoice_email_before_send', data }],
    })
    expect(results[0]?.data).toEqual({
      ...data,
      body: `<p>Zażółć ${btn} i ${balanceBtn}, 100% pewne.\r\n</p>`,
      headers: { ...data.headers, ...headers },
    })
    expect(connector.asked).toEqual([
      {
        hook: 'invoice-mail',
        data: { documentId: '592', customerId: '17', format: 'html', wants: ['btn', 'balance_btn'] },
      },
    ])
    expect(log).toEqual([])
  })

  it('asks for the headers even where the body has no placeholder, and leaves that body as it is', async () => {
    const plain = { ...data, body: 'Faktura %number 100%' }
    await stage.answerBy(() => ({ replace: {}, headers: { 'X-BillTech-nrb': '61109010140000071219812874' } }))
    const { results } = await stage.play({
      steps: [{ kind: 'hook', hook: 'invoice_email_before_send', data: plain }],
    })
    expect(results[0]?.data).toEqual({
      ...plain,
      headers: { ...data.headers, 'X-BillTech-nrb': '61109010140000071219812874' },
    })
  })
})

describe('a notice', () => {
  const customer = { id: 17, docid: 592, phone: '600100200', name: 'Jan' }
  const notice = (text: string) => ({
    kind: 'hook',
    hook: 'notify_parse_customer_data',
    data: { data: text, format: 'text', customer },
  })

  it('has its placeholders replaced before LMS replaces its own', async () => {
    const connector = await stage.answerBy(() => ({
      replace: { btn: 'Oplac teraz: https://zapl.example/ab' },
    }))
    const { results } = await stage.play({
      arguments: ['--channel=sms', '-t', 'reminder'],
      steps: [notice('Saldo %b. %billtech_btn|%billtech_balance_btn')],
    })
    expect(results[0]?.data).toEqual({
      data: 'Saldo %b. Oplac teraz: https://zapl.example/ab|',
      format: 'text',
      customer,
    })
    expect(connector.asked[0]).toEqual({
      hook: 'notice',
      data: {
        customerId: 17,
        documentId: 592,
        format: 'text',
        hasPhone: true,
        arguments: ['--channel=sms', '-t', 'reminder'],
        wants: ['btn', 'balance_btn'],
      },
    })
  })

  it('without a placeholder does not leave LMS at all', async () => {
    const connector = await stage.answerBy(both)
    const { results } = await stage.play({ steps: [notice('Temat: saldo %b illtech_btn')] })
    expect(results[0]?.same).toBe(true)
    expect(connector.asked).toEqual([])
  })
})

describe('the message form', () => {
  const message = (body: string, balance: unknown = -50, more: object = {}) => ({
    kind: 'hook',
    hook: 'messageadd_variable_parser',
    data: {
      subject: 'Saldo',
      body,
      data: { id: '17', balance, contenttype: 'text/html', email: 'jan@example.org', ...more },
    },
  })
  const bodyAfter = async (step: object) => {
    const { results } = await stage.play({ steps: [step] })
    return results[0]?.data.body
  }

  it.each([
    ['50.00illtech_btn', -50],
    ['50.00illtech_btn', '-50.00'],
    ['-0.00illtech_btn', 0],
    ['0.00illtech_btn', null],
    ['-20.00illtech_btn', 20],
    ['1234.50illtech_btn', -1234.5],
    ['50,00 złilltech_btn', -50],
    ['50.00 PLNilltech_btn', -50],
    ['%billtech_btn', -50],
    ['illtech_btn', null],
  ])('finds %s for a balance of %s', async (mangled, balance) => {
    await stage.answerBy(both)
    expect(await bodyAfter(message(`A (${mangled}) B`, balance))).toBe(`A (${btn}) B`)
  })

  it('finds both placeholders, each with its own button', async () => {
    await stage.answerBy(both)
    expect(await bodyAfter(message('50.00illtech_balance_btn 50.00illtech_btn'))).toBe(`${balanceBtn} ${btn}`)
  })

  it('defect 36: takes the amount literally and leaves the digit before it', async () => {
    await stage.answerBy(both)
    expect(await bodyAfter(message('Faktura nr 750.00illtech_btn'))).toBe(`Faktura nr 7${btn}`)
    expect(await bodyAfter(message('50x00illtech_btnX'))).toBe(`50x00${btn}X`)
  })

  it('tells the connector about a phone, and about a number without a customer', async () => {
    const connector = await stage.answerBy(() => ({ replace: {} }))
    const anyNumber = message('SMS %billtech_btn', null, { id: null, contenttype: null, phone: '600100200' })
    expect(await bodyAfter(anyNumber)).toBe('SMS ')
    expect(connector.asked[0]?.data).toEqual({
      customerId: null,
      contentType: null,
      toPhone: true,
      wants: ['btn'],
    })
  })

  it('has no button in its subject', async () => {
    await stage.answerBy(both)
    const step = message('B')
    step.data.subject = 'Saldo 50.00illtech_balance_btn'
    const { results } = await stage.play({ steps: [step] })
    expect(results[0]?.data).toEqual({ ...step.data, subject: 'Saldo ' })
  })
})
