import { isNrb } from '@bill-gateway/contract'
import type { Db, Lms, Tx } from '../platform/index.ts'
import { type LmsConfig, readConfig } from './config.ts'
import type { LmsIni } from './ini.ts'

/** A setting that is wrong or missing, and how to mend it. */
export interface SettingProblem {
  /** As LMS writes it: `billtech.api_url`. */
  name: string
  says: string
  mend: string
  /** Whether nothing can be sent or fetched until it is mended. */
  fatal: boolean
}

/** Section `billtech` of LMS's settings, and of others what this program needs to know. */
export interface Settings {
  /** `billtech.api_url`, without a slash at its end; empty where it is missing or refused. */
  apiUrl: string
  /** `billtech.api_key`: user name of the gateway's HTTP Basic. */
  apiKey: string
  /** `billtech.api_secret`: its password. */
  apiSecret: string
  /** `billtech.isp_id`: the provider's name at the gateway. */
  ispId: string
  /** `billtech.payment_expiration`: days after which a temporary payment ends; 5 where it is missing. */
  paymentExpiration: number | 'never'
  /** `billtech.bankaccount`: the account of all links, 26 digits; else each customer's own. */
  bankAccount?: string
  /** `billtech.manage_cutoff`: whether a payment lifts the block. */
  manageCutoff: boolean
  /** `billtech.append_customer_info`: whether the gateway is told the customer's name and e-mail. */
  appendCustomerInfo: boolean
  /** `billtech.cashimport_enabled`: whether bank statements settle temporary payments. */
  cashimportEnabled: boolean
  /** `billtech.balance_button_disabled`: hides the button at the balance. */
  balanceButtonDisabled: boolean
  /** `billtech.row_buttons_disabled`: hides the buttons at documents. */
  rowButtonsDisabled: boolean
  /** `billtech.branding_enabled`. */
  brandingEnabled: boolean
  /** `billtech.log_retention_days`: days that log rows stay, 1 to 3650; 90 where it is missing. */
  logRetentionDays: number
  /** `billtech.allow_test`: whether payments of the gateway's test mode are booked. */
  allowTest: boolean
  /** `billtech.links_interval`: minutes between two passes over the ledger, 1 to 1440; 5 where it is missing. */
  linksEveryMinutes: number
  /** `billtech.blocking`: which job blocks debtors here; `auto` where it is missing. */
  blocking: Blocking
  /** `billtech.blocking_limit`: overrides the limit that is found in that job's settings. */
  blockingLimit?: string
  /** `billtech.blocking_days`: overrides its days of grace. */
  blockingDays?: number
  /** `billtech.blocking_actions`: what its channel `unblock` undoes, by commas. */
  blockingActions?: string
  /** `billtech.bridge_socket`: path of the Unix socket on which LMS's pages ask. */
  bridgeSocket: string
  /** `billtech.bridge_secret_file`: path of the file whose text both sides prove to know. */
  bridgeSecretFile: string
  /** Whether `phpui.plugins` holds BillGateway. */
  pluginEnabled: boolean
  /** Whether `phpui.plugins` holds the old BillTech. */
  oldPluginEnabled: boolean
  problems: SettingProblem[]
  /** All of LMS's settings. */
  config: LmsConfig
}

export const blockings = ['auto', 'cutoff', 'lmsd', 'notify', 'none'] as const
export type Blocking = (typeof blockings)[number]

/** Name of the plugin's directory and class in LMS. */
export const pluginName = 'BillGateway'
/** Name of the plugin that this one replaces. */
export const oldPluginName = 'BillTech'
const defaults = {
  paymentExpiration: 5,
  logRetentionDays: 90,
  linksEveryMinutes: 5,
  bridgeSocket: '/run/bill-gateway-lms/bridge.sock',
  bridgeSecretFile: '/etc/bill-gateway-lms/bridge.secret',
}
const booleans = [
  'manage_cutoff',
  'append_customer_info',
  'cashimport_enabled',
  'balance_button_disabled',
  'row_buttons_disabled',
  'branding_enabled',
  'allow_test',
]

/** Reads the settings with LMS's own precedence. What is wrong is among `problems`, never thrown. */
export async function readSettings(lms: Lms, ini: LmsIni, db: Db | Tx = lms.db): Promise<Settings> {
  return settingsOf(await readConfig(lms, ini, db))
}

