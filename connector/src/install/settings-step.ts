import { gatewayId } from '../gateway/index.ts'
import { type LmsConfig, writeSetting } from '../lms/index.ts'
import { transact } from '../platform/index.ts'
import { keepGateway, readJournal, writeJournal } from '../store/index.ts'
import { billtechRows } from './queries/settings.ts'
import type { Action, Host } from './step.ts'

/** Values that LMS starts with where nobody has set the variable. */
const starting = {
  manage_cutoff: 'true',
  append_customer_info: 'true',
  cashimport_enabled: 'true',
  balance_button_disabled: 'false',
  row_buttons_disabled: 'false',
  branding_enabled: 'false',
  log_retention_days: '90',
}

/** The variables that `install --set` takes. */
export const settable = new Set([
  ...Object.keys(starting),
  ...['api_url', 'api_key', 'api_secret', 'isp_id', 'bankaccount', 'payment_expiration', 'allow_test'],
  ...['links_interval', 'blocking', 'blocking_limit', 'blocking_days', 'blocking_actions'],
  ...['bridge_socket', 'bridge_secret_file'],
])
const secret = new Set(['api_key', 'api_secret'])

/**
 * Writes what was given, and starting values of what is missing. A value that stands somewhere, also in lms.ini,
 * is kept.
 *
 * @throws Error naming a variable that does not exist
 */
export async function settingsStep(host: Host, given: Readonly<Record<string, string>>): Promise<Action[]> {
  const strange = Object.keys(given).find((name) => !settable.has(name))
  if (strange)
    throw new Error(`There is no setting ${strange}. These are: ${[...settable].sort().join(', ')}.`)
  const { config } = host.settings
  const values = { ...missing(config, given), ...given }
  const changed = Object.entries(values).filter(([name, value]) => config.text(`billtech.${name}`) !== value)
  if (changed.length === 0) return []
  const says = changed.map(([name, value]) => {
    const shown = secret.has(name) ? '(not shown)' : value
    return `billtech.${name} set to ${shown}${reasons[`${name}=${value}`] ?? ''}`
  })
  const [first = '', ...others] = says
  return [
    { says: first, run: () => write(host, Object.fromEntries(changed)) },
    ...others.map((each) => ({ says: each, run: async () => undefined })),
  ]
}

const reasons: Record<string, string> = {
  'payment_expiration=never':
    ' because bank statements settle temporary payments here (billtech.cashimport_enabled); a number of days would hold too',
}

function missing(config: LmsConfig, given: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.fromEntries(
    Object.entries(starting).filter(([name]) => config.source(`billtech.${name}`) === undefined),
  )
  if (config.source('billtech.payment_expiration') !== undefined) return values
  const statements = given.cashimport_enabled ?? values.cashimport_enabled
  const settled =
    statements === undefined ? config.flag('billtech.cashimport_enabled') : statements === 'true'
  return { ...values, payment_expiration: settled ? 'never' : '5' }
}

async function write(host: Host, values: Record<string, string>): Promise<void> {
  const { lms, settings } = host
  // Its links and payments are still looked after when the address changes.
  if (settings.apiUrl) await keepGateway(lms, { ...accessOf(settings) })
  await transact(lms, async (tx) => {
    const journal = await readJournal(tx)
    if (!journal.has('settings')) await writeJournal(lms, tx, 'settings', await billtechRows(tx))
    for (const [name, value] of Object.entries(values)) {
      await writeSetting(lms, tx, { section: 'billtech', variable: name }, value)
    }
  })
}

function accessOf({ apiUrl, apiKey, apiSecret, ispId }: Host['settings']) {
  return { id: gatewayId(apiUrl), apiUrl, apiKey, apiSecret, ispId }
}
