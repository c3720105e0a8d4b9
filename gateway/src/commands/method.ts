import { Command, InvalidArgumentError, Option } from 'commander'
import {
  type Collector,
  changeWays,
  connectMethod,
  disconnectMethod,
  listMethods,
  type Method,
  type MethodOverview,
  methodOf,
  openAtMethod,
  testMethod,
  type WayChanges,
} from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'
import { readValues } from './method-values.ts'
import { answer, list, table } from './output.ts'

interface ProviderOptions extends CommonOptions {
  provider: string
}
interface MethodOptions extends ProviderOptions {
  method: string
}

export const methodCommand: CommandMaker = (environment) => {
  const method = new Command('method').description(
    'Ways to pay: accounts with payment providers, and what carries each of them.',
  )
  addConnect(method, environment)
  addList(method, environment)
  addTest(method, environment)
  addWays(method, environment)
  addDisconnect(method, environment)
  return method
}

const channels = ['blik', 'bank', 'card', 'transfer'] as const
type Channel = (typeof channels)[number]

interface ConnectOptions extends MethodOptions {
  collectedBy: Collector
  channels?: Channel[]
  set?: string[]
  valuesFile?: string
}

function addConnect(command: Command, environment: Environment): void {
  command
    .command('connect')
    .description('Give a provider an account with a payment provider, or new credentials to the one it has.')
    .requiredOption('--provider <code>', 'Whose account.')
    .requiredOption('--method <code>', 'With whom, such as p24; "method list" shows those there are.')
    .addOption(
      new Option('--collected-by <whom>', 'Whose contract it is: what the operator collects is settled.')
        .choices(['provider', 'operator'])
        .default('provider'),
    )
    .option(
      '--channels <names>',
      'What it carries from now on, such as blik,bank. Default: all it can.',
      named,
    )
    .option(
      '--set <name=value...>',
      'A field of the account. A secret only as name=@FILE: other users can read the arguments of a process.',
    )
    .option('--values-file <file>', 'All fields as a JSON object of texts; - reads it from standard input.')
    .option('--json', 'Answer in JSON: the method, as "method list" gives it.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway method connect --provider netix --method p24 \\\n    --values-file p24.json' +
        '\n  bill-gateway method connect --provider netix --method p24 \\\n    --set merchantId=12345 --set crc=@crc.txt',
    )
    .action(
      async ({ provider, method: code, collectedBy, channels: chosen, json, ...given }: ConnectOptions) => {
        const connected = await withMethod(environment, provider, code, async (platform, owner, method) => {
          const values = await readValues(method.account, given)
          const account = { collectedBy, values, ...(chosen ? { channels: chosen } : {}) }
          await connectMethod(platform, owner, method, account)
          return overviewOf(platform, (await providerByCode(platform.db, provider)).code, code)
        })
        answer(json, connected, () =>
          [
            list(rowsOf(connected)),
            '',
            `Next: bill-gateway method test --provider ${provider} --method ${code}`,
          ].join('\n'),
        )
      },
    )
}

function addList(command: Command, environment: Environment): void {
  command
    .command('list')
    .description("Show a provider's methods and what they carry, without credentials.")
    .requiredOption('--provider <code>', 'Whose methods.')
    .option('--json', 'Answer in JSON: an array of methods.')
    .addHelpText('after', '\nExample:\n  bill-gateway method list --provider netix')
    .action(async ({ provider: code, json }: ProviderOptions) => {
      const all = await withPlatform(environment, async (platform) =>
        listMethods(platform, await providerByCode(platform.db, code)),
      )
      answer(json, all, () =>
        table(
          all.map((one) => ({
            method: one.method,
            state: !one.needsAccount || one.account ? 'ready' : 'not connected',
            carries: one.carries.join(',') || '-',
            'can carry': one.channels.join(','),
            'collected by': one.account?.collectedBy ?? '-',
          })),
        ),
      )
    })
}

function addTest(command: Command, environment: Environment): void {
  command
    .command('test')
    .description('Ask a payment provider whether the credentials work. No money moves.')
    .requiredOption('--provider <code>', 'Whose account.')
    .requiredOption('--method <code>', 'With whom.')
    .option('--json', 'Answer in JSON: { "method", "result": "works" | "untestable" }.')
    .addHelpText('after', '\nExample:\n  bill-gateway method test --provider netix --method p24')
    .action(async ({ provider, method: code, json }: MethodOptions) => {
      const result = await withMethod(environment, provider, code, testMethod)
      answer(json, { method: code, result }, () =>
        result === 'works'
          ? `${code} accepts the credentials of ${provider}.`
          : `${code} has nothing to ask: it cannot be tested.`,
      )
    })
}

