import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { bareNrb, isNrb } from '@bill-gateway/contract'
import { type Command, Option } from 'commander'
import {
  type CsvProfile,
  csvProfileOf,
  csvProfiles,
  findStatement,
  importStatement,
  matchStatement,
  type StatementFormat,
  statementFormats,
  viewsOfStatements,
} from '../statement/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'
import { answer, startProgress } from './output.ts'
import { statementLine } from './statement-text.ts'

interface Options extends CommonOptions {
  provider: string
  format?: StatementFormat
  encoding?: string
  profile?: string
  account?: string
}

export function addImport(statement: Command, environment: Environment): void {
  statement
    .command('import')
    .description(
      'Import a file of the bank: MT940, camt.053, CSV or an Elixir report. What is known is not stored again.',
    )
    .argument('<file>', 'The file.')
    .requiredOption('--provider <code>', 'Whose bank account it is of.')
    .addOption(
      new Option('--format <name>', 'Without it the file is looked at.').choices([...statementFormats]),
    )
    .option(
      '--encoding <name>',
      'Such as windows-1250, iso-8859-2 or cp852. Without it the file is looked at.',
    )
    .option(
      '--profile <name|file>',
      `Of a CSV file: ${csvProfiles.map(({ name }) => name).join(', ')}, or a JSON file of your own.`,
    )
    .option('--account <account>', 'The account of a file that names none, 26 digits.')
    .option('--json', 'Answer in JSON: the statement, as the API shows it.')
    .addHelpText('after', '\nExample:\n  bill-gateway statement import wyciag.sta --provider netix')
    .action((file: string, options: Options) => importFile(environment, file, options))
}

async function importFile(environment: Environment, file: string, options: Options): Promise<void> {
  const { provider: code, json, format, encoding, account } = options
  const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`The file ${file} cannot be read (${cause.code}). Check the path.`, { cause })
  })
  if (account !== undefined && !isNrb(bareNrb(account)))
    throw new Error('The --account must be a Polish account number of 26 digits.')
  const profile = await profileOf(options.profile)
  const progress = startProgress(`Reading ${file}…`)
  const view = await withPlatform(environment, async (platform) => {
    const provider = await providerByCode(platform.db, code)
    const imported = await importStatement(platform, provider, createReadStream(file), {
      source: 'command',
      fileName: basename(file),
      ...(format === undefined ? {} : { format }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(profile === undefined ? {} : { profile }),
      ...(account === undefined ? {} : { account: bareNrb(account) }),
      onProgress: ({ bytes, entries }) => progress.show(`${percent(bytes, size)} read, ${entries} entries`),
    })
    if (imported?.state === 'matching')
      await matchStatement(platform, provider, imported.id, 0n, {
        onProgress: (decided) => progress.show(`${decided} of ${imported.entriesNew} entries matched`),
      })
    const now = imported && (await findStatement(platform.db, provider.id, imported.publicId))
    const [shown] = now ? await viewsOfStatements(platform.db, provider, [now]) : []
    return shown
  }).finally(() => progress.end())
  if (!view) throw new Error('The statement is gone.')
  if (view.problem !== null) process.exitCode = 1
  answer(json, view, () => statementLine(view))
}

function percent(bytes: number, size: number): string {
  return `${size === 0 ? 100 : Math.floor((bytes * 100) / size)} %`
}

async function profileOf(nameOrFile: string | undefined): Promise<CsvProfile | undefined> {
  if (nameOrFile === undefined) return undefined
  const known = csvProfiles.find(({ name }) => name === nameOrFile)
  if (known) return known
  const text = await readFile(nameOrFile, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const names = csvProfiles.map(({ name }) => name).join(', ')
    throw new Error(`${nameOrFile} is neither a file that can be read nor one of ${names}.`, { cause })
  })
  return csvProfileOf(JSON.parse(text))
}
