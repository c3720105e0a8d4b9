import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import type { Db } from '../platform/db/database.ts'
import {
  cancelRun,
  closeRun,
  type ElixirEncoding,
  elixirEncodings,
  type FileFormat,
  fileFormats,
  findRunSummary,
  type Item,
  itemsOfRun,
  listRuns,
  makeRun,
  paymentFile,
  type RunSummary,
  returnTransfer,
  uploadRun,
} from '../settlement/index.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, list, table } from './output.ts'
import { addDue, addReport, moneyText, type ScopeOptions } from './settlement-report.ts'

const listedMax = 50

export const settlementCommand: CommandMaker = (environment) => {
  const settlement = new Command('settlement').description(
    'Settlements: money that the operator collected, passed on to the providers.',
  )
  addDue(settlement, environment)
  addRun(settlement, environment)
  addFile(settlement, environment)
  addStep(
    settlement,
    environment,
    'uploaded',
    'Say that the file is at the bank: its money counts as settled, also of a cancelled run that was paid.',
    uploadRun,
  )
  addStep(
    settlement,
    environment,
    'cancel',
    'Give a run up before its file goes to the bank: all is due again.',
    cancelRun,
  )
  addStep(
    settlement,
    environment,
    'close',
    'Say that the bank has paid all of it. Statements of the providers close it by themselves.',
    closeRun,
  )
  addReturn(settlement, environment)
  addList(settlement, environment)
  addShow(settlement, environment)
  addReport(settlement, environment)
  return settlement
}

interface RunOptions extends ScopeOptions {
  account?: string
  name?: string
  address?: string
  bic?: string
  date?: string
}

function addRun(settlement: Command, environment: Environment): void {
  settlement
    .command('run')
    .description('Make the transfers of all that is due. Run again it takes nothing twice.')
    .option('--account <nrb>', 'Account that pays, 26 digits. Default: as in the last run.')
    .option('--name <name>', 'Whose account that is. Default: as in the last run.')
    .option('--address <text>', 'Its address in one line. Default: as in the last run.')
    .option('--bic <bic>', 'Its bank. Default: as in the last run, else the bank of the account number.')
    .option('--date <day>', 'When the bank is to pay, yyyy-mm-dd. Default: today.')
    .option('--provider <code>', "Only this provider's money.")
    .option('--test', 'Of test providers: a file to try with. Default: of live ones.')
    .option('--json', 'Answer in JSON: the run, or null where nothing is due.')
    .addHelpText(
      'after',
      "\nExample:\n  bill-gateway settlement run --account 61109010140000071219812874 \\\n    --name 'Operator Sp. z o.o.'",
    )
    .action(async ({ provider: code, test = false, json, date, ...from }: RunOptions) => {
      const { account: nrb, name, address, bic } = from
      const given = Object.entries({ nrb, name, address, bic }).filter(([, value]) => value !== undefined)
      const made = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = code === undefined ? undefined : await providerByCode(db, code)
        const run = await makeRun(db, {
          from: Object.fromEntries(given),
          ...(provider ? { test: provider.test, providerId: provider.id } : { test }),
          ...(date === undefined ? {} : { executesOn: date }),
        })
        return run && findRunSummary(db, run.id)
      })
      answer(json, made ?? null, () =>
        made
          ? `${described(made)}\n\nNext: bill-gateway settlement file ${made.id} --out run-${made.id}.xml`
          : 'Nothing is due. "bill-gateway settlement list" shows runs that wait.',
      )
    })
}

interface FileOptions {
  format: FileFormat
  encoding: ElixirEncoding
  bareFields?: boolean
  out?: string
  json?: boolean
}

function addFile(settlement: Command, environment: Environment): void {
  settlement
    .command('file')
    .description("Write a run's file for the bank. It is the same whenever it is written.")
    .argument('<run>', 'Its number.')
    .addOption(
      new Option('--format <name>', 'What the bank takes.').choices(fileFormats).default(fileFormats[0]),
    )
    .addOption(
      new Option('--encoding <name>', 'Of Elixir-0.').choices(elixirEncodings).default(elixirEncodings[0]),
    )
    .option('--bare-fields', 'Elixir-0: write unused fields as nothing instead of "".')
    .option('--out <file>', 'Where to. Default: standard output.')
    .option('--json', 'Answer in JSON: { "file", "bytes" }, without --out { "base64", "bytes" }.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement file 7 --format elixir-0 --out run-7.pli')
    .action(async (id: string, { format, encoding, bareFields, out, json }: FileOptions) => {
      const bytes = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const run = await runById(db, id)
        if (run.status === 'cancelled') throw new Error(`Run ${id} was cancelled: it has no file.`)
        const emptyFields = bareFields ? 'bare' : 'quoted'
        return paymentFile(run, await itemsOfRun(db, run.id), format, { encoding, emptyFields })
      })
      if (out !== undefined) await writeFile(out, bytes, { mode: 0o600 })
      const written = out === undefined ? { base64: bytes.toString('base64') } : { file: out }
      if (out === undefined && !json) process.stdout.write(bytes)
      else
        answer(
          json,
          { ...written, bytes: bytes.length },
          () => `Written to ${out}. Once the bank has it: bill-gateway settlement uploaded ${id}`,
        )
    })
}

