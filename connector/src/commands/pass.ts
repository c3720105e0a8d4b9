import { Command } from 'commander'
import { defaultLogDirectory } from '../doctor/index.ts'
import { linksPass, logsPass, paymentsPass } from '../watch/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { withContext } from './open.ts'
import { say } from './output.ts'

interface LinksOptions extends CommonOptions {
  customer?: number[]
  full?: boolean
}

export const updateLinksCommand: CommandMaker = () =>
  new Command('update-links')
    .description('One pass over the links: make, update and cancel what has changed since the last one.')
    .option('--customer <ids...>', 'Only these customers, by their numbers in LMS.', numbers)
    .option('--full', 'Look at everybody, also where nothing seems to have changed.')
    .addHelpText('after', `${passHelp}\nExample:\n  bill-gateway-lms update-links --customer 592`)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<LinksOptions>()
      const { customer: customers, full = false } = options
      await withContext(options, 'update-links', async (context) => {
        const leased = await linksPass(context, { full, ...(customers ? { customers } : {}) })
        report(options, context.log, 'links', leased)
        if (leased.held && leased.result.failed) process.exitCode = 1
      })
    })

export const updatePaymentsCommand: CommandMaker = () =>
  new Command('update-payments')
    .description('One pass over the payments: book what was paid, settle and end temporary payments.')
    .addHelpText('after', `${passHelp}\nExample:\n  bill-gateway-lms update-payments --json`)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>()
      await withContext(options, 'update-payments', async (context) => {
        const leased = await paymentsPass(context)
        report(options, context.log, 'payments', leased)
        if (leased.held && leased.result.failedGateways.length > 0) process.exitCode = 1
      })
    })

export const clearLogsCommand: CommandMaker = () =>
  new Command('clear-logs')
    .description('Delete log rows and day files older than billtech.log_retention_days.')
    .addHelpText('after', `${passHelp}\nExample:\n  bill-gateway-lms clear-logs`)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>()
      await withContext(options, 'clear-logs', async (context) => {
        report(options, context.log, 'logs', await logsPass(context, options.logDir ?? defaultLogDirectory))
      })
    })

const passHelp =
  '\nFor cron: where another process is at it already, it says so and ends with status 0. "watch" does the same' +
  '\nby itself; both may run at once.\n'

function numbers(value: string, before: number[] = []): number[] {
  const found = value.split(',').map(Number)
  if (found.some((id) => !Number.isSafeInteger(id) || id < 1)) {
    throw new Error(`"${value}" is no customer's number. Write numbers such as 592.`)
  }
  return [...before, ...found]
}

type Leased = { held: true; result: object } | { held: false; holder: string; since: number }

function report(
  options: CommonOptions,
  log: { info(data: object, text: string): void },
  pass: string,
  leased: Leased,
): void {
  if (options.json) {
    say(
      JSON.stringify(
        leased.held ? { done: true, ...leased.result } : { done: false, ...leased, held: undefined },
      ),
    )
    return
  }
  if (leased.held) log.info({ pass, ...leased.result }, 'pass ended')
}
