import { Command } from 'commander'
import { migrate } from '../platform/db/migrate.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withDatabase } from './database.ts'
import { answer, startProgress } from './output.ts'

export const migrateCommand: CommandMaker = (environment) =>
  new Command('migrate')
    .description('Bring the database to the schema of this version. Safe while gateways run, and to repeat.')
    .option('--json', 'Answer in JSON: { "applied": [names] }.')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://gateway@db/gateway bill-gateway migrate')
    .action(async ({ json }: CommonOptions) => {
      const applied = await withDatabase(environment, { schema: 'any' }, async (database) => {
        const progress = startProgress('Migrating…')
        return migrate(database).finally(() => progress.end())
      })
      answer(json, { applied }, () =>
        applied.length === 0
          ? 'The database is up to date.'
          : applied.map((name) => `Applied ${name}`).join('\n'),
      )
    })