function addStep(
  settlement: Command,
  environment: Environment,
  name: string,
  description: string,
  act: (db: Db, runId: bigint) => Promise<unknown>,
): void {
  settlement
    .command(name)
    .description(description)
    .argument('<run>', 'Its number.')
    .option('--json', 'Answer in JSON: the run.')
    .addHelpText('after', `\nExample:\n  bill-gateway settlement ${name} 7`)
    .action(async (id: string, { json }: CommonOptions) => {
      const run = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        await act(db, numberOf(id))
        return runById(db, id)
      })
      answer(json, run, () => described(run))
    })
}

function addReturn(settlement: Command, environment: Environment): void {
  settlement
    .command('return')
    .description('Say that the bank sent a transfer back: its money is due again.')
    .argument('<run>', 'Its number.')
    .requiredOption('--reference <number>', "The payment's reference number, as in the transfer's title.")
    .option('--account <nrb>', 'The account, where several transfers have the reference.')
    .option('--json', 'Answer in JSON: the run.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement return 7 --reference 20261122-000123')
    .action(async (id: string, options: CommonOptions & { reference: string; account?: string }) => {
      const { reference: referenceNumber, account, json } = options
      const run = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const nrb = account === undefined ? {} : { nrb: account }
        await returnTransfer(db, numberOf(id), { referenceNumber, ...nrb })
        return runById(db, id)
      })
      answer(json, run, () => described(run))
    })
}

function addList(settlement: Command, environment: Environment): void {
  settlement
    .command('list')
    .description('Show the newest runs.')
    .option('--json', 'Answer in JSON: an array of runs, amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement list')
    .action(async ({ json }: CommonOptions) => {
      const runs = await withDatabase(environment, { schema: 'ready' }, ({ db }) => listRuns(db, listedMax))
      answer(json, runs, () => (runs.length === 0 ? 'No runs yet.' : table(runs.map(rowOf))))
    })
}

function addShow(settlement: Command, environment: Environment): void {
  settlement
    .command('show')
    .description('Show a run and its transfers.')
    .argument('<run>', 'Its number.')
    .option('--json', 'Answer in JSON: the run with its "items", amounts in minor units.')
    .addHelpText('after', '\nExample:\n  bill-gateway settlement show 7')
    .action(async (id: string, { json }: CommonOptions) => {
      const { run, items } = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const found = await runById(db, id)
        return { run: found, items: await itemsOfRun(db, found.id) }
      })
      const returned = (payment: bigint, nrb: string) =>
        items.some((item) => item.kind === 'return' && item.paymentId === payment && item.nrb === nrb)
      const rows = items.map((item) => ({
        no: item.position === null ? '-' : String(item.position),
        reference: item.referenceNumber,
        payee: item.payeeName,
        account: item.nrb,
        due: moneyText(item.due, run.currency),
        transfer: item.position === null ? '-' : moneyText(item.amount, run.currency),
        state: stateOf(item, returned(item.paymentId, item.nrb)),
      }))
      answer(json, { ...run, items }, () => `${described(run)}\n\n${table(rows)}`)
    })
}

function stateOf({ position, cancelled, closedAt }: Item, returned: boolean): string {
  if (position === null) return '-'
  if (cancelled) return closedAt ? 'paid though cancelled' : '-'
  if (returned) return 'returned'
  return closedAt ? 'seen' : 'awaited'
}

function numberOf(id: string): bigint {
  if (!/^\d{1,18}$/.test(id)) throw new Error(`${id} is no number of a run.`)
  return BigInt(id)
}

async function runById(db: Db, id: string): Promise<RunSummary> {
  const run = await findRunSummary(db, numberOf(id))
  if (!run) throw new Error(`There is no run ${id}. "bill-gateway settlement list" shows those there are.`)
  return run
}

function rowOf(run: RunSummary): Record<string, string> {
  return {
    run: String(run.id),
    mode: run.test ? 'test' : 'live',
    state: run.paidThoughCancelled > 0 ? 'cancelled, but paid' : run.status,
    transfers: String(run.transfers),
    amount: moneyText(run.amount, run.currency),
    awaited: String(run.status === 'cancelled' ? 0 : run.awaited),
    made: run.createdAt.toISOString(),
  }
}

function described(run: RunSummary): string {
  return list([
    ['Run', `${run.id} (${run.publicId})`],
    ['Mode', run.test ? 'test' : 'live'],
    ['State', run.status],
    ...(run.paidThoughCancelled > 0
      ? [['Paid all the same', `${run.paidThoughCancelled}: a bank statement shows them`] as const]
      : []),
    ['Pays from', `${run.from.nrb}, ${run.from.name}`],
    ['Pays on', run.executesOn],
    ['Transfers', String(run.transfers)],
    ['Amount', moneyText(run.amount, run.currency)],
    ['Sent back', moneyText(run.returned, run.currency)],
    ['Awaited', String(run.status === 'cancelled' ? 0 : run.awaited)],
  ])
}
