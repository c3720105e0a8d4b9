import { describe, expect, it } from 'vitest'
import type { Desk, LinkRow } from '../desk.ts'
import { blockPageAnswer } from './block-page.ts'
import { invoiceMailAnswer, type MailDocument } from './invoice-mail.ts'
import { messageAnswer } from './message.ts'
import { noticeAnswer } from './notice.ts'
import { pageRequestOf } from './page.ts'
import { panelAnswer } from './panel.ts'
import { bookedImportIds } from './statement.ts'

const nrb = '61109010140000071219812874'

function link(id: number, of: Partial<LinkRow> = {}): LinkRow {
  return { id, customerId: 17, documentId: id, cashId: null, title: `FV ${id}`, nrb, ...of } as LinkRow
}

/** Links of customer 17, newest last; the last one stands for the balance. Says who asked for what. */
function deskOf(links: LinkRow[], shortLinks = true) {
  const calls: string[] = []
  const desk: Desk = {
    ofDocument: async (customerId, documentId) => {
      calls.push(`document ${documentId}`)
      return links.find((each) => each.customerId === customerId && each.documentId === documentId)
    },
    ofCustomer: async (customerId) => links.filter((each) => each.customerId === customerId),
    ofBalance: async (customerId) => links.filter((each) => each.customerId === customerId).at(-1),
    url: ({ id }, medium, balance) =>
      `https://pay.example/${id}?medium=${medium}${balance ? '&type=balance' : ''}`,
    phoneUrl: async ({ id }, balance) =>
      shortLinks ? `https://z.example/${id}${balance ? '/1' : ''}` : 'long',
  }
  return { desk, calls }
}

const settings = { balanceButtonDisabled: false, rowButtonsDisabled: false, brandingEnabled: false }
const row = (id: unknown, docid: unknown, doctype: unknown = 1) => ({ id, docid, doctype })

describe('the customer panel', () => {
  const { desk } = deskOf([
    link(590),
    link(592),
    link(0, { documentId: null, cashId: 44, title: '<b>Opłata</b>' }),
  ])
  const rows = [row(1, 590), row('2', '592'), row('3', '592'), row(44, null)]
  const question = { customerId: 17, balance: '-69.00', style: 'default', rows }

  it('has a button at the balance and one at each document', async () => {
    const answer = await panelAnswer(desk, settings, question)
    expect(answer.balance).toContain('href="https://pay.example/0?medium=userpanel&amp;type=balance"')
    expect(answer.balance).toContain('>Opłać teraz</a>')
    expect(Object.keys(answer.rows ?? {})).toEqual(['0', '2', '3'])
    expect(answer.rows?.[0]).toContain('href="https://pay.example/590?medium=userpanel"')
    expect(answer.rows?.[3]).toContain('aria-label="Opłać teraz: &lt;b&gt;Opłata&lt;/b&gt;"')
  })

  it('defect 39: a document of several lines has one button, and a pro forma’s line number is no charge', async () => {
    const lines = [row(1, 592), row(2, 592), row(3, 592), row(44, 700, 6), row(44, null, '6')]
    const answer = await panelAnswer(desk, settings, { ...question, rows: lines })
    expect(Object.keys(answer.rows ?? {})).toEqual(['2'])
  })

  it.each(['default', 'bclean', 'old', '"><script>', 'constructor', ''])(
    'defect 35: has the buttons in the style %j',
    async (style) => {
      const answer = await panelAnswer(desk, settings, { ...question, style })
      for (const html of [answer.balance, answer.rows?.[0]]) {
        expect(html).toMatch(
          /<a href="https:[^"]+" class="[a-z -]+" style="[^"%]+" aria-label="[^"]+">Opłać teraz<\/a>/,
        )
        expect(html).not.toContain('script')
      }
      expect(answer.balance?.includes('class="btn btn-success"')).toBe(style === 'bclean')
    },
  )

  it.each([
    [{ balanceButtonDisabled: true }, false, true],
    [{ rowButtonsDisabled: true }, true, false],
    [{ balanceButtonDisabled: true, rowButtonsDisabled: true }, false, false],
  ])('with %j shows balance: %s, rows: %s', async (set, balance, beside) => {
    const answer = await panelAnswer(desk, { ...settings, ...set }, question)
    expect([answer.balance !== undefined, answer.rows !== undefined]).toEqual([balance, beside])
  })

  it('names BillTech only where branding is on', async () => {
    const branded = await panelAnswer(desk, { ...settings, brandingEnabled: true }, question)
    expect(branded.balance).toContain('BillTech</small>')
    expect((await panelAnswer(desk, settings, question)).balance).not.toContain('BillTech')
  })

  it.each(['0.00', 0, '12.50', null, undefined, 'abc', {}])(
    'shows nothing for a balance of %j',
    async (balance) => {
      expect(await panelAnswer(desk, settings, { ...question, balance })).toEqual({})
    },
  )

  it.each([null, 0, -1, '17 or 1=1', 2_147_483_648, 18])(
    'shows nothing to customer %j',
    async (customerId) => {
      expect(await panelAnswer(desk, settings, { ...question, customerId })).toEqual({})
    },
  )
})

