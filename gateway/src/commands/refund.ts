import { minorUnitsOf, type Refund } from '@bill-gateway/contract'
import { Command, InvalidArgumentError, Option } from 'commander'
import { listRefunds, type RefundState, refundPayment } from '../payment/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'
import { answer, table } from './output.ts'
import { rowCount } from './row-count.ts'

interface ProviderOptions extends CommonOptions {
  provider: string
}

export const refundCommand: CommandMaker = (environment) => {
  const refund = new Command('refund').description('Money that goes back to payers.')
  addCreate(refund, environment)
  addList(refund, environment)
  return refund
}

interface CreateOptions extends ProviderOptions {
  payment: string
  amount?: bigint
  unallocatedOnly?: boolean
  manual?: boolean
  reason?: string
}

function addCreate(refund: Command, environment: Environment): void {
  refund
    .command('create')
    .description('Refund a payment or a part of it: first what no link took, then the last allocation first.')
    .requiredOption('--provider <code>', 'Whose payment.')
    .requiredOption('--payment <paymentId>', 'The payment: pay_…, or its reference number.')
    .option('--amount <amount>', 'In the major unit, such as 23.45. Default: all that is left.', amount)
    .option('--unallocated-only', 'Only what no link took.')
    .option('--manual', 'You give the money back yourself: it is recorded at once, and no method is asked.')
    .option('--reason <text>', 'For your own records, at most 200 characters. No personal data.')
    .option('--json', 'Answer in JSON: the refund, as the API gives it.')
    .addHelpText(
      'after',
      '\nA worker sends it; "refund list" shows what became of it.' +
        '\n\nExample:\n  bill-gateway refund create --provider netix --payment 20300719-004217 \\\n    --amount 23.45',
    )
    .action(async ({ provider: code, payment, json, ...wish }: CreateOptions) => {
      const made = await withPlatform(environment, async (platform) =>
        refundPayment(platform, await providerByCode(platform.db, code), payment, wish),
      )
      answer(
        json,
        made,
        () => `Ordered the refund ${made.id} of ${made.amount.toFixed(2)} ${made.currency}: ${made.status}.`,
      )
    })
}

interface ListOptions extends ProviderOptions {
  status?: RefundState
  limit: number
}

function addList(refund: Command, environment: Environment): void {
  refund
    .command('list')
    .description('Show refunds and reversals, the newest first.')
    .requiredOption('--provider <code>', 'Whose refunds.')
    .addOption(
      new Option('--status <state>', 'Only of this state.').choices(['pending', 'succeeded', 'failed']),
    )
    .option('--limit <count>', 'At most so many, 1 to 1000. Default 50.', rowCount, 50)
    .option('--json', 'Answer in JSON: an array of refunds, as the API gives them.')
    .addHelpText('after', '\nExample:\n  bill-gateway refund list --provider netix --status pending')
    .action(async ({ provider: code, status, limit, json }: ListOptions) => {
      const refunds = await withPlatform(environment, async (platform) =>
        listRefunds(platform, await providerByCode(platform.db, code), { status, limit }),
      )
      answer(json, refunds, () => (refunds.length === 0 ? 'No refunds.' : table(refunds.map(rowOf))))
    })
}

function rowOf(refund: Refund): Record<string, string> {
  return {
    refund: refund.id,
    kind: refund.kind,
    state: refund.manual ? `${refund.status}, manual` : refund.status,
    amount: `${refund.amount.toFixed(2)} ${refund.currency}`,
    payment: refund.referenceNumber,
    ordered: refund.createdAt,
    failure: refund.failure ?? '-',
  }
}

function amount(text: string): bigint {
  const minorUnits = /^\d{1,12}(\.\d{1,2})?$/.test(text) ? minorUnitsOf(Number(text)) : undefined
  if (minorUnits !== undefined) return minorUnits
  throw new InvalidArgumentError('It must be an amount above 0 with at most two decimals, such as 23.45.')
}
