import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { findings } from '../doctor/index.ts'
import { readLmsIni } from '../lms/index.ts'
import { type Lms, type Log, openLms } from '../platform/index.ts'
import { createContext } from '../sync/links/index.ts'
import { watch } from '../watch/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { isOutage, sentenceOf } from './failure.ts'
import { logOf, requireTables } from './open.ts'

/** Told to stop, the process is gone by then, whatever hangs. */
const stopAtMostMs = 9_000
const connections = 8
const longestPauseMs = 60_000

export const watchCommand: CommandMaker = () =>
  new Command('watch')
    .description('Do everything until told to stop: links, payments, statements, expiry, logs, LMS’s hooks.')
    .addHelpText(
      'after',
      '\nPayments are booked within a second, links follow the ledger every billtech.links_interval minutes (5) and' +
        '\nafter each payment. Outages of the gateway and of the database are sat out. SIGTERM or SIGINT: ends' +
        '\nwithin 10 s with status 0. More than one, and cron beside it, do no harm.' +
        '\n\nExample:\n  bill-gateway-lms watch --log-format json',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>()
      const log = logOf(options, 'watch')
      const stop = listenForStop(log)
      const ini = await readLmsIni(options.lmsIni)
      const lms = await openPatiently(ini.database, log, stop)
      if (!lms) return
      try {
        await requireTables(lms)
        const context = await createContext({ lms, ini, log, signal: stop })
        context.doctor = () => findings(context)
        for (const { name, says, mend } of context.settings().problems)
          log.warn({ setting: name, says, mend }, 'setting')
        log.info({ gateway: context.settings().apiUrl, engine: lms.engine, version: lms.version }, 'watching')
        await watch({ context, signal: stop, logDirectory: options.logDir })
        log.info('stopped')
      } finally {
        await lms.close()
      }
    })

/** Ends in good order on a signal, and in any case in time. */
function listenForStop(log: Log): AbortSignal {
  const stop = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) return
    log.info({ signal }, 'stopping')
    stop.abort(new Error('told to stop'))
    setTimeout(() => process.exit(0), stopAtMostMs).unref()
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('SIGHUP', onSignal)
  return stop.signal
}

/** @returns nothing where the process was told to stop while it waited */
async function openPatiently(
  access: Parameters<typeof openLms>[0],
  log: Log,
  signal: AbortSignal,
): Promise<Lms | undefined> {
  const onError = (error: Error) => log.warn({ err: error }, 'a database connection broke')
  for (let pauseMs = 1_000; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await openLms(access, { connections, onError })
    } catch (error) {
      if (!isOutage(error)) throw error
      log.warn({ says: sentenceOf(error), pauseMs }, 'the database is away: tried again after a pause')
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }
  return undefined
}
