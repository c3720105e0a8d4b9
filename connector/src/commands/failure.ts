import { BillGatewayError } from '@bill-gateway/contract'

/** A sentence on standard error. */
export function printFailure(error: unknown, json = false): void {
  const sentence = sentenceOf(error)
  console.error(json ? JSON.stringify({ error: sentence }) : sentence)
}

/** One sentence on what went wrong and what to do next. */
export function sentenceOf(error: unknown): string {
  if (error instanceof BillGatewayError) {
    return `The gateway did not do it (${error.message}). Check billtech.api_url, api_key and api_secret, then try again.`
  }
  if (!(error instanceof Error)) return String(error)
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return knownFailures[code]?.(cause) ?? (error.message || cause.message || code)
}

/** Whether the database is only away: waiting may help. */
export function isOutage(error: unknown): boolean {
  const cause = error instanceof AggregateError ? error.errors[0] : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return outages.has(code) || (cause instanceof Error && /timeout|terminated/i.test(cause.message))
}

const away = (error: Error) =>
  `LMS's database cannot be reached (${error.message}). Check [database] host in lms.ini and that the server runs.`
const refused = (error: Error) =>
  `LMS's database refused the connection (${error.message}). Check user, password and database in lms.ini.`
const rights = (error: Error) =>
  `The database user may not do that (${error.message}). "bill-gateway-lms install --grants" prints what it needs.`
const noTables = () =>
  'The connector’s tables are missing or of another version. Run "bill-gateway-lms install" first.'

const outageCodes = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOENT', 'EPIPE'],
  ...[
    'PROTOCOL_CONNECTION_LOST',
    '57P01',
    '57P02',
    '57P03',
    '53300',
    'ER_CON_COUNT_ERROR',
    'ER_SERVER_SHUTDOWN',
  ],
]
const outages = new Set(outageCodes)

const knownFailures: Record<string, (error: Error) => string> = {
  ...Object.fromEntries(outageCodes.filter((code) => code !== 'ENOENT').map((code) => [code, away])),
  ...Object.fromEntries(
    ['28000', '28P01', '3D000', 'ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_BAD_DB_ERROR'].map(
      (code) => [code, refused],
    ),
  ),
  '42501': rights,
  ER_TABLEACCESS_DENIED_ERROR: rights,
  ER_COLUMNACCESS_DENIED_ERROR: rights,
  '42P01': noTables,
  '42703': noTables,
  ER_NO_SUCH_TABLE: noTables,
  ER_BAD_FIELD_ERROR: noTables,
  EACCES: (error) => `Permission denied (${error.message}). Run it as the user of the connector, or as root.`,
}
