import { Command } from 'commander'
import {
  type Fetched,
  fetchPayouts,
  findPayout,
  listItems,
  listPayouts,
  type MissingPayment,
  missedPayments,
  type Payout,
  type PayoutItem,
  type Reading,
  readingsOf,
  reportingMethods,
} from '../payout/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, list, table } from './output.ts'
import { moneyText } from './settlement-report.ts'

const listedMax = 500
const itemsMax = 200_000

export const payoutCommand: CommandMaker = (environment) => {
  const payout = new Command('payout').description(
    "Payouts: what payment providers report to have sent in bulk to providers' bank accounts.",
  )
  addFetch(payout, environment)
  addList(payout, environment)
  addShow(payout, environment)
  return payout
}

interface FetchOptions extends CommonOptions {
  provider: string
  method: string
  from?: string
  to?: string
}

function addFetch(payout: Command, environment: Environment): void {
  payout
    .command('fetch')
    .description('Read the reports now, as a job does every day. Nothing is stored twice.')
    .requiredOption('--provider <code>', 'Whose.')
    .option('--method <code>', 'Of which payment provider.', reportingMethods()[0])
    .option('--from <day>', 'First day, yyyy-mm-dd. Default: a week before the last day that was read.')
    .option('--to <day>', 'Last day, at most 399 days later. Default: today, with --from the same day.')
    .option('--json', 'Answer in JSON: { "method", "from", "to", "payouts", "added" }.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway payout fetch --provider NETIX --from 2026-10-01 --to 2026-10-31',
    )
    .action(async ({ provider: code, method, from, to, json }: FetchOptions) => {
      if (to !== undefined && from === undefined) throw new Error('--to goes with --from.')
      const days = from === undefined ? undefined : { from, to: to ?? from }
      const fetched = await withPlatform(environment, async (platform) =>
        fetchPayouts(platform, await providerByCode(platform.db, code), method, days),
      )
      answer(json, fetched, () => fetchedText(fetched))
    })
}

function fetchedText({ method, from, to, payouts, added }: Fetched): string {
  return `${method}, ${from} to ${to}: ${payouts} payouts, ${added} of them new.`
}

interface ListOptions extends CommonOptions {
  provider: string
  from?: string
  to?: string
}

function addList(payout: Command, environment: Environment): void {
  payout
    .command('list')
    .description('Show payouts, how far reports were read, and payments that no payout has.')
    .requiredOption('--provider <code>', 'Whose.')
    .option('--from <day>', 'First day, yyyy-mm-dd.')
    .option('--to <day>', 'Last day, included.')
    .option('--json', 'Answer in JSON: { "payouts", "readings", "missing" }, amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway payout list --provider NETIX --from 2026-11-01')
    .action(async ({ provider: code, json, ...days }: ListOptions) => {
      const found = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const { id } = await providerByCode(db, code)
        return {
          payouts: await listPayouts(db, id, { ...days, limit: listedMax }),
          readings: await readingsOf(db, id),
          missing: await missedPayments(db, id),
        }
      })
      answer(json, found, () => listText(found))
    })
}

function listText(found: { payouts: Payout[]; readings: Reading[]; missing: MissingPayment[] }): string {
  const { payouts, readings, missing } = found
  const parts = [payouts.length === 0 ? 'No payouts.' : table(payouts.map(rowOf))]
  for (const { method, firstDay, lastDay, failure } of readings) {
    const read = firstDay === null ? 'nothing was read yet' : `read from ${firstDay} to ${lastDay}`
    parts.push(`${method}: ${read}.${failure === null ? '' : ` The last try failed: ${failure}`}`)
  }
  if (missing.length > 0) parts.push(`In no payout, though they should be:\n${table(missing.map(missedRow))}`)
  return parts.join('\n\n')
}

function rowOf(payout: Payout): Record<string, string> {
  return {
    payout: payout.publicId,
    day: payout.day,
    'their id': payout.methodPayoutId,
    amount: moneyText(payout.amount, payout.currency),
    fee: moneyText(payout.fee, payout.currency),
    payments: String(payout.payments),
    refunds: String(payout.refunds),
    doubtful: String(payout.doubtful),
    difference: moneyText(payout.difference, payout.currency),
  }
}

function missedRow(payment: MissingPayment): Record<string, string> {
  return {
    reference: payment.referenceNumber,
    method: payment.method,
    amount: moneyText(payment.amount, payment.currency),
    paid: payment.paidAt.toISOString(),
  }
}

function addShow(payout: Command, environment: Environment): void {
  payout
    .command('show')
    .description('Show a payout and its items, each beside what is recorded.')
    .argument('<payout>', 'Its id, po_….')
    .requiredOption('--provider <code>', 'Whose.')
    .option('--json', 'Answer in JSON: the payout with its "items", amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway payout show po_Wq3n8Zr5YbT1kXv7Ls2P --provider NETIX')
    .action(async (id: string, { provider: code, json }: CommonOptions & { provider: string }) => {
      const shown = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = await providerByCode(db, code)
        const found = await findPayout(db, provider.id, id)
        if (!found)
          throw new Error(`${code} has no payout ${id}. "bill-gateway payout list" shows those there are.`)
        return { ...found, items: await listItems(db, provider.id, found.id, { after: 0, limit: itemsMax }) }
      })
      answer(json, shown, () => `${list(Object.entries(rowOf(shown)))}\n\n${table(shown.items.map(itemRow))}`)
    })
}

function itemRow(item: PayoutItem): Record<string, string> {
  return {
    no: String(item.position),
    kind: item.kind,
    state: item.state,
    reference: item.referenceNumber ?? '-',
    'their id': item.methodPaymentId,
    amount: moneyText(item.amount, item.currency),
    fee: moneyText(item.fee, item.currency),
    recorded: item.recorded === null ? '-' : moneyText(item.recorded, item.currency),
  }
}