describe('the page of a blocked customer', () => {
  it('has a button with the balance’s link', async () => {
    const { html } = await blockPageAnswer(deskOf([link(592)]).desk, { customerId: '17' })
    expect(html).toContain('href="https://pay.example/592?medium=blockpage&amp;type=balance"')
  })

  it('defect 34: has nothing for an unknown address or who owes nothing', async () => {
    for (const data of [{ customerId: null }, { customerId: false }, {}, null, 'x', { customerId: 18 }])
      expect(await blockPageAnswer(deskOf([link(592)]).desk, data)).toEqual({})
  })
})

describe('an invoice mail', () => {
  const document: MailDocument = {
    customerId: 17,
    number: '12/LMS/2026',
    charged: 6900n,
    dueDate: '2026-12-01',
    nrb: '70109010140000071000000042',
  }
  const question = { documentId: '592', customerId: '17', format: 'html', wants: ['btn', 'balance_btn'] }
  const answerTo = (data: object, links = [link(592)], of: MailDocument | undefined = document) => {
    const { desk, calls } = deskOf(links)
    return { calls, answer: invoiceMailAnswer(desk, 'dostawca', async () => of, { ...question, ...data }) }
  }

  it('has both buttons in HTML, in one line', async () => {
    const { replace } = await answerTo({}).answer
    expect(replace.btn).toMatch(
      /^<a href="https:\/\/pay\.example\/592\?medium=email" style="[^"]+">Opłać teraz<\/a>$/,
    )
    expect(replace.balance_btn).toMatch(
      /medium=email&amp;type=balance" style="[^"]+">Opłać teraz całe saldo<\/a>$/,
    )
  })

  it('has both as lines of text', async () => {
    expect((await answerTo({ format: 'text' }).answer).replace).toEqual({
      btn: 'Opłać teraz: https://pay.example/592?medium=email',
      balance_btn: 'Opłać teraz całe saldo: https://pay.example/592?medium=email&type=balance',
    })
  })

  it('defect 32: asks for the document’s link once', async () => {
    const { answer, calls } = answerTo({})
    await answer
    expect(calls).toEqual(['document 592'])
  })

  it('defect 38: has full headers, with the link’s account and the date as a day', async () => {
    expect((await answerTo({ wants: [] }).answer).headers).toEqual({
      'X-BillTech-ispId': 'dostawca',
      'X-BillTech-customerId': '17',
      'X-BillTech-invoiceNumber': '12/LMS/2026',
      'X-BillTech-nrb': nrb,
      'X-BillTech-amount': '69.00',
      'X-BillTech-paymentDue': '2026-12-01',
    })
  })

  it('names the document’s account where it has no link, and has no button then', async () => {
    const { headers, replace } = await answerTo({ wants: ['btn'] }, []).answer
    expect(headers['X-BillTech-nrb']).toBe('70109010140000071000000042')
    expect(replace).toEqual({})
  })

  it('says nothing of a payment where the document gives money back', async () => {
    const { headers } = await answerTo({}, [], { ...document, charged: -1000n }).answer
    expect(Object.keys(headers)).toEqual([
      'X-BillTech-ispId',
      'X-BillTech-customerId',
      'X-BillTech-invoiceNumber',
    ])
  })

  it.each([
    [5n, '0.05'],
    [100_000_001n, '1000000.01'],
  ])('writes %s grosze as %s', async (charged, amount) => {
    const { headers } = await answerTo({}, [], { ...document, charged }).answer
    expect(headers['X-BillTech-amount']).toBe(amount)
  })

  it('lets no line break into a header', async () => {
    const { headers } = await answerTo({}, [], { ...document, number: '1\r\nBcc: x@example.org' }).answer
    expect(headers['X-BillTech-invoiceNumber']).toBe('1 Bcc: x@example.org')
  })

  it('of a document that is gone is left alone', async () => {
    const { desk } = deskOf([link(592)])
    const gone = await invoiceMailAnswer(desk, 'dostawca', async () => undefined, question)
    expect(gone).toEqual({ replace: {}, headers: {} })
  })
})

