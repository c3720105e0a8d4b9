import { bareNrb, isNrb } from '@bill-gateway/contract'
import { GatewaySettingError, gatewayId } from '../../gateway/index.ts'
import { blockings } from '../../lms/index.ts'
import type { ConfigWordKey, SettingName } from '../words/index.ts'

const daysMax = 3_650
const minutesMax = 1_440

export interface Fault {
  word: ConfigWordKey
  values?: Record<string, string | number>
}

/** One variable of section `billtech`. */
export interface SettingField {
  name: SettingName
  kind: 'text' | 'short' | 'secret' | 'flag' | 'choice'
  /** What holds where nobody set the variable; empty where nothing does. */
  fallback: string
  choices?: readonly string[]
  unit?: 'unit.days' | 'unit.minutes'
  maxLength: number
  /** What is wrong with a value that is not empty. */
  check?: (value: string) => Fault | undefined
}

export interface SettingGroup {
  title: ConfigWordKey
  fields: readonly SettingField[]
}

const field = (
  name: SettingName,
  kind: SettingField['kind'],
  more: Partial<SettingField> = {},
): SettingField => ({ name, kind, fallback: '', maxLength: 200, ...more })
const flag = (name: SettingName) => field(name, 'flag', { fallback: 'false', maxLength: 5 })

/** The page's order. */
export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'config.group.connection',
    fields: [
      field('api_url', 'text', { maxLength: 2_000, check: checkUrl }),
      field('isp_id', 'text', { maxLength: 100 }),
      field('api_key', 'text'),
      field('api_secret', 'secret'),
    ],
  },
  {
    title: 'config.group.settling',
    fields: [
      flag('cashimport_enabled'),
      field('payment_expiration', 'short', {
        fallback: '5',
        unit: 'unit.days',
        check: (value) =>
          /^never$/i.test(value) ? undefined : checkWhole(value, 1, daysMax, 'wrong.expiration'),
      }),
      field('allow_test', 'flag', { fallback: 'false', maxLength: 5 }),
    ],
  },
  {
    title: 'config.group.blocking',
    fields: [
      flag('manage_cutoff'),
      field('blocking', 'choice', { fallback: 'auto', choices: blockings }),
      field('blocking_limit', 'short', { check: checkLimit }),
      field('blocking_days', 'short', {
        unit: 'unit.days',
        check: (value) => checkWhole(value, 0, daysMax, 'wrong.grace'),
      }),
      field('blocking_actions', 'text', { check: checkActions }),
    ],
  },
  {
    title: 'config.group.links',
    fields: [
      field('bankaccount', 'text', { maxLength: 40, check: checkAccount }),
      flag('append_customer_info'),
    ],
  },
  {
    title: 'config.group.panel',
    fields: [flag('balance_button_disabled'), flag('row_buttons_disabled'), flag('branding_enabled')],
  },
  {
    title: 'config.group.work',
    fields: [
      field('links_interval', 'short', {
        fallback: '5',
        unit: 'unit.minutes',
        check: (value) => checkWhole(value, 1, minutesMax, 'wrong.minutes'),
      }),
      field('log_retention_days', 'short', {
        fallback: '90',
        unit: 'unit.days',
        check: (value) => checkWhole(value, 1, daysMax, 'wrong.days'),
      }),
    ],
  },
]

export const settingFields: readonly SettingField[] = settingGroups.flatMap(({ fields }) => fields)

/** What is wrong with a value as it would be stored; an empty one is the default. */
export function faultOf(setting: SettingField, value: string): Fault | undefined {
  if (value === '') return undefined
  if (value.length > setting.maxLength) return { word: 'wrong.text.long', values: { max: setting.maxLength } }
  if (/\p{Cc}/u.test(value)) return { word: 'wrong.text.line' }
  if (setting.choices && !setting.choices.includes(value)) return { word: 'wrong.choice' }
  return setting.check?.(value)
}

function checkUrl(value: string): Fault | undefined {
  try {
    gatewayId(value)
    return undefined
  } catch (error) {
    if (!(error instanceof GatewaySettingError)) throw error
    return { word: value.startsWith('http:') && URL.canParse(value) ? 'wrong.url.http' : 'wrong.url' }
  }
}

function checkWhole(value: string, least: number, most: number, word: ConfigWordKey): Fault | undefined {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN
  return number >= least && number <= most ? undefined : { word }
}

function checkAccount(value: string): Fault | undefined {
  return isNrb(bareNrb(value.replaceAll('-', ''))) ? undefined : { word: 'wrong.account' }
}

function checkLimit(value: string): Fault | undefined {
  return /^-?\d{1,9}([.,]\d{1,2})?$/.test(value) ? undefined : { word: 'wrong.limit' }
}

function checkActions(value: string): Fault | undefined {
  const action = String.raw`[a-z]+(-[a-z]+)*(\([^(),]+\))?`
  return new RegExp(`^\\s*${action}(\\s*,\\s*${action})*\\s*$`).test(value)
    ? undefined
    : { word: 'wrong.actions' }
}
