import { createHash } from 'node:crypto'
import { BillGatewayError } from '@bill-gateway/contract'
import { databaseTime, transact } from '../../platform/index.ts'
import { clearRefused, readInfo, writeInfo } from '../../store/index.ts'
import { carryOut } from './carry-out.ts'
import type { Context } from './context.ts'
import { emptyReport, type LinksReport, type Pass, startPass } from './pass.ts'
import type { CustomerPlan } from './plan.ts'
import { type ChangedCustomer, changedCustomers } from './queries/changes.ts'
import { storeUnclaimed } from './queries/customers.ts'
import { touchLinks } from './queries/store.ts'
import { type Look, lookAt } from './snapshot.ts'

export interface UpdateLinksOptions {
  /** Only these customers, at once and without fetching payments first. */
  customers?: readonly number[]
  /** Everybody, whatever their fingerprints say. Default: once in 24 hours. */
  full?: boolean
}

/** More changed customers than this are read in several goes: memory stays flat. */
const changedMax = 20_000
const customersPerLook = 1000
const fullEverySeconds = 86_400
const fullKey = 'links:full'

/**
 * One pass: makes, updates and cancels links until they say what the ledger says. Payments are fetched and
 * booked first, so that nobody is asked for what he has paid.
 *
 * @throws GatewaySettingError where a setting stands in the way; what the gateway does wrong is in the report
 */
export async function updateLinks(context: Context, options: UpdateLinksOptions = {}): Promise<LinksReport> {
  if (!context.settings().pluginEnabled) return { ...emptyReport(), skipped: 'plugin-off' }
  const pass = startPass(context)
  const before = pass.gateway.requests
  if (options.customers) {
    const ids = [...new Set(options.customers)]
    for (let from = 0; from < ids.length && !pass.isStopped(); from += customersPerLook)
      await passOver(pass, {
        customers: ids.slice(from, from + customersPerLook),
        full: options.full ?? false,
      })
  } else if (await paymentsAreBooked(pass)) {
    const { lms } = context
    const now = await databaseTime(lms.db, lms)
    const last = Number((await readInfo(lms.db, fullKey)) ?? 0)
    const full = options.full || (last > 0 && now - last >= fullEverySeconds)
    await passOver(pass, { full })
    if (!pass.isStopped() && (full || last === 0)) await writeInfo(lms, lms.db, fullKey, String(now))
  }
  pass.report.requests = pass.gateway.requests - before
  return pass.report
}

async function paymentsAreBooked({ context, report }: Pass): Promise<boolean> {
  try {
    await context.bookPayments?.()
    return true
  } catch (error) {
    if (!(error instanceof BillGatewayError)) throw error
    report.failed = { code: error.code, says: error.message }
    return false
  }
}

async function passOver(pass: Pass, scope: { customers?: readonly number[]; full: boolean }): Promise<void> {
  const { context, gateway } = pass
  const question = { gatewayId: gateway.id, settingsHash: settingsHash(context), limit: changedMax, ...scope }
  for (let after: number | undefined; ; ) {
    const changed = await changedCustomers(context.lms, {
      ...question,
      ...(after === undefined ? {} : { after }),
    })
    for (let from = 0; from < changed.length && !pass.isStopped(); from += customersPerLook)
      await workOn(pass, changed.slice(from, from + customersPerLook), scope.full)
    after = changed.at(-1)?.customerId
    if (changed.length < changedMax || pass.isStopped()) return
  }
}

async function workOn(pass: Pass, changed: readonly ChangedCustomer[], full: boolean): Promise<void> {
  const { context, gateway, report } = pass
  context.signal?.throwIfAborted()
  const look = await lookAt(
    context,
    gateway.id,
    changed.map(({ customerId }) => customerId),
    full,
  )
  const fingerprints = new Map(changed.map(({ customerId, fingerprint }) => [customerId, fingerprint]))
  report.customers += look.plans.length
  for (const plan of look.plans) {
    report.unchanged += plan.unchanged
    report.refused += plan.refuse.length
  }
  const isBusy = ({ send, end, refuse }: CustomerPlan) => send.length + end.length + refuse.length > 0
  await storeIdle(
    context,
    look,
    look.plans.filter((plan) => !isBusy(plan)),
    fingerprints,
  )
  await carryOut(pass, look, look.plans.filter(isBusy), fingerprints)
}

/** Customers whose links are right already. */
async function storeIdle(
  { lms }: Context,
  look: Look,
  plans: readonly CustomerPlan[],
  fingerprints: ReadonlyMap<number, string | null>,
): Promise<void> {
  if (plans.length === 0) return
  const seen = plans.flatMap(({ customerId }) => {
    const fingerprint = fingerprints.get(customerId)
    return fingerprint ? [{ customerId, fingerprint, claim: look.claims.get(customerId) ?? null }] : []
  })
  await transact(lms, async (tx) => {
    await storeUnclaimed(lms, tx, seen, look.now)
    await touchLinks(
      tx,
      plans.flatMap(({ touch }) => touch),
    )
    await clearRefused(
      tx,
      plans.flatMap(({ customerId, forget }) =>
        forget.map((operationId) => ({ kind: 'link' as const, customerId, operationId })),
      ),
    )
  })
}

/** Of the settings that change what is sent: one that changes has everybody looked at. */
function settingsHash(context: Context): string {
  const { bankAccount, appendCustomerInfo, config } = context.settings()
  const days = [config.text('payments.deadline'), config.text('invoices.paytime')]
  const counting = [context.gateway().id, bankAccount, appendCustomerInfo, context.zone, days]
  return createHash('sha256').update(JSON.stringify(counting)).digest('hex')
}
