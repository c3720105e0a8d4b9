import { connectGateway, type Gateway } from '../../gateway/index.ts'
import { readBlockRules, rememberNodesOff, repairBalances } from '../../lms/index.ts'
import { databaseTime } from '../../platform/index.ts'
import { formerGateways, readInfo, writeInfo } from '../../store/index.ts'
import { updateLinks } from '../links/index.ts'
import { addReport, type BookReport, type Context, emptyReport } from './context.ts'
import { addRefunds, bookEvents, emptyEvents } from './events.ts'
import { type EndReport, endPayments } from './expire.ts'
import { bookKept } from './kept.ts'
import type { RefundReport } from './refund.ts'
import { bookSearch } from './search.ts'
import { type SettleReport, settleStatements } from './settle.ts'

/** What one pass did. */
export interface PaymentsReport {
  payments: BookReport
  refunds: RefundReport
  statements: SettleReport
  ended: EndReport
  /** Customers whose cached balance LMS had wrong. */
  repaired: number
  /** Former gateways that could not be asked. */
  failedGateways: string[]
  /** Whose links must be looked at. */
  customers: number[]
}

const nodesKey = 'nodes:seen'
const nodesEverySeconds = 600

/**
 * One pass: books payments, refunds and chargebacks of the gateway and of former ones, settles temporary
 * payments by bank statements, ends those whose time is over, and refreshes links where a debt is back. Works
 * while the plugin is off in LMS too: money that was paid is always booked.
 *
 * @throws where the gateway or the database is away; what does not need the gateway is done all the same
 */
export async function updatePayments(context: Context): Promise<PaymentsReport> {
  const report = emptyPass()
  const failure = await bookAll(context, report).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (!context.signal?.aborted) await tend(context, report)
  if (failure) throw failure.error
  return report
}

function emptyPass(): PaymentsReport {
  return {
    payments: emptyReport(),
    refunds: emptyEvents().refunds,
    statements: { looked: 0, settled: 0, differences: 0, customers: [] },
    ended: { expired: 0, removed: 0, customers: [] },
    repaired: 0,
    failedGateways: [],
    customers: [],
  }
}

async function bookAll(context: Context, report: PaymentsReport): Promise<void> {
  addReport(report.payments, await bookKept(context))
  await bookFormer(context, report)
  await bookOf(context, context.gateway(), report)
}

/** Events say what was refunded and where the cursor stands; the search finds what events may have missed. */
async function bookOf(context: Context, gateway: Gateway, report: PaymentsReport): Promise<void> {
  const events = await bookEvents(context, gateway)
  addReport(report.payments, events.payments)
  addRefunds(report.refunds, events.refunds)
  addReport(report.payments, await bookSearch(context, gateway))
}

/** For 30 days after the address was changed, payments of links that were made at the former one are booked. */
async function bookFormer(context: Context, report: PaymentsReport): Promise<void> {
  for (const former of await formerGateways(context.lms, context.gateway().id)) {
    try {
      await bookOf(context, connectGateway(former, { retries: 0 }), report)
    } catch (error) {
      report.failedGateways.push(former.id)
      context.log.warn({ err: error, gateway: former.id }, 'a former gateway could not be asked for payments')
    }
  }
}

/** What needs no gateway. */
async function tend(context: Context, report: PaymentsReport): Promise<void> {
  const { lms } = context
  report.statements = await settleStatements(context)
  report.ended = await endPayments(context)
  const { payments, refunds, statements, ended } = report
  report.customers = [
    ...new Set([payments, refunds, statements, ended].flatMap(({ customers }) => customers)),
  ].sort((a, b) => a - b)
  report.repaired = (await repairBalances(lms, report.customers)).length
  await lookAtNodes(context)
  await refreshLinks(context, [...new Set([...ended.customers, ...refunds.customers])])
}

/** Now and then: the look reads every node. */
async function lookAtNodes({ lms, ini, settings }: Context): Promise<void> {
  const now = await databaseTime(lms.db, lms)
  const last = Number((await readInfo(lms.db, nodesKey)) ?? 0)
  if (now >= last && now - last < nodesEverySeconds) return
  const rules = await readBlockRules(lms, ini, settings())
  // A guess is not enough to take every node that is off for one that an operator switched off.
  await rememberNodesOff(lms, rules.job === 'notify' && rules.marksStatus && !rules.isGuessed)
  await writeInfo(lms, lms.db, nodesKey, String(now))
}

/** A debt that is back gets its payable link at once. Where that fails, the next pass over links makes it. */
async function refreshLinks(context: Context, customers: number[]): Promise<void> {
  if (customers.length === 0 || !context.settings().pluginEnabled) return
  try {
    await updateLinks({ ...context, bookPayments: undefined }, { customers })
  } catch (error) {
    context.log.warn(
      { err: error, customers: customers.length },
      'links could not be refreshed: tried again later',
    )
  }
}
