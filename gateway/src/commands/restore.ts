import { resolve } from 'node:path'
import { Command } from 'commander'
import { verifyBooks } from '../ledger/index.ts'
import { restoreBackup } from './backup/restore.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withDatabase } from './database.ts'
import { answer, startProgress } from './output.ts'

export const restoreCommand: CommandMaker = (environment) =>
  new Command('restore')
    .description('Fill an empty database from a back-up: all of it or nothing. Stop the gateways before.')
    .argument('<file>', 'What "bill-gateway backup" wrote.')
    .option('--json', 'Answer in JSON: { "file", "at", "rows": { table: count } }.')
    .addHelpText(
      'after',
      '\nReference numbers of the days since the back-up count as given: no number is\n' +
        'given twice. Payments made since the back-up are asked about at the methods as\n' +
        'soon as a worker runs, where their checkout is in it.\n\nExample:\n  DATABASE_URL=postgres://gateway@db/empty bill-gateway restore backup.gz',
    )
    .action(async (file: string, { json }: CommonOptions) => {
      const progress = startProgress('Checking the back-up…')
      const restored = await withDatabase(environment, { schema: 'any' }, async (database) => {
        const done = await restoreBackup(database, resolve(file), (text) => progress.show(text))
        progress.show('Verifying the books…')
        return { ...done, discrepancies: await verifyBooks(database.db) }
      }).finally(() => progress.end())
      const { at, rows, discrepancies } = restored
      const total = Object.values(rows).reduce((sum, count) => sum + count, 0)
      answer(
        json,
        { file: resolve(file), at, rows, discrepancies },
        () => `Restored ${total} rows as of ${at}.`,
      )
      if (discrepancies.length > 0)
        throw new Error(
          `Everything in the file was restored, but its books do not agree in ${discrepancies.length} places: ` +
            'they did not where it was made either. Run "bill-gateway doctor" to see them.',
        )
    })
