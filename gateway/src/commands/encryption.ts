import { Command } from 'commander'
import { resealAccounts } from '../payment/index.ts'
import { newSealingKey } from '../platform/sealing.ts'
import { resealWebhooks } from '../webhook/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { answer, say } from './output.ts'

export const encryptionCommand: CommandMaker = (environment) => {
  const encryption = new Command('encryption').description(
    'The keys that seal secrets in the database: credentials at payment providers, secrets of webhooks.',
  )
  addNewKey(encryption)
  addRotate(encryption, environment)
  return encryption
}

function addNewKey(encryption: Command): void {
  encryption
    .command('new-key')
    .description('Print a new key: a line for the key file. Nothing is changed or stored.')
    .option('--json', 'Answer in JSON: { "key" }.')
    .addHelpText(
      'after',
      '\nPut it first in the file of ENCRYPTION_KEY_FILE and keep the old lines below it,\n' +
        'restart, then run "encryption rotate".\n\nExample:\n  (umask 077 && bill-gateway encryption new-key >encryption.key)',
    )
    .action(({ json }: CommonOptions) => {
      const key = newSealingKey()
      if (json) answer(json, { key }, () => key)
      else say(key)
    })
}

function addRotate(encryption: Command, environment: Environment): void {
  encryption
    .command('rotate')
    .description(
      'Seal every secret in the database with the first key. It can be run again, and beside a gateway.',
    )
    .option('--json', 'Answer in JSON: { "resealed", "lost": [names] }.')
    .addHelpText(
      'after',
      '\nStatus 0: every secret opens, and the older keys can be taken out of the file;\n' +
        '1: some are lost.\n\nExample:\n  ENCRYPTION_KEY_FILE=/etc/bill-gateway/encryption.key \\\n    bill-gateway encryption rotate',
    )
    .action(async ({ json }: CommonOptions) => {
      const parts = await withPlatform(environment, async ({ db, keyring }) => {
        if (!keyring.canSeal)
          throw new Error(
            'There is no key to seal with. Set ENCRYPTION_KEY_FILE; "bill-gateway encryption new-key" makes one.',
          )
        return [await resealAccounts(db, keyring), await resealWebhooks(db, keyring)]
      })
      const resealed = parts.reduce((sum, part) => sum + part.resealed, 0)
      const lost = parts.flatMap((part) => part.lost)
      answer(json, { resealed, lost }, () => summary(resealed, lost))
      if (lost.length > 0) process.exitCode = 1
    })
}

function summary(resealed: number, lost: readonly string[]): string {
  const done = `${resealed} secrets sealed with the first key.`
  if (lost.length === 0)
    return `${done}\nEvery secret opens with it: older keys can be taken out of the file.`
  return [
    done,
    `${lost.length} open with no key of the file; put their key back, or give them anew:`,
    ...lost.map((name) => `  ${name}`),
  ].join('\n')
}
