import { randomBytes } from 'node:crypto'
import {
  amountOf,
  type FieldError,
  type GatewayEvent,
  isCalendarDate,
  isMailbox,
  isNrb,
  minorUnitsOf,
  type PaymentLinkItem,
  type PaymentRow,
} from '@bill-gateway/contract'

/** A link as the fake gateway keeps it. Amounts are grosze. */
export interface FakeLink {
  token: string
  shortCode: string | undefined
  item: PaymentLinkItem
  open: bigint
  status: 'active' | 'paid' | 'cancelled'
  resolution?: string
  referenceNumber?: string | undefined
}

export interface FakePayment {
  row: PaymentRow
  /** Id of its event. */
  event: number
}

export interface FakePay {
  /** Grosze; all that is open unless told. */
  amount?: bigint
  method?: PaymentRow['method']
  arrives?: PaymentRow['arrives']
}

/** The gateway's books: links, payments and events of one provider, kept in memory. */
export interface FakeBook {
  links: Map<string, FakeLink>
  payments: FakePayment[]
  events: GatewayEvent[]
  /** The active links of a payer, or of all. */
  active(userId?: string | number): FakeLink[]
  /** By customer and operation, what the active links ask for, in grosze. */
  asked(): Map<string, bigint>
  create(items: readonly PaymentLinkItem[]): { errors: FieldError[] } | { links: FakeLink[] }
  cancel(token: string, body: { resolution: string; referenceNumber?: string }): 'done' | 'unknown' | 'ended'
  /** The payer pays a link, wholly unless told; the event follows at once. */
  pay(token: string, payment?: FakePay): PaymentRow
}

const pairOf = (item: Pick<PaymentLinkItem, 'userId' | 'operationId'>) => `${item.userId}|${item.operationId}`

interface Shelf {
  test: boolean
  links: Map<string, FakeLink>
  /** The newest link of each pair. */
  byPair: Map<string, FakeLink>
  payments: FakePayment[]
  events: GatewayEvent[]
}

export function openBook(test = true): FakeBook {
  const shelf: Shelf = { test, links: new Map(), byPair: new Map(), payments: [], events: [] }
  const { links, payments, events } = shelf
  const active = (userId?: string | number) =>
    [...links.values()].filter(
      ({ status, item }) =>
        status === 'active' && (userId === undefined || String(item.userId) === String(userId)),
    )
  return {
    links,
    payments,
    events,
    active,
    asked: () => new Map(active().map(({ item, open }) => [pairOf(item), open])),
    create: (items) => create(shelf, items),
    cancel(token, { resolution, referenceNumber }) {
      const link = links.get(token)
      if (!link) return 'unknown'
      if (link.status !== 'active') return 'ended'
      Object.assign(link, { status: 'cancelled', open: 0n, resolution, referenceNumber })
      return 'done'
    },
    pay: (token, payment = {}) => pay(shelf, token, payment),
  }
}

function tell({ events, test }: Shelf, type: string, data: unknown): number {
  const id = String(events.length + 1)
  events.push({ id, type, at: new Date().toISOString(), test, data } as GatewayEvent)
  return Number(id)
}

function create(shelf: Shelf, items: readonly PaymentLinkItem[]) {
  const errors = items.flatMap((item, index) => faultsOf(item, `/payments/${index}`))
  const pairs = items.map(pairOf)
  pairs.forEach((pair, index) => {
    if (pairs.indexOf(pair) === index) return
    errors.push({ pointer: `/payments/${index}`, code: 'duplicate', detail: 'repeats a pair of the request' })
  })
  if (errors.length > 0) return { errors }
  const made = items.map((item) => place(shelf, item))
  tell(shelf, 'link.updated', { links: made.map(({ token }) => ({ token })) })
  return { links: made }
}

