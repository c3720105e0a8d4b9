import { connectGateway, type Gateway, GatewaySettingError } from '../../gateway/index.ts'
import { type LmsIni, readSettings, type Settings } from '../../lms/index.ts'
import type { Lms, Log } from '../../platform/index.ts'

/** What every act of the connector is given: the database, the gateway and the settings of the moment. */
export interface Context {
  lms: Lms
  ini: LmsIni
  /** As they were last read; whoever runs the process has them read again. */
  settings(): Settings
  /**
   * The gateway of the settings.
   *
   * @throws GatewaySettingError naming the setting that is missing or wrong
   */
  gateway(): Gateway
  log: Log
  /** IANA name of the LMS server's time zone, in which LMS prints its dates. */
  zone: string
  /** Aborted when the process is to end. */
  signal?: AbortSignal | undefined
  /** Fetches and books payments; a pass over all customers does it before it reads the ledger. */
  bookPayments?: (() => Promise<void>) | undefined
  /** What `doctor` finds, for the pages. */
  doctor?: (() => Promise<{ level: string; code: string; says: string; mend: string }[]>) | undefined
}

export interface ContextOptions extends Omit<Context, 'settings' | 'gateway' | 'zone'> {
  /** Default: the zone of this process. */
  zone?: string
  /** Milliseconds for each try of a request to the gateway. Default 30,000. */
  timeoutMs?: number
  /** How often a failed request is tried again. Default 3. */
  retries?: number
}

/** Reads the settings; `refresh` reads them again. The gateway's client is made anew where they changed. */
export async function createContext(
  options: ContextOptions,
): Promise<Context & { refresh(): Promise<void> }> {
  const { zone, timeoutMs, retries, ...given } = options
  let settings = await readSettings(given.lms, given.ini)
  let connected: { by: string; gateway: Gateway } | undefined
  return {
    ...given,
    zone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    settings: () => settings,
    gateway() {
      const { apiUrl, apiKey, apiSecret, problems } = settings
      const fatal = problems.find((problem) => problem.fatal)
      if (fatal) throw new GatewaySettingError(fatal.name, `${fatal.says}. ${fatal.mend}`)
      const by = JSON.stringify([apiUrl, apiKey, apiSecret])
      if (connected?.by !== by) {
        const tuning = { ...(timeoutMs ? { timeoutMs } : {}), ...(retries === undefined ? {} : { retries }) }
        connected = { by, gateway: connectGateway({ apiUrl, apiKey, apiSecret }, tuning) }
      }
      return connected.gateway
    },
    async refresh() {
      settings = await readSettings(given.lms, given.ini)
    },
  }
}
