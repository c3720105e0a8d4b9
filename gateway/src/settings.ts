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
  ENCRYPTION_KEY_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'File of the keys that seal secrets in the database, one a line, the first seals. Default with the embedded database: encryption.key in DATA_DIR, made at the first start.',
    }),
  ),
  ENCRYPTION_KEY: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The same keys, separated by commas, where there is no ENCRYPTION_KEY_FILE.',
    }),
  ),
  METHOD_P24_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://secure.przelewy24.pl',
    description: 'Address of Przelewy24 for live providers.',
  }),
  METHOD_P24_TEST_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://sandbox.przelewy24.pl',
    description: 'Address of Przelewy24 for test providers: its own sandbox.',
  }),
  METHOD_PAYU_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://secure.payu.com',
    description: 'Address of PayU for live providers.',
  }),
  METHOD_PAYU_TEST_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://secure.snd.payu.com',
    description: 'Address of PayU for test providers: its own sandbox.',
  }),
  METHOD_TPAY_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://api.tpay.com',
    description: 'Address of Tpay for live providers.',
  }),
  METHOD_TPAY_TEST_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://openapi.sandbox.tpay.com',
    description: 'Address of Tpay for test providers: its own sandbox.',
  }),
  METHOD_STRIPE_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://api.stripe.com',
    description: 'Address of Stripe; its keys say whether money is real.',
  }),
  METHOD_TPAY_CERTIFICATE_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://secure.tpay.com',
    description: 'Where Tpay keeps the certificates of its notifications, for live providers.',
  }),
  METHOD_TPAY_TEST_CERTIFICATE_URL: Type.String({
    pattern: '^https?://[^/?#]+$',
    default: 'https://secure.sandbox.tpay.com',
    description: 'The same for test providers.',
  }),
  WEBHOOK_ALLOW_NETS: Type.String({
    default: '',
    description:
      'Comma-separated addresses or CIDR ranges, not public, that webhooks may be sent to all the same.',
  }),
  STATEMENT_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder with a folder for each provider code, watched for bank statements. Without it none is watched.',
    }),
  ),
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://',
      description: 'Mail server: smtp://user:password@host:587. Without it no mail is sent.',
    }),
  ),
  MAIL_FROM: Type.Optional(
    Type.String({
      minLength: 3,
      description: 'Sender of mails, such as Bill Gateway <pay@example.com>. Needed with SMTP_URL.',
    }),
  ),
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
  encryptionKeyFile: string | undefined
  encryptionKey: string | undefined
  /** Addresses of payment providers, without a slash at the end, for live and for test providers. */
  methodUrls: Record<MethodAddress, { live: string; test: string }>
  webhookAllowNets: string[]
  /** Absolute. */
  statementDir: string | undefined
  smtpUrl: string | undefined
  mailFrom: string | undefined
}

export type MethodAddress = 'p24' | 'payu' | 'tpay' | 'tpayCertificates' | 'stripe'

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
    encryptionKeyFile: environment.ENCRYPTION_KEY_FILE,
    encryptionKey: environment.ENCRYPTION_KEY,
    methodUrls: {
      p24: { live: environment.METHOD_P24_URL, test: environment.METHOD_P24_TEST_URL },
      payu: { live: environment.METHOD_PAYU_URL, test: environment.METHOD_PAYU_TEST_URL },
      tpay: { live: environment.METHOD_TPAY_URL, test: environment.METHOD_TPAY_TEST_URL },
      tpayCertificates: {
        live: environment.METHOD_TPAY_CERTIFICATE_URL,
        test: environment.METHOD_TPAY_TEST_CERTIFICATE_URL,
      },
      stripe: { live: environment.METHOD_STRIPE_URL, test: environment.METHOD_STRIPE_URL },
    },
    webhookAllowNets: listOf(environment.WEBHOOK_ALLOW_NETS),
    statementDir: environment.STATEMENT_DIR && resolve(environment.STATEMENT_DIR),
    smtpUrl: environment.SMTP_URL,
    mailFrom: environment.MAIL_FROM,
  }
}

function listOf(text: string): string[] {
  return text.split(',').flatMap((part) => part.trim() || [])
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
