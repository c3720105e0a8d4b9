import { Command, CommanderError, Option } from 'commander'
import type { CommandMaker, Environment } from './context.ts'
import { doctorCommand } from './doctor.ts'
import { printFailure } from './failure.ts'
import { installCommand } from './install.ts'
import { styled } from './output.ts'
import { clearLogsCommand, updateLinksCommand, updatePaymentsCommand } from './pass.ts'
import { uninstallCommand } from './uninstall.ts'
import { version } from './version.ts'
import { watchCommand } from './watch.ts'

const commands: CommandMaker[] = [
  watchCommand,
  updateLinksCommand,
  updatePaymentsCommand,
  clearLogsCommand,
  installCommand,
  uninstallCommand,
  doctorCommand,
]

export function buildProgram(environment: Environment): Command {
  const program = new Command('bill-gateway-lms')
    .description('Ties LMS to Bill Gateway: links out, payments in, blocks lifted.')
    .version(version, '--version', 'Print the version and end.')
    .helpOption('--help', 'Say what a command does, with its options and an example.')
    .helpCommand('help [command]', 'The same as --help.')
    .addHelpText(
      'after',
      '\nThe database comes from [database] in lms.ini; all else from LMS’s settings, section billtech' +
        '\n(Konfiguracja, BillTech). Begin with "bill-gateway-lms install --dry-run".',
    )
  for (const make of commands) program.addCommand(make(environment))
  prepare(program, true)
  return program
}

/** The same manners and options for every command. */
function prepare(command: Command, top = false): void {
  command
    .exitOverride()
    .showHelpAfterError(`Run "${nameOf(command)} --help" to see what it takes.`)
    .configureOutput({ outputError: (text, write) => write(styled('red', text.trimEnd()).concat('\n')) })
  if (!top) addCommonOptions(command)
  for (const sub of command.commands) {
    sub.helpOption('--help', 'Say what this command does.')
    prepare(sub)
  }
}

function addCommonOptions(command: Command): void {
  command
    .option('--lms-ini <path>', 'LMS’s configuration file.', '/etc/lms/lms.ini')
    .option('--json', 'Answer in JSON; the log goes to standard error.')
    .option('--log-dir <folder>', 'Write the log into day files there, such as /var/log/billtech.')
    .addOption(
      new Option('--log-format <format>', 'How a log line looks.').choices(['text', 'json']).default('text'),
    )
    .addOption(
      new Option('--log-level <level>', 'The least that is logged.')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    )
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name()
}

/** Runs one command and leaves its exit status in process.exitCode: 0 only where all of it was done. */
export async function runCommandLine(args: string[], environment: Environment): Promise<void> {
  // A reader such as head may go away before all is written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  })
  try {
    await buildProgram(environment).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode
      return
    }
    process.exitCode = 1
    printFailure(error, args.includes('--json'))
  }
}
