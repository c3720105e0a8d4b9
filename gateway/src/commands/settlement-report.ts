import type { Command } from 'commander'
import { warsawDate } from '../platform/warsaw-time.ts'
import { decimalOf, dueNow, type ReportRow, settlementReport } from '../settlement/index.ts'
import type { CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, table } from './output.ts'

export interface ScopeOptions extends CommonOptions {
  provider?: string
  test?: boolean
}
interface ReportOptions extends ScopeOptions {
  from?: string
  to?: string
}

/** `1234.50 PLN` */
export function moneyText(minorUnits: bigint, currency: string): string {
  return `${minorUnits < 0n ? '-' : ''}${decimalOf(minorUnits < 0n ? -minorUnits : minorUnits)} ${currency}`
}

export function addDue(settlement: Command, environment: Environment): void {
  settlement
    .command('due')
    .description('Show what "settlement run" would transfer now, by provider and account.')
    .option('--provider <code>', "Only this provider's.")
    .option('--test', 'Of test providers. Default: of live ones.')
    .option('--json', 'Answer in JSON: { "items", "carried" }, amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement due')
    .action(async ({ provider: code, test = false, json }: ScopeOptions) => {
      const netted = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = code === undefined ? undefined : await providerByCode(db, code)
        return dueNow(db, provider ? { test: provider.test, providerId: provider.id } : { test })
      })
      answer(json, netted, () => {
        if (netted.items.length + netted.carried.length === 0) return 'Nothing is due.'
        return table(
          [
            ...accounts(netted.items, 'to transfer'),
            ...accounts(
              netted.carried.map((due) => ({ ...due, amount: due.due })),
              'carried over',
            ),
          ].map((row) => ({ ...row })),
        )
      })
    })
}

function accounts(
  items: readonly { payeeName: string; nrb: string; amount: bigint }[],
  state: string,
): Record<string, string>[] {
  const sums = new Map<string, { payee: string; account: string; payments: number; amount: bigint }>()
  for (const { payeeName, nrb, amount } of items) {
    const key = `${payeeName} ${nrb}`
    const sum = sums.get(key) ?? { payee: payeeName, account: nrb, payments: 0, amount: 0n }
    sums.set(key, { ...sum, payments: sum.payments + 1, amount: sum.amount + amount })
  }
  return [...sums.values()].map(({ payee, account, payments, amount }) => ({
    provider: payee,
    account,
    payments: String(payments),
    amount: moneyText(amount, 'PLN'),
    state,
  }))
}

export function addReport(settlement: Command, environment: Environment): void {
  settlement
    .command('report')
    .description('What came in, went back and was passed on, by day, provider and method, from the ledger.')
    .option('--from <day>', 'First day, yyyy-mm-dd. Default: today.')
    .option('--to <day>', 'Last day, yyyy-mm-dd. Default: the first day.')
    .option('--provider <code>', "Only this provider's.")
    .option('--test', 'Of test providers. Default: of live ones.')
    .option('--json', 'Answer in JSON: { "rows", "held" }, amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement report --from 2026-11-01 --to 2026-11-30')
    .action(async ({ provider: code, test = false, json, ...days }: ReportOptions) => {
      const from = days.from ?? warsawDate(new Date())
      const to = days.to ?? from
      const report = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = code === undefined ? undefined : await providerByCode(db, code)
        const whose = provider ? { test: provider.test, providerId: provider.id } : { test }
        return settlementReport(db, { from, to, ...whose })
      })
      answer(json, report, () => {
        const rows =
          report.rows.length === 0 ? `No money moved from ${from} to ${to}.` : table(report.rows.map(rowOf))
        const held = report.held.map(
          ({ providerCode, currency, amount }) => `${providerCode}: ${moneyText(amount, currency)}`,
        )
        return [rows, '', `Held after ${to}: ${held.join(', ') || 'nothing'}.`].join('\n')
      })
    })
}

function rowOf({ currency, ...row }: ReportRow): Record<string, string> {
  return {
    day: row.day,
    provider: row.providerCode,
    method: row.method,
    'collected by': row.collectedBy,
    collected: moneyText(row.collected, currency),
    refunded: moneyText(row.refunded, currency),
    'by provider': moneyText(row.refundedByProvider, currency),
    reversed: moneyText(row.reversed, currency),
    settled: moneyText(row.settled, currency),
  }
}
