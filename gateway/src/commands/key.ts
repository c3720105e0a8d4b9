import { Command, Option } from 'commander'
import { createKey, listKeys, revokeKey } from '../provider/index.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, list, table } from './output.ts'

interface KeyOptions extends CommonOptions {
  provider: string
}

export const keyCommand: CommandMaker = (environment) => {
  const key = new Command('key').description('API keys, with which a provider calls the gateway.')
  addCreate(key, environment)
  addList(key, environment)
  addRevoke(key, environment)
  return key
}

function addCreate(key: Command, environment: Environment): void {
  key
    .command('create')
    .description('Make a key and print its secret, which is shown this once.')
    .requiredOption('--provider <code>', 'Whose key.')
    .addOption(
      new Option('--dialect <name>', 'lms-plugin: speak as the LMS plugin expects.').choices(['lms-plugin']),
    )
    .option('--json', 'Answer in JSON: { "provider", "apiKey", "apiSecret" }.')
    .addHelpText('after', '\nExample:\n  bill-gateway key create --provider netix')
    .action(async ({ provider: code, dialect, json }: KeyOptions & { dialect?: string }) => {
      const made = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = await providerByCode(db, code)
        return createKey(db, provider.id, { lmsPlugin: dialect === 'lms-plugin' })
      })
      const { apiKey, apiSecret } = made
      answer(json, { provider: code, apiKey, apiSecret }, () =>
        [
          list([
            ['API key', apiKey],
            ['API secret', apiSecret],
          ]),
          '',
          'Keep the secret now: it is not stored and cannot be shown again.',
        ].join('\n'),
      )
    })
}

function addList(key: Command, environment: Environment): void {
  key
    .command('list')
    .description("Show a provider's keys, without their secrets.")
    .requiredOption('--provider <code>', 'Whose keys.')
    .option('--json', 'Answer in JSON: an array of keys.')
    .addHelpText('after', '\nExample:\n  bill-gateway key list --provider netix')
    .action(async ({ provider: code, json }: KeyOptions) => {
      const keys = await withDatabase(environment, { schema: 'ready' }, async ({ db }) =>
        listKeys(db, (await providerByCode(db, code)).id),
      )
      const shown = keys.map(({ id: _, ...rest }) => rest)
      answer(json, shown, () =>
        keys.length === 0
          ? `No keys yet. Make one with "bill-gateway key create --provider ${code}".`
          : table(
              keys.map((row) => ({
                'api key': row.apiKey,
                dialect: row.lmsPlugin ? 'lms-plugin' : '-',
                created: row.createdAt.toISOString(),
                state: row.revokedAt ? `revoked ${row.revokedAt.toISOString()}` : 'works',
              })),
            ),
      )
    })
}

function addRevoke(key: Command, environment: Environment): void {
  key
    .command('revoke')
    .description('Make a key unknown at once; its open event streams close.')
    .argument('<apiKey>', 'The key, as "key list" shows it.')
    .requiredOption('--provider <code>', 'Whose key.')
    .option('--json', 'Answer in JSON: { "revoked": apiKey }.')
    .addHelpText('after', '\nExample:\n  bill-gateway key revoke n3Fq… --provider netix')
    .action(async (apiKey: string, { provider: code, json }: KeyOptions) => {
      await withDatabase(environment, { schema: 'ready' }, async ({ db }) =>
        revokeKey(db, (await providerByCode(db, code)).id, apiKey),
      )
      answer(json, { revoked: apiKey }, () => `Revoked ${apiKey}.`)
    })
}
