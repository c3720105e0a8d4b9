import {
  accountAt,
  dateAt,
  isCreditAt,
  type Leaves,
  leaf,
  type Money,
  moneyAt,
  nameAt,
  operationOf,
  remittanceOf,
} from './camt-record.ts'
import type { Sink } from './sink.ts'
import { type Place, StatementError } from './statement-error.ts'
import { cleanText, referenceOf } from './text.ts'

/** A running number of the file is shorter than this, and no reference beyond it. */
const entryNumberCharsMin = 10

/**
 * Takes one `Ntry` as it is read: its transactions are given out one by one, so that a batch of any size needs no
 * memory. The first waits until it is known whether it is the only one.
 */
export interface EntryReader {
  transaction(leaves: Leaves, place: Place): void
  /** @returns what the entry adds to the balance: nothing where it is not booked */
  end(place: Place): bigint
}

export function createEntryReader(entry: Leaves, account: string, sink: Sink): EntryReader {
  const batch = { count: 0, sum: 0n, isWhole: false }
  let held: { leaves: Leaves; place: Place } | undefined
  const isBooked = () => leaf(entry, 'Sts/Cd', 'Sts') === 'BOOK'
  const giveWhole = (leaves: Leaves, place: Place) => {
    const isCredit = isCreditAt(entry, place)
    const told = readEntry(entry, leaves, account, isCredit, undefined, place)
    sink.entry({ ...told, ...entryMoney(entry, place) }, place)
  }
  const giveItem = (leaves: Leaves, place: Place, item: number) => {
    const money = itemMoney(leaves, place)
    if (money?.currency !== entryMoney(entry, place).currency) {
      throw new StatementError('An item of a batch without its amount in the currency of the entry.', place)
    }
    const isCredit = isCreditAt(leaves.has('CdtDbtInd') ? leaves : entry, place)
    batch.sum += isCredit ? money.amount : -money.amount
    sink.entry({ ...readEntry(entry, leaves, account, isCredit, item, place), ...money }, place)
  }

  return {
    transaction(leaves, place) {
      batch.count += 1
      if (!isBooked() || batch.isWhole) return
      if (batch.count === 1) {
        held = { leaves, place }
        return
      }
      if (held) {
        // Items without amounts on this account only tell what the one entry is made of.
        batch.isWhole = itemMoney(held.leaves, place)?.currency !== entryMoney(entry, place).currency
        if (batch.isWhole) return
        giveItem(held.leaves, held.place, 1)
        held = undefined
      }
      giveItem(leaves, place, batch.count)
    },
    end(place) {
      const { amount, currency } = entryMoney(entry, place)
      const signed = isCreditAt(entry, place) ? amount : -amount
      if (leaf(entry, 'Sts/Cd', 'Sts') === undefined) {
        throw new StatementError('An entry that does not say whether it is booked (Sts).', place)
      }
      if (!isBooked()) return 0n
      if (batch.isWhole || batch.count === 0) giveWhole(new Map(), place)
      else if (held) {
        const own = itemMoney(held.leaves, place)
        if (own && own.currency === currency && own.amount !== amount) throw otherSum(place)
        giveWhole(held.leaves, held.place)
      } else if (batch.sum !== signed) throw otherSum(place)
      return signed
    },
  }
}

function entryMoney(entry: Leaves, place: Place): Money {
  const money = moneyAt(entry, 'Amt', place)
  if (!money) throw new StatementError('An entry without an amount.', place)
  return money
}

/** Of one transaction, where newer versions have it and where older ones do. */
function itemMoney(leaves: Leaves, place: Place): Money | undefined {
  return moneyAt(leaves, 'Amt', place) ?? moneyAt(leaves, 'AmtDtls/TxAmt/Amt', place)
}

function otherSum(place: Place): StatementError {
  return new StatementError('The items of an entry do not add up to its amount.', place)
}

/** @param item its number in a batch; undefined for the entry as a whole */
function readEntry(
  entry: Leaves,
  leaves: Leaves,
  account: string,
  isCredit: boolean,
  item: number | undefined,
  place: Place,
) {
  const valueOn = dateAt(entry, 'ValDt', place) ?? null
  const bookedOn = dateAt(entry, 'BookgDt', place) ?? valueOn
  if (bookedOn === null) throw new StatementError('An entry without a booking date.', place)
  const counterparty = isCredit ? 'Dbtr' : 'Cdtr'
  const paid = isCredit ? accountAt(leaves, 'RltdPties/CdtrAcct') : null
  const written = remittanceOf(leaves)
  const fallback = leaf(leaves, 'AddtlTxInf') ?? leaf(entry, 'AddtlNtryInf')
  return {
    account,
    direction: isCredit ? ('credit' as const) : ('debit' as const),
    isReversal: /^(true|1)$/.test(leaf(entry, 'RvslInd') ?? ''),
    bookedOn,
    valueOn,
    bankReference: bankReferenceOf(entry, leaves, item),
    title: cleanText(written || (fallback ?? '')),
    counterpartyName: nameAt(leaves, counterparty),
    counterpartyAccount: accountAt(leaves, `RltdPties/${counterparty}Acct`),
    targetAccount: paid === account ? null : paid,
    transactionCode: operationOf(leaves) ?? operationOf(entry),
  }
}

/** A batch has one reference for all of its items: their numbers tell them apart. */
function bankReferenceOf(entry: Leaves, leaves: Leaves, item: number | undefined): string | null {
  const own = referenceOf(leaf(leaves, 'Refs/AcctSvcrRef'))
  const whole =
    referenceOf(leaf(entry, 'AcctSvcrRef')) ?? referenceOf(leaf(entry, 'NtryRef'), entryNumberCharsMin)
  if (item === undefined) return own ?? whole
  if (own !== null && own !== whole) return own
  return whole === null ? null : `${whole}/${item}`
}
