import type { Bulk } from './bulk.ts'
import type { Person, Setting } from './people.ts'
import type { Random } from './random.ts'

/** Ids that are given to new rows. */
export interface Counters {
  document: number
  cash: number
  import: number
}

export interface History {
  /** Months of bills. */
  months: number
}

interface Document {
  id: number
  type: number
  cdate: number
  currency: string | null
  rate: string | null
  total: number
}

const day = 86_400
const prices = [4900, 5999, 6900, 7999, 12345, 1, 100_000]
const rates = ['4.3125000000', '4.2987654321', '3.9999999999']
/** 50 characters, the most that a number takes, with a Polish letter last. */
const longNumber = `FV/Ośrodek-Łączności/${'0'.repeat(22)}/2026/Ż`
const oddComments = [
  '',
  "Opłata za 'pakiet' rodzinny",
  '<script>alert("abonament")</script>',
  `${'Abonament '.repeat(10)}ąćęłńóśźż`,
  `${'x'.repeat(104)}ż i dalej`,
  'Żółw '.repeat(60),
  'Wpłata\tz tabulatorem\ni nowym wierszem',
  '100% rabatu \\ „cudzysłów”',
]

/** Bills of the past months, most of them paid, with the odd things that real ledgers hold. */
export function addLedger(
  bulk: Bulk,
  random: Random,
  setting: Setting,
  person: Person,
  ids: Counters,
  { months }: History,
): void {
  const payer = random.next()
  for (let month = months; month > 0; month--) {
    const cdate = setting.now - month * 30 * day + random.whole(0, 86_399)
    const document = addDocument(bulk, random, person, ids, cdate)
    addOddities(bulk, random, person, ids, document)
    const pays = payer < 0.75 || (payer < 0.9 && month > 2)
    if (pays && document.total > 0) addTransfer(bulk, random, person, ids, document, payer)
  }
  if (random.chance(0.1)) addCharge(bulk, random, person, ids, setting.now - 3 * day)
  if (random.chance(0.02)) {
    addCash(bulk, person.id, ids, {
      value: random.whole(1, 5000),
      time: setting.now - day,
      comment: 'Bonus',
      type: 0,
    })
  }
}

function addDocument(bulk: Bulk, random: Random, person: Person, ids: Counters, cdate: number): Document {
  const foreign = random.chance(0.02)
  const currency = foreign ? 'EUR' : random.chance(0.02) ? null : 'PLN'
  const rate = foreign ? random.pick(rates) : random.chance(0.005) ? null : '1'
  const lines = Array.from({ length: random.pick([1, 1, 1, 2, 2, 5]) }, () => random.pick(prices))
  const document = { id: ids.document++, type: random.chance(0.02) ? 5 : 1, cdate, currency, rate }
  const cancelled = random.chance(0.01)
  addHead(bulk, random, person, document, { cancelled, reference: null })
  for (const [index, price] of lines.entries()) {
    addLine(bulk, document, index + 1, price, `Internet ${index + 1}`)
    if (cancelled) continue
    const comment = random.chance(0.02) ? random.pick(oddComments) : `Internet ${index + 1}`
    addCash(bulk, person.id, ids, { value: -price, time: cdate, comment, type: 0, document, item: index + 1 })
  }
  return { ...document, total: cancelled ? 0 : lines.reduce((sum, price) => sum + price, 0) }
}

type Head = Omit<Document, 'total'>

function addHead(
  bulk: Bulk,
  random: Random,
  person: Person,
  { id, type, cdate, currency, rate }: Head,
  { cancelled, reference }: { cancelled: boolean; reference: number | null },
): void {
  const odd = random.next()
  const usual = `${id}/LMS/2026`
  bulk.add('documents', {
    id,
    type,
    number: id,
    fullnumber: odd < 0.01 ? null : odd < 0.02 ? '' : odd < 0.03 ? longNumber : usual,
    cdate,
    sdate: cdate,
    customerid: person.id,
    divisionid: person.division?.id ?? null,
    name: 'Klient',
    paytime: random.pick([14, 14, 14, 7, 0, 30]),
    paytype: 2,
    cancelled: cancelled ? 1 : 0,
    closed: random.chance(0.3) ? 1 : 0,
    reference,
    div_name: 'Osiedlowa',
    div_shortname: 'Osiedlowa',
    div_account: random.chance(0.05) ? '' : (person.division?.account ?? ''),
    currency,
    currencyvalue: rate,
  })
}