interface WaysOptions extends ProviderOptions, Partial<Record<Channel, string>> {}

function addWays(command: Command, environment: Environment): void {
  const ways = command
    .command('ways')
    .description('Say which method carries which way to pay, or show it; an empty value takes a way away.')
    .requiredOption('--provider <code>', 'Whose ways to pay.')
  for (const channel of channels)
    ways.option(`--${channel} <method>`, `The method that carries ${channel}, such as p24.`)
  ways
    .option('--json', 'Answer in JSON: an object, by channel the method.')
    .addHelpText(
      'after',
      '\nA test provider’s sandbox carries blik, bank and card where nothing else does.' +
        '\n\nExample:\n  bill-gateway method ways --provider netix --transfer transfer --blik p24',
    )
    .action(async ({ provider: code, json, ...options }: WaysOptions) => {
      const changes: WayChanges = Object.fromEntries(
        channels.flatMap((channel) =>
          options[channel] === undefined ? [] : [[channel, options[channel] || null]],
        ),
      )
      const set = await withPlatform(environment, async (platform) =>
        changeWays(platform.db, await providerByCode(platform.db, code), changes),
      )
      answer(json, set, () => list(channels.map((channel) => [channel, set[channel] ?? '-'])))
    })
}

function addDisconnect(command: Command, environment: Environment): void {
  command
    .command('disconnect')
    .description(
      'Take an account away: nothing is started with it any more, and its credentials are deleted.',
    )
    .requiredOption('--provider <code>', 'Whose account.')
    .requiredOption('--method <code>', 'With whom.')
    .option(
      '--force',
      'Also while payments or refunds are open there: nobody can then ask what becomes of them.',
    )
    .option('--json', 'Answer in JSON: { "disconnected": method }.')
    .addHelpText('after', '\nExample:\n  bill-gateway method disconnect --provider netix --method p24')
    .action(async ({ provider, method: code, force, json }: MethodOptions & { force?: boolean }) => {
      await withMethod(environment, provider, code, async ({ db }, owner) => {
        const { checkouts, refunds } = await openAtMethod(db, owner, code)
        if (checkouts + refunds > 0 && !force)
          throw new Error(
            `${checkouts} checkouts and ${refunds} refunds are open at ${code}. Take its ways to pay away with ` +
              '"bill-gateway method ways" and wait, or say --force.',
          )
        if (!(await disconnectMethod(db, owner, code)))
          throw new Error(`${provider} has no account with ${code}. "bill-gateway method list" shows it.`)
      })
      answer(json, { disconnected: code }, () => `Disconnected ${code}.`)
    })
}

async function withMethod<T>(
  environment: Environment,
  providerCode: string,
  code: string,
  work: (platform: Platform, provider: Provider, method: Method) => Promise<T>,
): Promise<T> {
  return withPlatform(environment, async (platform) => {
    const provider = await providerByCode(platform.db, providerCode)
    const method = methodOf(provider, code)
    if (method) return work(platform, provider, method)
    const all = (await listMethods(platform, provider)).map((one) => one.method)
    throw new Error(`${code} is no method of ${providerCode}. These are: ${all.join(', ')}.`)
  })
}

/** Read again: connecting has changed the ways. */
async function overviewOf(platform: Platform, providerCode: string, code: string): Promise<MethodOverview> {
  const provider = await providerByCode(platform.db, providerCode)
  const found = (await listMethods(platform, provider)).find((one) => one.method === code)
  if (!found) throw new Error(`${code} is not there any more`)
  return found
}

function rowsOf({ method, carries, account, notifyUrl }: MethodOverview): [string, string][] {
  return [
    ['Method', method],
    ['Carries', carries.join(', ') || '-'],
    ['Collected by', account?.collectedBy ?? '-'],
    [
      'Settings',
      Object.entries(account?.settings ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(', ') || '-',
    ],
    ['Notifications to', notifyUrl],
  ]
}

function named(text: string): Channel[] {
  const names = text.split(',').map((name) => name.trim())
  const strange = names.find((name) => !channels.some((channel) => channel === name))
  if (strange !== undefined)
    throw new InvalidArgumentError(`${strange || 'Nothing'} is none of ${channels.join(', ')}.`)
  return names as Channel[]
}