export function settingsOf(config: LmsConfig): Settings {
  const problems: SettingProblem[] = []
  const say = (name: string, says: string, mend: string, fatal = false) =>
    problems.push({ name: `billtech.${name}`, says, mend, fatal })
  const read = (name: string) => config.text(`billtech.${name}`)?.trim() || undefined
  const plugins = pluginsOf(config.text('phpui.plugins', '')).map(({ name }) => name)
  checkBooleans(config, say)
  checkDuplicates(config, problems)
  const optional = {
    bankAccount: bankAccountOf(read('bankaccount'), say),
    blockingLimit: limitOf(read('blocking_limit'), say),
    blockingDays: read('blocking_days') ? wholeOf('blocking_days', read, say, 0, 0, 3650) : undefined,
    blockingActions: read('blocking_actions'),
  }
  return {
    apiUrl: apiUrlOf(read('api_url'), say),
    apiKey: required('api_key', read, say),
    apiSecret: required('api_secret', read, say),
    ispId: required('isp_id', read, say, false),
    paymentExpiration: expirationOf(read('payment_expiration'), say),
    manageCutoff: config.flag('billtech.manage_cutoff'),
    appendCustomerInfo: config.flag('billtech.append_customer_info'),
    cashimportEnabled: config.flag('billtech.cashimport_enabled'),
    balanceButtonDisabled: config.flag('billtech.balance_button_disabled'),
    rowButtonsDisabled: config.flag('billtech.row_buttons_disabled'),
    brandingEnabled: config.flag('billtech.branding_enabled'),
    allowTest: config.flag('billtech.allow_test'),
    logRetentionDays: wholeOf('log_retention_days', read, say, defaults.logRetentionDays, 1, 3650),
    linksEveryMinutes: wholeOf('links_interval', read, say, defaults.linksEveryMinutes, 1, 1440),
    blocking: blockingOf(read('blocking'), say),
    bridgeSocket: read('bridge_socket') ?? defaults.bridgeSocket,
    bridgeSecretFile: read('bridge_secret_file') ?? defaults.bridgeSecretFile,
    pluginEnabled: plugins.includes(pluginName),
    oldPluginEnabled: plugins.includes(oldPluginName),
    problems,
    config,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Settings>),
  }
}

/** `phpui.plugins`: names by blanks, commas or semicolons, each with an optional priority behind a colon. */
export function pluginsOf(value: string): { name: string; priority?: string }[] {
  return value
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((entry) => {
      const [name = '', priority] = entry.split(':', 2)
      return { name, ...(priority ? { priority } : {}) }
    })
}

type Say = (name: string, says: string, mend: string, fatal?: boolean) => void
type Read = (name: string) => string | undefined

function required(name: string, read: Read, say: Say, fatal = true): string {
  const value = read(name)
  if (!value) {
    say(name, 'is missing', 'Enter what the gateway gave you, under Konfiguracja → BillTech.', fatal)
  }
  return value ?? ''
}

/** Secrets travel in every request: off this machine only over https. */
function apiUrlOf(value: string | undefined, say: Say): string {
  const mend = 'Write the gateway’s address, such as https://gateway.example.'
  if (!value) {
    say('api_url', 'is missing', mend, true)
    return ''
  }
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    say('api_url', 'is no address of a gateway', mend, true)
    return ''
  }
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    say('api_url', 'begins with http://, which would show the secret to the network', 'Write https://.', true)
    return ''
  }
  return url.href.replace(/\/+$/, '')
}

function expirationOf(value: string | undefined, say: Say): number | 'never' {
  if (value === undefined) return defaults.paymentExpiration
  if (/^never$/i.test(value)) return 'never'
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value)
  say(
    'payment_expiration',
    `is "${value}", which is no number of days: temporary payments never expire`,
    'Write a number of days from 1, or never.',
  )
  return 'never'
}

function bankAccountOf(value: string | undefined, say: Say): string | undefined {
  if (!value) return undefined
  const digits = value.replace(/\s|-/g, '').replace(/^PL/i, '')
  if (!isNrb(digits)) {
    say(
      'bankaccount',
      'is no valid account number (26 digits with right check digits): no link can be made',
      'Correct it, or clear it so that each customer’s own account is used.',
    )
  }
  return digits
}

function limitOf(value: string | undefined, say: Say): string | undefined {
  if (value === undefined || /^-?\d{1,9}([.,]\d{1,2})?$/.test(value)) return value?.replace(',', '.')
  say(
    'blocking_limit',
    `is "${value}", which is no amount: it is left aside`,
    'Write an amount such as -20.00.',
  )
  return undefined
}

function blockingOf(value: string | undefined, say: Say): Blocking {
  const found = blockings.find((each) => each === value?.toLowerCase())
  if (value && !found) {
    say('blocking', `is "${value}"; auto is used`, `Write one of ${blockings.join(', ')}.`)
  }
  return found ?? 'auto'
}

function wholeOf(name: string, read: Read, say: Say, fallback: number, least: number, most: number): number {
  const value = read(name)
  if (value === undefined) return fallback
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  say(name, `is "${value}"; ${fallback} is used`, `Write a whole number from ${least} to ${most}.`)
  return fallback
}

function checkBooleans(config: LmsConfig, say: Say): void {
  for (const name of booleans) {
    if (config.rawFlag(`billtech.${name}`) === null) {
      say(name, 'is neither true nor false: LMS and this program take it for false', 'Write true or false.')
    }
  }
}

function checkDuplicates(config: LmsConfig, problems: SettingProblem[]): void {
  for (const { name, values } of config.duplicates) {
    if (!name.startsWith('billtech.') && name !== 'phpui.plugins') continue
    problems.push({
      name,
      says: `stands ${values.length} times with different values, and LMS uses whichever it reads last`,
      mend: 'Save it once under Konfiguracja → BillTech, or remove the surplus rows.',
      fatal: false,
    })
  }
}
