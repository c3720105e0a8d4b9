import { type LmsIni, readLmsIni } from '../lms/index.ts'
import { createLog, type Lms, type Log, openLms } from '../platform/index.ts'
import { tablesExist } from '../store/index.ts'
import { type Context, createContext } from '../sync/links/index.ts'
import { remember } from '../watch/index.ts'
import type { CommonOptions } from './context.ts'

/** A command works on few things at once. */
const connections = 4

export interface Opened {
  lms: Lms
  ini: LmsIni
  log: Log
}

export function logOf({ json, logDir, logFormat, logLevel }: CommonOptions, name: string): Log {
  return createLog({
    level: logLevel,
    format: logFormat,
    name,
    directory: logDir,
    toStandardError: json === true,
  })
}

/** Does a command's work on the LMS that lms.ini names. */
export async function withLms<T>(
  options: CommonOptions,
  name: string,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const log = logOf(options, name)
  const ini = await readLmsIni(options.lmsIni)
  const lms = await openLms(ini.database, {
    connections,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  })
  try {
    return await work({ lms, ini, log })
  } finally {
    await lms.close()
  }
}

/** As withLms, for what needs the connector's tables. A signal to stop ends the work at its next step. */
export function withContext<T>(
  options: CommonOptions,
  name: string,
  work: (context: Context & { refresh(): Promise<void> }) => Promise<T>,
): Promise<T> {
  return withLms(options, name, async (opened) => {
    await requireTables(opened.lms)
    const stop = new AbortController()
    const onSignal = () => stop.abort(new Error('told to stop'))
    process.once('SIGTERM', onSignal).once('SIGINT', onSignal)
    try {
      const context = await createContext({ ...opened, signal: stop.signal })
      await remember(context).catch((error: unknown) =>
        context.log.warn({ err: error }, 'the gateway of the settings could not be remembered'),
      )
      return await work(context)
    } finally {
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
    }
  })
}

/** @throws Error saying that install comes first */
export async function requireTables(lms: Lms): Promise<void> {
  if (await tablesExist(lms)) return
  throw new Error(
    'The connector’s tables are missing or of an older version. Run "bill-gateway-lms install" first.',
  )
}
