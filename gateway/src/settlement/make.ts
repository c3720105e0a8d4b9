import { bareNrb, type FieldError, isCalendarDate, isNrb } from '@bill-gateway/contract'
import { transferTitle } from '../payment/index.ts'
import type { Db } from '../platform/db/database.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import { validationFailed } from '../platform/http/errors.ts'
import { randomCode } from '../platform/random.ts'
import { warsawDate } from '../platform/warsaw-time.ts'
import { bankText } from './file/order.ts'
import { type Due, type Netted, net } from './net.ts'
import { type DueRow, duesOf, type Scope } from './queries/dues.ts'
import { insertItems } from './queries/items.ts'
import { insertRun, lastDebitAccount, lockRuns } from './queries/runs.ts'
import type { DebitAccount, Run } from './run.ts'

export interface NewRun {
  /** Play money of test providers, or real money of live ones. */
  test: boolean
  /** ISO 4217. Default PLN. */
  currency?: string
  /** Only this provider's. Default: everybody's. */
  providerId?: number
  /** Payments that were recorded before. Default: now. */
  until?: Date
  /** `yyyy-mm-dd`, when the bank is to pay. Default: today. */
  executesOn?: string
  /** What is not said is as in the newest run. */
  from?: Partial<DebitAccount>
}

/**
 * Makes the transfers of all that is due. Made again it finds nothing, until there is something due again.
 *
 * @returns undefined where nothing can be transferred
 * @throws ApiError validation_failed that names every bad field
 */
export async function makeRun(db: Db, wanted: NewRun): Promise<Run | undefined> {
  return transact(db, async (tx) => {
    await lockRuns(tx)
    const now = new Date()
    const from = await debitAccount(tx, wanted)
    const executesOn = wanted.executesOn ?? warsawDate(now)
    if (!isCalendarDate(executesOn))
      throw validationFailed([fault('executesOn', 'must be a day that exists')])
    const scope = scopeOf(wanted, now)
    const { items } = await netDues(tx, scope)
    if (items.every((item) => item.amount === 0n)) return undefined
    const { test, currency, until } = scope
    const publicId = `BG${randomCode(20)}`
    const run = await insertRun(tx, { publicId, test, currency, from, executesOn, until, createdAt: now })
    await insertItems(tx, run.id, items)
    return run
  })
}

/** What a run would do now. */
export async function dueNow(
  db: Db,
  wanted: Pick<NewRun, 'test' | 'currency' | 'providerId'>,
): Promise<Netted> {
  return netDues(db, scopeOf(wanted, new Date()))
}

/** The test clock may be years ahead: what a test provider was paid by then counts as paid. */
const testAheadMs = 11 * 366 * 86_400_000

function scopeOf({ test, currency = 'PLN', until, providerId }: NewRun, now: Date): Scope {
  const before = until ?? (test ? new Date(now.getTime() + testAheadMs) : now)
  return { test, currency, until: before, ...(providerId === undefined ? {} : { providerId }) }
}

async function netDues(db: Db | Tx, scope: Scope): Promise<Netted> {
  return net((await duesOf(db, scope)).map(dueOf))
}

function dueOf(row: DueRow): Due {
  const { providerId, paymentId, nrb, due, referenceNumber, userId, title, payeeName } = row
  const transfer = transferTitle(referenceNumber, userId, title)
  return { providerId, paymentId, nrb, due, referenceNumber, title: transfer, payeeName }
}

const partyCharactersMax = 70
const bicForm = /^[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?$/

async function debitAccount(tx: Tx, { test, from = {} }: NewRun): Promise<DebitAccount> {
  const last = await lastDebitAccount(tx, test)
  const account = {
    nrb: bareNrb(from.nrb ?? last?.nrb ?? ''),
    name: (from.name ?? last?.name ?? '').trim(),
    address: from.address === undefined ? (last?.address ?? null) : from.address || null,
    bic: from.bic === undefined ? (last?.bic ?? null) : from.bic || null,
  }
  const errors = [
    ...(isNrb(account.nrb) ? [] : [fault('account', 'must be a Polish account number of 26 digits')]),
    ...(isParty(account.name) && bankText(account.name, partyCharactersMax) !== ''
      ? []
      : [fault('name', `must have 1 to ${partyCharactersMax} characters that banks take`)]),
    ...(account.address === null || isParty(account.address)
      ? []
      : [fault('address', `must have 1 to ${partyCharactersMax} characters`)]),
    ...(account.bic === null || bicForm.test(account.bic) ? [] : [fault('bic', 'must be a BIC')]),
  ]
  if (errors.length > 0) throw validationFailed(errors)
  return account
}

function isParty(text: string): boolean {
  return text.length > 0 && [...text].length <= partyCharactersMax
}

function fault(field: string, rule: string): FieldError {
  return { pointer: `/${field}`, code: 'invalid', detail: `${field} ${rule}` }
}
