import { resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/**
 * Every setting of the gateway, read once from the environment. No other file reads `process.env`.
 * docs/operations/settings.md lists them for operators; a test holds both to each other.
 */
const Environment = Type.Object({
  PORT: Type.String({
    pattern: '^\\d{1,5}$',
    default: '8080',
    description: 'TCP port to listen on; 0 picks a free one.',
  }),
  HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'Address to listen on; 0.0.0.0 for all.',
  }),
  DATA_DIR: Type.String({
    minLength: 1,
    default: './data',
    description: 'Folder of the embedded database and demo.json.',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+/?$',
      description: 'The gateway’s own address, the root of a host. Default http://localhost:{PORT}.',
    }),
  ),
  SHORT_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+(/s)?/?$',
      description:
        'Address of short links: {PUBLIC_URL}/s, which is the default, or the root of a host of its own.',
    }),
  ),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL 15 or newer. Without it the demo runs its own.',
    }),
  ),
  DATABASE_POOL: Type.String({
    pattern: '^([3-9]|[1-9]\\d{1,2})$',
    default: '10',
    description: 'Connections of one process, 3 to 999.',
  }),
  TRUSTED_PROXIES: Type.String({
    default: '',
    description:
      'Comma-separated addresses or CIDR ranges of reverse proxies whose X-Forwarded-* headers are believed.',
  }),
  PLUGIN_SHORT_LINKS: Type.Enum(['on', 'off'], {
    default: 'off',
    description: 'Give the LMS plugin short links although SHORT_URL is not on zapl.ac.',
  }),
  RATE_LIMIT_KEY: Type.String({
    pattern: '^[1-9]\\d{0,5}$',
    default: '500',
    description: 'Requests a second of one live key, per process.',
  }),
  RATE_LIMIT_PAGE: Type.String({
    pattern: '^[1-9]\\d{0,5}$',
    default: '300',
    description: 'Pages a minute of one address, per process.',
  }),
  RATE_LIMIT_MISS: Type.String({
    pattern: '^[1-9]\\d{0,5}$',
    default: '30',
    description: 'Unknown tokens, short codes and PIN tries a minute of one address, per process.',
  }),
  METRICS_ALLOW: Type.String({
    default: '127.0.0.0/8,::1',
    description: 'Comma-separated addresses or CIDR ranges that may read /metrics; others get 404.',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least level that is logged.',
  }),
})
type Environment = Static<typeof Environment>

export const environmentSchema = Environment

/** What this process was started with. */
export const environment: Record<string, string | undefined> = process.env

export interface Settings {
  port: number
  host: string
  dataDir: string
  /** Without a slash at the end, as shortUrl. */
  publicUrl: string
  shortUrl: string
  databaseUrl: string | undefined
  databasePool: number
  trustedProxies: string[]
  pluginShortLinks: boolean
  /** Per second. */
  rateLimitKey: number
  /** Per minute. */
  rateLimitPage: number
  /** Per minute. */
  rateLimitMiss: number
  metricsAllow: string[]
  logLevel: string
}

/** @throws Error that names every faulty setting and what it may be */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(
    Object.keys(Environment.properties).flatMap((name) =>
      environment[name] ? [[name, environment[name]]] : [],
    ),
  )
  const values = Value.Default(Environment, given)
  const faults = [...new Set(Value.Errors(Environment, values).map((error) => error.instancePath.slice(1)))]
  if (faults.length > 0) {
    const sentences = faults.map((name) => {
      const property = Environment.properties[name as keyof Environment]
      return `${name}: ${property && 'description' in property ? property.description : 'not understood'}`
    })
    throw new Error(`These settings cannot be used:\n  ${sentences.join('\n  ')}`)
  }
  return derive(values as Environment)
}

function derive(environment: Environment): Settings {
  const port = Number(environment.PORT)
  const publicUrl = trimSlash(environment.PUBLIC_URL ?? `http://localhost:${port}`)
  const shortUrl = trimSlash(environment.SHORT_URL ?? `${publicUrl}/s`)
  const ownHost = new URL(shortUrl).host !== new URL(publicUrl).host
  if (ownHost === shortUrl.endsWith('/s')) {
    throw new Error(
      `SHORT_URL ${shortUrl} cannot be used: it is {PUBLIC_URL}/s or the root of a host of its own.`,
    )
  }
  return {
    port,
    host: environment.HOST,
    dataDir: resolve(environment.DATA_DIR),
    publicUrl,
    shortUrl,
    databaseUrl: environment.DATABASE_URL,
    databasePool: Number(environment.DATABASE_POOL),
    trustedProxies: listOf(environment.TRUSTED_PROXIES),
    pluginShortLinks: environment.PLUGIN_SHORT_LINKS === 'on' || new URL(shortUrl).hostname === 'zapl.ac',
    rateLimitKey: Number(environment.RATE_LIMIT_KEY),
    rateLimitPage: Number(environment.RATE_LIMIT_PAGE),
    rateLimitMiss: Number(environment.RATE_LIMIT_MISS),
    metricsAllow: listOf(environment.METRICS_ALLOW),
    logLevel: environment.LOG_LEVEL,
  }
}

function listOf(text: string): string[] {
  return text.split(',').flatMap((part) => part.trim() || [])
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
