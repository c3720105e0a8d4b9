import { escapeHtml, type Frame } from './render.tsx'
import type { Speech } from './speech.ts'
import { daysBetween } from './speech.ts'
import type { Bill, PaymentPage } from './views/models.ts'

/**
 * The page of one bill with nothing else to say is what nearly every payer sees, and it is the same for all of
 * a provider’s but for a dozen words. So it is drawn once, with marks where those words go, and kept as bytes.
 * A test holds the result to what is drawn in full.
 */
export function drawPlainPayment(
  frame: Frame,
  page: PaymentPage,
  draw: (frame: Frame, page: PaymentPage) => string,
): Buffer | undefined {
  const [bill, ...others] = page.bills
  if (!bill || others.length > 0 || frame.refresh || frame.leadsTo || !isPlain(page, bill)) return undefined
  const { speech } = frame
  const values: Record<Mark, string> = {
    mo: speech.money(bill.amount, page.currency),
    du: speech.due(bill.due, page.today),
    ti: bill.title,
    pa: page.payer ?? '',
    fo: page.formToken,
    ke: bill.key,
    am: String(bill.amount),
    ac: page.action,
    pe: bill.payee,
    nu: bill.account.slice(-4),
  }
  return fill(templateOf(frame, page, bill, draw), values)
}

function isPlain(page: PaymentPage, bill: Bill): boolean {
  return (
    bill.chosen &&
    bill.askedAmount === null &&
    page.channels.length > 0 &&
    page.blikCode === '' &&
    page.bank === '' &&
    page.problems.length === 0 &&
    page.notices.length === 0 &&
    page.receipt === null
  )
}

/** Money, due, title, payer, form, key, amount, action, payee, account number. */
type Mark = 'mo' | 'du' | 'ti' | 'pa' | 'fo' | 'ke' | 'am' | 'ac' | 'pe' | 'nu'

/** Four characters from where Unicode has no letters, as many as are shown of an account. */
const mark = (name: Mark) => `\uE000${name}\uE001`
/** An amount cannot be a text, so its mark is one that nobody owes. */
const markedAmount = 918_273_645_546_372_819n
const marks = /\uE000(..)\uE001|918273645546372819/

interface Template {
  /** One more than marks. */
  texts: Buffer[]
  marks: Mark[]
}

const known = new Map<string, Template>()
const knownMax = 500

function templateOf(
  frame: Frame,
  page: PaymentPage,
  bill: Bill,
  draw: (frame: Frame, page: PaymentPage) => string,
): Template {
  const { speech, biller, assets, base, keep } = frame
  const { channels, channel, banks, payer, termsUrl, blikHint, today } = page
  const days = Math.sign(daysBetween(today, bill.due))
  const fixed = [
    speech.language,
    biller,
    assets,
    base,
    keep,
    channels,
    channel,
    banks,
    payer !== null,
    termsUrl,
    blikHint,
  ]
  const key = JSON.stringify([days, fixed])
  let template = known.get(key)
  if (!template) {
    if (known.size >= knownMax) known.clear()
    template = templateFrom(draw({ ...frame, speech: marked(speech) }, markedPage(page, days)))
    known.set(key, template)
  }
  return template
}

function templateFrom(html: string): Template {
  const parts = html.split(marks)
  return {
    texts: parts.filter((_, index) => index % 2 === 0).map((text) => Buffer.from(text ?? '')),
    // The mark of the amount has no name of its own.
    marks: parts.filter((_, index) => index % 2 === 1).map((name) => (name ?? 'am') as Mark),
  }
}

function marked(speech: Speech): Speech {
  return { ...speech, money: () => mark('mo'), due: () => mark('du') }
}

const daysOf: Record<number, string> = { [-1]: '2000-01-01', 0: '2000-01-02', 1: '2000-01-03' }

function markedPage(page: PaymentPage, days: number): PaymentPage {
  const bill: Bill = {
    key: mark('ke'),
    title: mark('ti'),
    amount: markedAmount,
    askedAmount: null,
    due: daysOf[days] ?? '',
    chosen: true,
    processing: false,
    payee: mark('pe'),
    account: mark('nu'),
  }
  return {
    ...page,
    today: '2000-01-02',
    bills: [bill],
    payer: page.payer === null ? null : mark('pa'),
    formToken: mark('fo'),
    action: mark('ac'),
  }
}

function fill(template: Template, values: Record<Mark, string>): Buffer {
  const pieces: Buffer[] = []
  for (const [index, text] of template.texts.entries()) {
    pieces.push(text)
    const name = template.marks[index]
    if (name) pieces.push(Buffer.from(escapeHtml(values[name])))
  }
  return Buffer.concat(pieces)
}
