import { Command, CommanderError } from 'commander'
import { backupCommand } from './backup.ts'
import type { CommandMaker, Environment } from './context.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { encryptionCommand } from './encryption.ts'
import { printFailure } from './failure.ts'
import { keyCommand } from './key.ts'
import { mailCommand } from './mail.ts'
import { methodCommand } from './method.ts'
import { migrateCommand } from './migrate.ts'
import { styled } from './output.ts'
import { payoutCommand } from './payout.ts'
import { pinCommand } from './pin.ts'
import { providerCommand } from './provider.ts'
import { refundCommand } from './refund.ts'
import { restoreCommand } from './restore.ts'
import { reviewCommand } from './review.ts'
import { serveCommand } from './serve.ts'
import { settlementCommand } from './settlement.ts'
import { statementCommand } from './statement.ts'
import { version } from './version.ts'
import { webhookCommand } from './webhook.ts'
import { workerCommand } from './worker.ts'

const commands: CommandMaker[] = [
  demoCommand,
  serveCommand,
  workerCommand,
  migrateCommand,
  providerCommand,
  keyCommand,
  pinCommand,
  webhookCommand,
  methodCommand,
  refundCommand,
  reviewCommand,
  statementCommand,
  settlementCommand,
  payoutCommand,
  mailCommand,
  encryptionCommand,
  backupCommand,
  restoreCommand,
  doctorCommand,
]

export function buildProgram(environment: Environment): Command {
  const program = new Command('bill-gateway')
    .description('Turns bills into payment links, and payment links into recorded payments.')
    .version(version, '--version', 'Print the version and end.')
    .helpOption('--help', 'Say what a command does, with its options and an example.')
    .helpCommand('help [command]', 'The same as --help.')
    .addHelpText(
      'after',
      '\nSettings come from the environment: DATABASE_URL, or DATA_DIR for the embedded\n' +
        'database; PORT, HOST, PUBLIC_URL, SHORT_URL and others are listed in\ndocs/operations/settings.md.',
    )
  for (const make of commands) program.addCommand(make(environment))
  prepare(program)
  return program
}

/** The same manners for every command and subcommand. */
function prepare(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError(`Run "${nameOf(command)} --help" to see what it takes.`)
    .configureOutput({ outputError: (text, write) => write(styled('red', text.trimEnd()).concat('\n')) })
  for (const sub of command.commands) {
    sub.helpOption('--help', 'Say what this command does.')
    prepare(sub)
  }
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
    printFailure(error, environment, args.includes('--json'))
  }
}
