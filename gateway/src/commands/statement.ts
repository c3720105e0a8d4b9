import { Command } from 'commander'
import { transact } from '../platform/db/transaction.ts'
import {
  addVirtualAccount,
  findEntry,
  finishMatch,
  idOfEntry,
  ignoreEntry,
  listEntries,
  listStatements,
  matchEntry,
  numberForMatch,
  removeVirtualAccount,
  undoEntry,
  viewsOfEntries,
  viewsOfStatements,
  virtualAccounts,
} from '../statement/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'
import { answer, table } from './output.ts'
import { addImport } from './statement-import.ts'
import { entryLine, entryRow, statementRow } from './statement-text.ts'

interface StatementOptions extends CommonOptions {
  provider: string
}

const listedMax = 50
const queueMax = 100

export const statementCommand: CommandMaker = (environment) => {
  const statement = new Command('statement').description(
    'Bank statements: import them, and match what waits for a person.',
  )
  addImport(statement, environment)
  addList(statement, environment)
  addQueue(statement, environment)
  addMatch(statement, environment)
  addIgnore(statement, environment)
  addUndo(statement, environment)
  addAccounts(statement, environment)
  return statement
}

function addList(statement: Command, environment: Environment): void {
  statement
    .command('list')
    .description(`Show the ${listedMax} newest statements and what became of their entries.`)
    .requiredOption('--provider <code>', 'Whose statements.')
    .option('--json', 'Answer in JSON: an array of statements, as the API shows them.')
    .addHelpText('after', '\nExample:\n  bill-gateway statement list --provider netix')
    .action(async ({ provider: code, json }: StatementOptions) => {
      const views = await withPlatform(environment, async ({ db }) => {
        const provider = await providerByCode(db, code)
        return viewsOfStatements(db, provider, await listStatements(db, provider.id, undefined, listedMax))
      })
      answer(json, views, () => (views.length === 0 ? 'No statements yet.' : table(views.map(statementRow))))
    })
}

function addQueue(statement: Command, environment: Environment): void {
  statement
    .command('queue')
    .description(`Show what waits for a person, oldest first, at most ${queueMax}, and whom it may be of.`)
    .requiredOption('--provider <code>', 'Whose entries.')
    .option('--json', 'Answer in JSON: an array of entries, as the API shows them.')
    .addHelpText('after', '\nExample:\n  bill-gateway statement queue --provider netix')
    .action(async ({ provider: code, json }: StatementOptions) => {
      const views = await withPlatform(environment, async ({ db }) => {
        const provider = await providerByCode(db, code)
        const waiting = await listEntries(db, provider.id, { state: 'queue', limit: queueMax })
        return viewsOfEntries(db, provider, waiting)
      })
      answer(json, views, () => (views.length === 0 ? 'Nothing waits.' : table(views.map(entryRow))))
    })
}

interface MatchOptions extends StatementOptions {
  token?: string
  user?: string
  payment?: string
}

function addMatch(statement: Command, environment: Environment): void {
  statement
    .command('match')
    .description('Say what an entry that waits is for, and record its money.')
    .argument('<entry>', 'The entry, as "statement queue" shows it.')
    .requiredOption('--provider <code>', 'Whose entry.')
    .option('--token <token>', 'The payment link that it pays.')
    .option('--user <userId>', 'The payer: the money goes to the open bills by due date.')
    .option('--payment <paymentId>', 'The payment of another method that it is the transfer of.')
    .option('--json', 'Answer in JSON: the entry, as the API shows it.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway statement match se_90412 --provider netix --user user-1234',
    )
    .action(async (entry: string, { provider: code, token, user, payment, json }: MatchOptions) => {
      const target = {
        ...(token === undefined ? {} : { token }),
        ...(user === undefined ? {} : { userId: user }),
        ...(payment === undefined ? {} : { paymentId: payment }),
      }
      if (Object.keys(target).length !== 1)
        throw new Error('Give one of --token, --user and --payment: what the entry is for.')
      await act(environment, { code, json, entry }, async (platform, provider) => {
        const number = await numberForMatch(platform.db, provider)
        await transact(platform.db, (tx) => matchEntry(tx, provider, entry, target, number))
        await finishMatch(platform, provider, entry)
      })
    })
}