function addLine(bulk: Bulk, { id, type }: Head, item: number, price: number, description: string): void {
  if (type === 5)
    bulk.add('debitnotecontents', { docid: id, itemid: item, value: decimal(price), description })
  else
    bulk.add('invoicecontents', {
      docid: id,
      itemid: item,
      value: decimal(price),
      count: 1,
      content: 'szt',
      description,
    })
}

/** Corrections up and down, and pro formas that charge nothing. */
function addOddities(bulk: Bulk, random: Random, person: Person, ids: Counters, document: Document): void {
  if (random.chance(0.03) && document.total > 0 && document.type === 1) {
    const { cdate, currency, rate } = document
    const correction = { id: ids.document++, type: 3, cdate: cdate + day, currency, rate }
    const change = random.pick([-1000, -document.total, 500])
    addHead(bulk, random, person, correction, { cancelled: false, reference: document.id })
    addLine(bulk, correction, 1, change, 'Korekta')
    addCash(bulk, person.id, ids, {
      value: -change,
      time: cdate + day,
      comment: 'Korekta',
      type: 0,
      document: correction,
      item: 1,
    })
  }
  if (random.chance(0.02)) {
    const proForma = { id: ids.document++, type: 6, cdate: document.cdate, currency: 'PLN', rate: '1' }
    addHead(bulk, random, person, proForma, { cancelled: false, reference: null })
    addLine(bulk, proForma, 1, 9900, 'Pro forma')
  }
}

/** Most payments came by a statement, some by hand, some in part, some too much. */
function addTransfer(
  bulk: Bulk,
  random: Random,
  person: Person,
  ids: Counters,
  { total, cdate, currency, rate }: Document,
  payer: number,
): void {
  const odd = random.next()
  const share = payer > 0.7 && odd < 0.3 ? Math.ceil(total / 3) : odd > 0.98 ? total + 1000 : total
  const time = cdate + random.whole(1, 20) * day
  const row = { value: share, time, comment: 'Wpłata', type: 1, currency, rate }
  if (random.chance(0.3)) {
    addCash(bulk, person.id, ids, row)
    return
  }
  const importId = ids.import++
  const description = random.chance(0.01)
    ? `Przelew ref: 20260101-${importId % 1_000_000}`
    : `Za internet ${person.id}`
  bulk.add('cashimport', {
    id: importId,
    date: time,
    value: decimal(share),
    customer: 'PŁACĄCY KLIENT',
    description,
    customerid: person.id,
    hash: `h${importId}`,
    closed: random.chance(0.02) ? 0 : 1,
    srcaccount: '28616102383202382844889825',
  })
  addCash(bulk, person.id, ids, { ...row, comment: description, importId })
}

/** A charge without a document. */
function addCharge(bulk: Bulk, random: Random, person: Person, ids: Counters, time: number): void {
  const comment = random.chance(0.3) ? random.pick(oddComments) : 'Opłata instalacyjna'
  addCash(bulk, person.id, ids, { value: -random.pick(prices), time, comment, type: 0 })
}

interface CashRow {
  /** Grosze. */
  value: number
  time: number
  comment: string
  type: number
  document?: Head
  item?: number
  importId?: number
  currency?: string | null
  rate?: string | null
}

function addCash(bulk: Bulk, customerId: number, ids: Counters, row: CashRow): void {
  const { currency = 'PLN', rate = '1' } = row.document ?? row
  bulk.add('cash', {
    id: ids.cash++,
    time: row.time,
    type: row.type,
    value: decimal(row.value),
    customerid: customerId,
    comment: row.comment,
    docid: row.document?.id ?? null,
    itemid: row.item ?? 0,
    importid: row.importId ?? null,
    currency,
    currencyvalue: rate,
  })
}

function decimal(grosze: number): string {
  const digits = String(Math.abs(grosze)).padStart(3, '0')
  return `${grosze < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
