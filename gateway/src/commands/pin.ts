import { Command, InvalidArgumentError } from 'commander'
import { createPin } from '../provider/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, list } from './output.ts'

interface PinOptions extends CommonOptions {
  provider: string
  key: string
  validDays?: number
}

const validDaysMax = 30

export const pinCommand: CommandMaker = (environment) => {
  const pin = new Command('pin').description('PINs, with which a biller fetches a new secret by itself.')
  pin
    .command('create')
    .description('Make a PIN that works once, and print it this once. One made before and not used dies.')
    .requiredOption('--provider <code>', 'Whose key.')
    .requiredOption('--key <apiKey>', 'The key that gets a new secret.')
    .option('--valid-days <days>', `How long it works, 1 to ${validDaysMax} days. Default 7.`, days)
    .option('--json', 'Answer in JSON: { "provider", "apiKey", "pin", "expiresAt" }.')
    .addHelpText('after', '\nExample:\n  bill-gateway pin create --provider netix --key n3Fq…')
    .action(async ({ provider: code, key: apiKey, validDays, json }: PinOptions) => {
      const made = await withDatabase(environment, { schema: 'ready' }, async ({ db }) => {
        const provider = await providerByCode(db, code)
        return createPin(db, provider.id, apiKey, validDays === undefined ? {} : { validDays })
      })
      answer(json, { provider: code, apiKey, ...made }, () =>
        [
          list([
            ['Provider code', code],
            ['API key', apiKey],
            ['PIN', made.pin],
            ['Works until', made.expiresAt.toISOString()],
          ]),
          '',
          'Give it to the biller by another way than the key. It works once and is not shown again.',
        ].join('\n'),
      )
    })
  return pin
}

function days(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= validDaysMax) return value
  throw new InvalidArgumentError(`It must be a whole number of days, 1 to ${validDaysMax}.`)
}
