import { Command, Option } from 'commander'
import { OpenTemporaryPayments, type UninstallReport, uninstall } from '../install/index.ts'
import { readSettings } from '../lms/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withLms } from './open.ts'
import { answer, section, startProgress } from './output.ts'

interface UninstallCommandOptions extends CommonOptions {
  temporary?: 'keep' | 'remove'
  export: string
  composer: 'auto' | 'entries' | 'skip'
}

export const uninstallCommand: CommandMaker = (environment) =>
  new Command('uninstall')
    .description(
      'Take the connector out of LMS: tables, settings and plugins are as before the installation.',
    )
    .addOption(
      new Option('--temporary <what>', 'What becomes of the ledger rows of open temporary payments.').choices(
        ['keep', 'remove'],
      ),
    )
    .option(
      '--export <folder>',
      'Where the tables are written before they go.',
      `./bill-gateway-lms-${today()}`,
    )
    .addOption(
      new Option('--composer <how>', 'How LMS’s class map forgets the plugin.')
        .choices(['auto', 'entries', 'skip'])
        .default('auto'),
    )
    .addHelpText(
      'after',
      '\nStops before anything is changed while temporary payments are open, and lists them, unless --temporary says' +
        '\nwhat becomes of them. The ledger (cash) keeps its rows. Tables taken over from the old plugin keep their' +
        '\nold columns and rows. For a pause only, switch the plugin off in LMS: Konfiguracja, Wtyczki.' +
        '\n\nExample:\n  bill-gateway-lms uninstall --temporary keep --export /var/backups/billtech',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<UninstallCommandOptions>()
      const progress = startProgress('Uninstalling…')
      try {
        const report = await withLms(options, 'uninstall', async ({ lms, ini, log }) =>
          uninstall(
            { lms, ini, log, settings: await readSettings(lms, ini) },
            {
              temporary: options.temporary,
              exportTo: options.export,
              composer: options.composer,
              path: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
              root: '/',
            },
          ),
        ).finally(() => progress.end())
        answer(options.json, report, () => described(report))
      } catch (error) {
        if (!(error instanceof OpenTemporaryPayments)) throw error
        answer(options.json, { error: error.message, open: error.payments }, () => listed(error))
        process.exitCode = 1
      }
    })

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function listed({ message, payments }: OpenTemporaryPayments): string {
  return [
    message,
    ...payments.map(
      ({ id, customerid, amount, reference_number }) =>
        `  payment ${id}: customer ${customerid ?? '-'}, ${amount}, ref ${reference_number ?? '-'}`,
    ),
  ].join('\n')
}

function described(report: UninstallReport): string {
  const { exported, exportTo, temporary, activeLinks, done, left, tables } = report
  const rows = Object.entries(exported).map(([table, count]) => `${table}: ${count} rows`)
  return [
    'Uninstalled.',
    ...section(`Exported to ${exportTo}`, rows),
    ...section('Done', [
      ...done,
      ...tables.dropped.map((table) => `${table} dropped`),
      ...tables.restored.map((table) => `${table} as the old plugin had it`),
    ]),
    ...section('Temporary payments', [
      ...(temporary.kept > 0 ? [`${temporary.kept} ledger rows stay: settle them by hand`] : []),
      ...(temporary.removed > 0 ? [`${temporary.removed} ledger rows were removed`] : []),
    ]),
    ...section('Left', [
      ...left,
      ...(activeLinks > 0
        ? [`${activeLinks} links can still be paid at the gateway; nobody books them here any more`]
        : []),
      'systemctl disable --now bill-gateway-lms; rm /etc/systemd/system/bill-gateway-lms.service /etc/cron.d/bill-gateway-lms',
    ]),
  ].join('\n')
}
