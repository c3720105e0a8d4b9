import {
  type Account,
  accountsOf,
  type BilledDocument,
  type BilledRow,
  billedDocuments,
  billedRows,
  type Customer,
  chargesOf,
  customersOf,
  documentNumber,
  emailsOf,
  type LedgerCharge,
  outstandingOf,
  payDaysOf,
  type Settings,
} from '../../lms/index.ts'
import { type Decimal, type Lms, type Tx, toGrosze } from '../../platform/index.ts'
import { dueDay } from './due.ts'
import { groupBy } from './group-by.ts'
import { itemHash, type LinkParts, linkAmountMax, linkItem, type WantedLink } from './item.ts'
import { type Charge, layOwed } from './owed.ts'
import { moneyKey, type OnlineMoney, onlineMoney, refundRows } from './queries/money.ts'
import { cleanNames, cleanTitle } from './titles.ts'

/** The links that customers should have, by what the ledger says in one snapshot. */
export interface Wanted {
  /** Those who are there and not deleted. */
  customers: Set<number>
  links: Map<number, WantedLink[]>
  /** `customer|operation` of everything that charges now, owed or paid. */
  charged: Set<string>
}

export interface WantQuestion {
  lms: Lms
  settings: Settings
  zone: string
  /** Epoch seconds of the database’s clock. */
  now: number
  /** Customers with links: whether those were paid or called off is told by what charges them still. */
  linked: ReadonlySet<number>
}

/** LMS’s own default where neither customer, division nor settings say how long one has to pay. */
const payDaysDefault = 14

export async function wantedLinks(
  tx: Tx,
  customerIds: readonly number[],
  { lms, settings, zone, now, linked }: WantQuestion,
): Promise<Wanted> {
  const found = await customersOf(tx, customerIds)
  const there = [...found.values()].filter(({ deleted }) => !deleted)
  const outstanding = await outstandingOf(
    tx,
    there.map(({ id }) => id),
  )
  const owing = [...outstanding.keys()]
  const charges = await chargesOf(
    tx,
    there.map(({ id }) => id).filter((id) => outstanding.has(id) || linked.has(id)),
  )
  const money = await onlineMoney(tx, owing, now)
  const refunds = await refundRows(
    tx,
    charges.flatMap(({ cashId }) => (cashId === null ? [] : [cashId])),
  )
  const byCustomer = groupBy(charges, ({ customerId }) => customerId)
  const owed = owing.flatMap((customerId) =>
    owedBy(customerId, outstanding.get(customerId) ?? 0n, byCustomer.get(customerId) ?? [], money, refunds),
  )
  return {
    customers: new Set(there.map(({ id }) => id)),
    links: groupBy(await describe(lms, tx, owed, found, settings, zone), ({ customerId }) => customerId),
    charged: new Set(charges.map((charge) => moneyKey(charge.customerId, operationOf(charge)))),
  }
}

function owedBy(
  customerId: number,
  outstanding: Decimal,
  charges: readonly LedgerCharge[],
  money: OnlineMoney,
  refunds: ReadonlySet<number>,
): OwedCharge[] {
  const laid = layOwed({
    outstanding,
    charges: charges.map((charge): Charge => {
      const operationId = operationOf(charge)
      const paidOnline = money.paid.get(moneyKey(customerId, operationId)) ?? 0n
      const { time, charged } = charge
      return { operationId, time, charged, paidOnline, isRefund: refunds.has(charge.cashId ?? 0) }
    }),
  })
  const chargeOf = new Map(charges.map((charge) => [operationOf(charge), charge]))
  return laid.flatMap(({ operationId, amount }) => {
    const left = amount - toGrosze(money.awaited.get(moneyKey(customerId, operationId)) ?? 0n)
    const charge = chargeOf.get(operationId)
    return charge && left > 0n ? [{ ...charge, operationId, amount: left }] : []
  })
}

type OwedCharge = LedgerCharge & { operationId: string; amount: bigint }

function operationOf({ documentId, cashId }: LedgerCharge): string {
  return documentId === null ? `cash_${cashId}` : String(documentId)
}

/** Adds what a link says beside the amount. */
async function describe(
  lms: Lms,
  tx: Tx,
  owed: readonly OwedCharge[],
  customers: ReadonlyMap<number, Customer>,
  settings: Settings,
  zone: string,
): Promise<WantedLink[]> {
  const ids = [...new Set(owed.map(({ customerId }) => customerId))]
  const documents = await billedDocuments(
    lms,
    tx,
    owed.flatMap(({ documentId }) => (documentId === null ? [] : [documentId])),
  )
  const rows = await billedRows(
    lms,
    tx,
    owed.flatMap(({ cashId }) => (cashId === null ? [] : [cashId])),
  )
  const payDays = await payDaysOf(tx, rows.size > 0 ? ids : [])
  const emails = settings.appendCustomerInfo ? await emailsOf(tx, ids) : new Map<number, string>()
  const accounts = await accountsOf(tx, settings, owed)
  const fallbackDays = configuredPayDays(settings)
  return owed.flatMap((charge, place) => {
    const { customerId, documentId, cashId } = charge
    const document = documents.get(documentId ?? 0)
    const source = document ?? rows.get(cashId ?? 0)
    const customer = customers.get(customerId)
    const account = accounts[place]
    if (!source || !customer || !account) return []
    const days = document ? document.paytime : (payDays.get(customerId) ?? fallbackDays)
    const parts: LinkParts = {
      ...charge,
      title: cleanTitle(titleOf(source, customerId, zone)),
      due: dueDay(document ? document.cdate : charge.time, days, zone),
      nrb: account.nrb,
      names: settings.appendCustomerInfo ? cleanNames(customer) : undefined,
      email: emails.get(customerId),
    }
    return [wantedLink(charge, parts, account, source.print)]
  })
}

function wantedLink(charge: OwedCharge, parts: LinkParts, account: Account, print: string): WantedLink {
  const { customerId, operationId, documentId, cashId, amount } = charge
  const item = linkItem(parts)
  const refused = refusalOf(account, amount)
  const hash = itemHash(item)
  return {
    ...{ customerId, operationId, documentId, cashId, amount, item, hash, print },
    ...(refused ? { refused } : {}),
  }
}

/** Where no account is known, the provider’s default at the gateway may serve. */
function refusalOf(account: Account, amount: bigint): WantedLink['refused'] {
  if (account.nrb === undefined && account.refused !== 'missing') {
    return { field: 'nrb', code: `account_${account.refused}`, says: accountSays[account.refused] }
  }
  if (amount <= linkAmountMax) return undefined
  return { field: 'amount', code: 'too_large', says: 'one link asks for at most 9,999,999.99' }
}

const accountSays = {
  too_long:
    'the account’s prefix and the customer’s number together have more than 26 digits: shorten the prefix',
  invalid: 'the account number is no valid Polish one: correct it in LMS or set billtech.bankaccount',
}

function titleOf(source: BilledDocument | BilledRow, customerId: number, zone: string): string {
  if ('comment' in source) return source.comment
  return source.fullnumber || documentNumber({ ...source, customerId }, zone)
}

function configuredPayDays({ config }: Settings): number {
  const said = config.text('payments.deadline') || config.text('invoices.paytime') || ''
  return /^\d{1,4}$/.test(said) ? Number(said) : payDaysDefault
}
