import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { writeBackup } from './backup/write.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withDatabase } from './database.ts'
import { answer, startProgress } from './output.ts'

interface BackupOptions extends CommonOptions {
  force?: boolean
}

export const backupCommand: CommandMaker = (environment) =>
  new Command('backup')
    .description('Write everything, as one moment saw it, to a compressed file. Gateways may run meanwhile.')
    .argument('<file>', 'Where to; it must not exist yet. Readable for its owner only.')
    .option('--force', 'Replace the file if it exists.')
    .option('--json', 'Answer in JSON: { "file", "at", "rows": { table: count } }.')
    .addHelpText('after', '\nExample:\n  bill-gateway backup "backup-$(date +%F).gz"')
    .action(async (file: string, { force, json }: BackupOptions) => {
      const target = resolve(file)
      if (!force && (await exists(target)))
        throw new Error(`${file} exists. Choose another name, or replace it by --force.`)
      const progress = startProgress('Backing up…')
      const written = await withDatabase(environment, { schema: 'any' }, ({ url }) =>
        writeBackup(url, target, (table, rows, about) =>
          progress.show(`Backing up ${table}: ${share(rows, about)}`),
        ),
      ).finally(() => progress.end())
      const total = Object.values(written.rows).reduce((sum, count) => sum + count, 0)
      answer(json, { file: target, ...written }, () => `Wrote ${total} rows as of ${written.at} to ${file}.`)
    })

function share(rows: number, about: number): string {
  return about > rows ? `${rows} of about ${about} rows` : `${rows} rows`
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