describe('a notice', () => {
  const question = { customerId: 17, documentId: 592, format: 'text', hasPhone: true, wants: ['btn'] }
  const { desk } = deskOf([link(592), link(600)])
  const btnOf = async (more: object) => (await noticeAnswer(desk, { ...question, ...more })).replace.btn

  it('defect 37: has the short link only where it goes to a phone', async () => {
    const short = 'Oplac teraz: https://z.example/592'
    const long = 'Opłać teraz: https://pay.example/592?medium=email'
    expect(await btnOf({ arguments: ['--channel=sms'] })).toBe(short)
    expect(await btnOf({ arguments: ['-t', 'invoices', '--channel', 'mail,sms'] })).toBe(short)
    expect(await btnOf({ arguments: [] })).toBe(short)
    expect(await btnOf({ arguments: ['--channel=mail'] })).toBe(long)
    expect(await btnOf({ arguments: ['-c', 'mail'] })).toBe(long)
    expect(await btnOf({ arguments: ['--channel=sms'], hasPhone: false })).toBe(long)
    expect(await btnOf({ arguments: ['--channel=sms'], format: 'html' })).toContain(
      '<a href="https://pay.example/592',
    )
  })

  it('without a document has the balance’s link, once', async () => {
    const data = { ...question, documentId: null, format: 'html' }
    const alone = await noticeAnswer(desk, data)
    expect(alone.replace.btn).toContain('pay.example/600?medium=email&amp;type=balance')
    const both = await noticeAnswer(desk, { ...data, wants: ['btn', 'balance_btn'] })
    expect(Object.keys(both.replace)).toEqual(['balance_btn'])
  })
})

describe('a text of the message form', () => {
  const question = { customerId: 17, contentType: 'text/html', toPhone: false, wants: ['btn', 'balance_btn'] }
  const replaced = async (more: object, shortLinks = true) =>
    (await messageAnswer(deskOf([link(592)], shortLinks).desk, { ...question, ...more })).replace

  it('is HTML, text, or short for a phone', async () => {
    expect((await replaced({})).balance_btn).toMatch(/^<a href="[^"]+type=balance"/)
    expect(await replaced({ contentType: 'text/plain' })).toEqual({
      balance_btn: 'Opłać teraz całe saldo: https://pay.example/592?medium=email&type=balance',
    })
    expect(await replaced({ toPhone: true })).toEqual({ balance_btn: 'Oplac teraz: https://z.example/592/1' })
  })

  it('to a number without a customer has nothing', async () => {
    expect(await replaced({ customerId: null, toPhone: true })).toEqual({})
  })
})

it('no answer holds a percent sign, which LMS would read as a placeholder of its own', async () => {
  const { desk } = deskOf([link(592)])
  const wants = ['btn', 'balance_btn']
  const answers = [
    await panelAnswer(desk, settings, { customerId: 17, balance: -1, rows: [row(1, 592)], style: 'old' }),
    await blockPageAnswer(desk, { customerId: 17 }),
    await noticeAnswer(desk, { customerId: 17, documentId: 592, format: 'html', wants }),
    await noticeAnswer(desk, { customerId: 17, documentId: 592, format: 'text', hasPhone: true, wants }),
    await messageAnswer(desk, { customerId: 17, contentType: 'text/html', wants }),
  ]
  expect(JSON.stringify(answers)).not.toContain('%')
})

describe('what PHP sends', () => {
  it('names booked rows by id, each once', () => {
    expect(bookedImportIds({ importIds: ['5', 6, 5, 0, '7x', null, [8]] })).toEqual([5, 6])
    expect(bookedImportIds(null)).toEqual([])
  })

  it('becomes a request for a page whatever it holds', () => {
    const whole = {
      module: 'billtechpayments',
      method: 'POST',
      query: { m: 'billtechpayments' },
      form: { ids: ['1', 2, {}], x: { y: 1 } },
      operator: { id: '7', name: 'Anna', rights: ['full_access', 1] },
      session: 's'.repeat(64),
      language: 'pl_PL',
    }
    expect(pageRequestOf(whole)).toEqual({
      ...whole,
      form: { ids: ['1'], x: '' },
      operator: { id: 7, name: 'Anna', rights: ['full_access'] },
    })
    expect(pageRequestOf([])).toEqual({
      module: '',
      method: '',
      query: {},
      form: {},
      operator: { id: 0, name: '', rights: [] },
      session: '',
      language: '',
    })
  })
})
