import { ApiError } from '../platform/http/errors.ts'
import type { Environment } from './context.ts'

/** A sentence on standard error; where it happened only for whoever debugs. */
export function printFailure(error: unknown, { LOG_LEVEL }: Environment, json = false): void {
  const sentence = sentenceOf(error)
  console.error(json ? JSON.stringify({ error: sentence }) : sentence)
  if (LOG_LEVEL === 'debug' || LOG_LEVEL === 'trace') console.error(error)
}

/** One sentence on what went wrong and what to do next. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return ofApiError(error)
  if (!(error instanceof Error)) return String(error)
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const known = knownFailures[code]
  if (known) return known(cause)
  return error.message || cause.message || code
}

function ofApiError(error: ApiError): string {
  const details = error.errors?.map(({ detail }) => detail) ?? []
  return (details.length > 0 ? details : [error.detail ?? error.message]).map(sentence).join('\n')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const away = (error: Error) =>
  `The database cannot be reached (${error.message}). Check DATABASE_URL and that PostgreSQL runs.`
const refused = (error: Error) =>
  `The database refused the connection (${error.message}). Check user, password and database in DATABASE_URL.`
const unmigrated = () =>
  'The database does not have the tables of this version. Run "bill-gateway migrate" first.'

const knownFailures: Record<string, (error: Error) => string> = {
  ECONNREFUSED: away,
  ECONNRESET: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  ETIMEDOUT: away,
  EHOSTUNREACH: away,
  '28000': refused,
  '28P01': refused,
  '3D000': refused,
  '53300': (error) =>
    `The database has no connection left (${error.message}). Lower DATABASE_POOL or raise its max_connections.`,
  '57P01': () => 'The database was stopped meanwhile. Run the command again when it runs.',
  '57P03': () => 'The database is just starting or stopping. Try again in a moment.',
  '42P01': unmigrated,
  '42703': unmigrated,
  EADDRNOTAVAIL: () => 'HOST is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all addresses.',
  EACCES: (error) => `Permission denied (${error.message}).`,
}