/** Makes or updates the link of the item’s pair, less what was paid after the event that the caller has seen. */
function place({ links, byPair, payments }: Shelf, item: PaymentLinkItem): FakeLink {
  const pair = pairOf(item)
  const paid = payments.filter(
    ({ row: { userId, operationId }, event }) =>
      item.seen !== undefined && event > Number(item.seen) && `${userId}|${operationId}` === pair,
  )
  const unseen = paid.reduce((sum, { row }) => sum + (minorUnitsOf(row.amount) ?? 0n), 0n)
  const open = (minorUnitsOf(item.amount) ?? 0n) - unseen
  const standing = byPair.get(pair)
  const last = links.get(paid.at(-1)?.row.token ?? '')
  if (open <= 0n && last) {
    if (standing?.status === 'active')
      Object.assign(standing, { status: standing === last ? 'paid' : 'cancelled', open: 0n })
    return last
  }
  if (standing?.status === 'active') return Object.assign(standing, { item, open })
  const shortCode = item.name && item.surname ? randomBytes(8).toString('hex').slice(0, 10) : undefined
  const made: FakeLink = {
    ...{ token: randomBytes(64).toString('hex'), shortCode },
    ...{ item, open, status: 'active' },
  }
  links.set(made.token, made)
  byPair.set(pair, made)
  return made
}

function pay(shelf: Shelf, token: string, payment: FakePay): PaymentRow {
  const link = shelf.links.get(token)
  if (!link) throw new Error('there is no such link')
  const { amount = link.open, method = 'blik', arrives = 'transfer' } = payment
  const taken = least(amount, link.status === 'active' ? link.open : 0n)
  link.open -= taken
  if (link.status === 'active' && link.open === 0n) link.status = 'paid'
  const number = shelf.payments.length + 1
  const paidAt = new Date().toISOString()
  const referenceNumber = `${paidAt.slice(0, 10).replaceAll('-', '')}-${String(number).padStart(6, '0')}`
  const { userId, operationId, title } = link.item
  const row: PaymentRow = {
    id: `row-${number}`,
    ...{ token, userId: String(userId), operationId: operationId === undefined ? null : String(operationId) },
    ...{ amount: amountOf(amount), unallocated: amountOf(amount - taken), title, invoiceNumber: '' },
    ...{ paidAt, referenceNumber, method, arrives, companyTaxId: '', integrationVersion: 'V1' },
    test: shelf.test,
  }
  const data = {
    paymentId: `payment-${number}`,
    referenceNumber,
    amount: row.amount,
    paidAt,
    method,
    arrives,
  }
  shelf.payments.push({ row, event: tell(shelf, 'payment.succeeded', { ...data, rows: [row] }) })
  return row
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

const titleRule = /^(?=.*[^ ])[A-Za-z0-9#&_\-,./' \u00c0-\u02c0]{1,105}$/u
const nameRule = /^[A-Za-z0-9\-,. \u00c0-\u02c0]{0,100}$/u

function faultsOf(item: PaymentLinkItem, pointer: string): FieldError[] {
  const rules: [string, boolean, string][] = [
    ['userId', String(item.userId ?? '').length > 0, 'required'],
    ['amount', minorUnitsOf(item.amount) !== undefined && item.amount <= 9_999_999.99, 'invalid_amount'],
    ['title', typeof item.title === 'string' && titleRule.test(item.title.normalize('NFC')), 'invalid_title'],
    ['paymentDue', isCalendarDate(item.paymentDue), 'invalid_date'],
    ['nrb', item.nrb ? isNrb(item.nrb) : false, item.nrb ? 'invalid_nrb' : 'required'],
    ['name', nameRule.test(item.name ?? ''), 'invalid_name'],
    ['surname', nameRule.test(item.surname ?? ''), 'invalid_name'],
    ['email', !item.email || isMailbox(item.email), 'invalid_email'],
  ]
  return rules
    .filter(([, holds]) => !holds)
    .map(([field, , code]) => ({ pointer: `${pointer}/${field}`, code, detail: `${field} is refused` }))
}
