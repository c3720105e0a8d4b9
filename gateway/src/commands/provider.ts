import { Command } from 'commander'
import { createProvider, listProviders, type Provider, updateProvider } from '../provider/index.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, list, table } from './output.ts'
import { addDetailOptions, type DetailOptions, detailsOf } from './provider-details.ts'

interface CreateOptions extends CommonOptions, DetailOptions {
  code: string
  name: string
  test?: boolean
}
interface SetOptions extends CommonOptions, DetailOptions {
  test?: boolean
  live?: boolean
  disable?: boolean
  enable?: boolean
}

export const providerCommand: CommandMaker = (environment) => {
  const provider = new Command('provider').description('Providers: the billers whose customers pay here.')
  addCreate(provider, environment)
  addList(provider, environment)
  addShow(provider, environment)
  addSet(provider, environment)
  return provider
}

function addCreate(provider: Command, environment: Environment): void {
  addDetailOptions(
    provider
      .command('create')
      .description(
        'Add a provider. It is live unless told --test, and that cannot change after its first link.',
      )
      .requiredOption('--code <code>', 'What clients call it by, for ever: 1 to 40 of A-Z a-z 0-9 _ -')
      .requiredOption('--name <name>', 'Its name on payment pages, at most 140 characters.')
      .option('--test', 'A test provider: only the sandbox pays, and every page says so.')
      .option('--json', 'Answer in JSON: the provider.'),
  )
    .addHelpText(
      'after',
      "\nExample:\n  bill-gateway provider create --code netix --name 'NETIX Sp. z o.o.' \\\n    --color '#0a6ef0'",
    )
    .action(async ({ code, name, test = false, json, ...options }: CreateOptions) => {
      const details = await detailsOf(options)
      const made = await withDatabase(environment, { schema: 'ready' }, ({ db }) =>
        createProvider(db, { ...details, code, name, test }),
      )
      answer(
        json,
        made,
        () =>
          `Created the ${made.test ? 'test' : 'live'} provider ${code}.\n` +
          `Next: bill-gateway key create --provider ${code}`,
      )
    })
}

function addList(provider: Command, environment: Environment): void {
  provider
    .command('list')
    .description('Show all providers.')
    .option('--json', 'Answer in JSON: an array of providers.')
    .addHelpText('after', '\nExample:\n  bill-gateway provider list')
    .action(async ({ json }: CommonOptions) => {
      const all = await withDatabase(environment, { schema: 'ready' }, ({ db }) => listProviders(db))
      answer(json, all, () => (all.length === 0 ? noProviders : table(all.map(rowOf))))
    })
}

function addShow(provider: Command, environment: Environment): void {
  provider
    .command('show')
    .description('Show everything that is set for a provider.')
    .argument('<code>', 'Its code.')
    .option('--json', 'Answer in JSON: the provider.')
    .addHelpText('after', '\nExample:\n  bill-gateway provider show netix')
    .action(async (code: string, { json }: CommonOptions) => {
      const found = await withDatabase(environment, { schema: 'ready' }, ({ db }) => providerByCode(db, code))
      answer(json, found, () => described(found))
    })
}

function addSet(provider: Command, environment: Environment): void {
  addDetailOptions(
    provider
      .command('set')
      .description(
        'Change what is set for a provider. An empty value takes one away; what is not named stays.',
      )
      .argument('<code>', 'Its code.')
      .option('--name <name>', 'Its name on payment pages, at most 140 characters.')
      .option('--disable', 'Its API answers 403 and its pages say so; money that comes is still recorded.')
      .option('--enable', 'Undo --disable.')
      .option('--test', 'Make it a test provider: only before its first link and its first key.')
      .option('--live', 'Make it a live provider: only before its first link and its first key.')
      .option('--json', 'Answer in JSON: the provider.'),
  )
    .addHelpText(
      'after',
      "\nExample:\n  bill-gateway provider set netix --logo netix.png --phone '+48 12 345 67 89'",
    )
    .action(async (code: string, { json, test, live, disable, enable, ...options }: SetOptions) => {
      if ((test && live) || (disable && enable))
        throw new Error('These options exclude each other. Choose one.')
      const changes = {
        ...(await detailsOf(options)),
        ...(test || live ? { test: test === true } : {}),
        ...(disable || enable ? { disabled: disable === true } : {}),
      }
      if (Object.keys(changes).length === 0)
        throw new Error(
          'Nothing to change was named. "bill-gateway provider set --help" lists what can be set.',
        )
      const changed = await withDatabase(environment, { schema: 'ready' }, async ({ db }) =>
        updateProvider(db, (await providerByCode(db, code)).id, changes),
      )
      answer(json, changed, () => described(changed))
    })
}

const noProviders =
  'No providers yet. Add one with "bill-gateway provider create --code netix --name \'NETIX Sp. z o.o.\'".'

function rowOf(provider: Provider): Record<string, string> {
  return {
    code: provider.code,
    name: provider.name,
    mode: provider.test ? 'test' : 'live',
    state: provider.disabled ? 'disabled' : 'works',
    language: provider.language,
    currency: provider.currency,
  }
}

function described(provider: Provider): string {
  const clock = provider.clockAheadMs > 0 ? `${provider.clockAheadMs / 3_600_000} h ahead` : 'real time'
  return list([
    ['Code', provider.code],
    ['Name', provider.name],
    ['Mode', provider.test ? `test, clock ${clock}` : 'live'],
    ['State', provider.disabled ? 'disabled' : 'works'],
    ['Tax id', provider.taxId ?? '-'],
    ['Address', provider.address ?? '-'],
    ['Phone', provider.phone ?? '-'],
    ['Contact', provider.contactEmail ?? '-'],
    ['Help page', provider.helpUrl ?? '-'],
    ['Terms', provider.termsUrl ?? '-'],
    ['Privacy', provider.privacyUrl ?? '-'],
    ['Language', provider.language],
    ['Currency', provider.currency],
    ['Default account', provider.defaultNrb ?? '-'],
    ['Colour', provider.color ?? '-'],
    ['Logo', provider.logoHash ? 'set' : '-'],
    ['Receipts by mail', provider.receipts ? 'yes' : 'no'],
    ['Imports transfers itself', provider.importsTransfers ? 'yes' : 'no'],
  ])
}