function addIgnore(statement: Command, environment: Environment): void {
  statement
    .command('ignore')
    .description('Say that an entry that waits is no payment of a bill.')
    .argument('<entry>', 'The entry, as "statement queue" shows it.')
    .requiredOption('--provider <code>', 'Whose entry.')
    .option('--json', 'Answer in JSON: the entry, as the API shows it.')
    .addHelpText('after', '\nExample:\n  bill-gateway statement ignore se_90412 --provider netix')
    .action((entry: string, { provider: code, json }: StatementOptions) =>
      act(environment, { code, json, entry }, ({ db }, provider) =>
        transact(db, (tx) => ignoreEntry(tx, provider, entry)),
      ),
    )
}

function addUndo(statement: Command, environment: Environment): void {
  statement
    .command('undo')
    .description(
      'Take back what became of an entry: its payment is reversed, its bills stay paid, and it waits again.',
    )
    .argument('<entry>', 'The entry.')
    .requiredOption('--provider <code>', 'Whose entry.')
    .option('--json', 'Answer in JSON: the entry, as the API shows it.')
    .addHelpText('after', '\nExample:\n  bill-gateway statement undo se_90412 --provider netix')
    .action((entry: string, { provider: code, json }: StatementOptions) =>
      act(environment, { code, json, entry }, ({ db }, provider) =>
        transact(db, (tx) => undoEntry(tx, provider, entry)),
      ),
    )
}

type Work = Parameters<typeof withPlatform<void>>[1]
type Platform = Parameters<Work>[0]
type Provider = Awaited<ReturnType<typeof providerByCode>>

/** Does something with an entry and shows it as it then is. */
async function act(
  environment: Environment,
  { code, json, entry }: { code: string; json: boolean | undefined; entry: string },
  work: (platform: Platform, provider: Provider) => Promise<void>,
): Promise<void> {
  const view = await withPlatform(environment, async (platform) => {
    const provider = await providerByCode(platform.db, code)
    await work(platform, provider)
    const found = await findEntry(platform.db, provider.id, idOfEntry(entry) ?? 0n)
    const [shown] = found ? await viewsOfEntries(platform.db, provider, [found]) : []
    return shown
  })
  answer(json, view, () => (view ? entryLine(view) : ''))
}

function addAccounts(statement: Command, environment: Environment): void {
  statement
    .command('accounts')
    .description(
      'Virtual accounts, one for each payer: show, add or remove what stands before the userId in them.',
    )
    .requiredOption('--provider <code>', 'Whose accounts.')
    .option('--add <prefix>', 'Sort code and mask, without the check digits: up to 20 digits.')
    .option('--remove <prefix>', 'As it was added.')
    .option('--json', 'Answer in JSON: an array of prefixes.')
    .addHelpText(
      'after',
      '\nThe account 50 1090 1014 0000 0712 0000 4217 of the payer 4217 begins with\n1090101400000712.' +
        '\n\nExample:\n  bill-gateway statement accounts --provider netix --add 1090101400000712',
    )
    .action(async (options: StatementOptions & { add?: string; remove?: string }) => {
      const { provider: code, add, remove, json } = options
      const prefixes = await withPlatform(environment, async ({ db }) => {
        const provider = await providerByCode(db, code)
        if (add !== undefined) await addVirtualAccount(db, provider, add)
        if (remove !== undefined && !(await removeVirtualAccount(db, provider, remove)))
          throw new Error(
            `There is no prefix ${remove}. Without --remove this command lists those there are.`,
          )
        return virtualAccounts(db, provider)
      })
      answer(json, prefixes, () =>
        prefixes.length === 0 ? 'No virtual accounts: payers are found by titles.' : prefixes.join('\n'),
      )
    })
}
