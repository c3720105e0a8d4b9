import { Command, Option } from 'commander'
import { grants, type InstallReport, install, pluginSource, settable } from '../install/index.ts'
import { readSettings } from '../lms/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withLms } from './open.ts'
import { answer, section, startProgress } from './output.ts'

interface InstallCommandOptions extends CommonOptions {
  dryRun?: boolean
  grants?: boolean
  dbUser: string
  set?: Record<string, string>
  composer: 'auto' | 'entries' | 'skip'
  webGroup: string
}

export const installCommand: CommandMaker = (environment) =>
  new Command('install')
    .description(
      'Put the connector into LMS, or take over from the old BillTech plugin. Twice is the same as once.',
    )
    .option('--dry-run', 'Say what it would do, and do nothing.')
    .option('--grants', 'Print the least rights that the connector’s database user needs, and do nothing.')
    .option('--db-user <name>', 'For --grants: that user.', 'bill_gateway_lms')
    .option(
      '--set <name=value...>',
      `A setting of section billtech: ${[...settable].sort().join(', ')}.`,
      pair,
    )
    .addOption(
      new Option('--composer <how>', 'How LMS’s class map learns of the plugin.')
        .choices(['auto', 'entries', 'skip'])
        .default('auto'),
    )
    .option('--web-group <name>', 'The web server’s group: it may ask the connector.', 'www-data')
    .addHelpText(
      'after',
      '\nMakes its tables or takes over those of the old plugin, keeping every row; writes settings that are missing;' +
        '\ncopies the plugin BillGateway, enables it and disables BillTech with its crons. Every step is reported.' +
        '\n\nExample:\n  bill-gateway-lms install --dry-run' +
        '\n  bill-gateway-lms install --set api_url=https://gateway.example --set isp_id=netix',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<InstallCommandOptions>()
      if (options.grants) return printGrants(options)
      const progress = startProgress('Installing…')
      const report = await withLms(options, 'install', async ({ lms, ini, log }) =>
        install(
          { lms, ini, log, settings: await readSettings(lms, ini) },
          {
            dryRun: options.dryRun === true,
            set: options.set ?? {},
            composer: options.composer,
            webGroup: options.webGroup,
            pluginSource: pluginSource(),
            path: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
            root: '/',
          },
        ),
      ).finally(() => progress.end())
      answer(options.json, report, () => described(report))
    })

async function printGrants(options: InstallCommandOptions): Promise<void> {
  await withLms(options, 'install', async ({ lms }) => {
    const statements = grants(lms.access, options.dbUser, lms.has)
    answer(options.json, { engine: lms.engine, statements }, () => statements.join('\n'))
  })
}

function pair(value: string, before: Record<string, string> = {}): Record<string, string> {
  const at = value.indexOf('=')
  if (at < 1) throw new Error(`"${value}" is no setting. Write name=value, such as isp_id=netix.`)
  return { ...before, [value.slice(0, at).replace(/^billtech\./, '')]: value.slice(at + 1) }
}

function described({ dryRun, changed, tables, steps, next }: InstallReport): string {
  if (!changed) return ['Everything is in place: nothing was changed.', ...section('Next', next)].join('\n')
  const rows = [
    ...(tables.links > 0 ? [`${tables.links} links of the old plugin`] : []),
    ...(tables.payments > 0 ? [`${tables.payments} payments of the old plugin`] : []),
  ]
  return [
    dryRun ? 'This is what an installation would do; nothing was changed.' : 'Installed.',
    ...section('Tables', tables.changes),
    ...section('Taken over, every row kept', rows),
    ...section(
      'Found among them',
      tables.findings.map(
        ({ table, count, ids, says }) => `${table}: ${count} rows ${says} (${ids.join(', ')})`,
      ),
    ),
    ...steps.flatMap(({ step, done }) => section(step, done)),
    ...section('Left to you', [...steps.flatMap(({ left }) => left)]),
    ...section('Next', next),
  ].join('\n')
}
