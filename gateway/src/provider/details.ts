import { bareNrb, type FieldError, isMailbox, isNrb } from '@bill-gateway/contract'
import { languages } from './provider.ts'
import type { ProviderValues } from './queries/providers.ts'

/** What a provider can be told to be. null takes a value away; what is absent stays as it is. */
export interface ProviderDetails {
  name?: string
  taxId?: string | null
  address?: string | null
  phone?: string | null
  contactEmail?: string | null
  helpUrl?: string | null
  termsUrl?: string | null
  privacyUrl?: string | null
  language?: string
  currency?: string
  /** Spaces and a leading PL are taken off. */
  defaultNrb?: string | null
  /** `#rrggbb` */
  color?: string | null
  /** PNG, JPEG or WebP, at most 20 KiB. */
  logo?: Uint8Array | null
  importsTransfers?: boolean
  /** Default: those of live providers are sent, those of test providers are not. */
  receipts?: boolean
}

const logoBytesMax = 20_480
const urlCharactersMax = 500

/** One setting: the column that keeps it, and its value there or undefined where it is bad. */
type Check = (value: string) => { column: keyof ProviderValues; value: string | undefined; rule: string }

const printable = /^(?=.*\S)[^\p{Cc}\p{Cs}]*$/u

const checks: Record<string, Check> = {
  name: (value) => text('name', value, 140),
  taxId: (value) => pattern('tax_id', value, /^[A-Z0-9][A-Z0-9 -]{0,19}$/, 'must be a tax id, at most 20'),
  address: (value) => text('address', value, 200),
  phone: (value) => pattern('phone', value, /^\+?[0-9 ()-]{3,30}$/, 'must be a phone number'),
  contactEmail: (value) => ({
    column: 'contact_email',
    value: isMailbox(value) ? value : undefined,
    rule: 'must be an e-mail address',
  }),
  helpUrl: (value) => url('help_url', value),
  termsUrl: (value) => url('terms_url', value),
  privacyUrl: (value) => url('privacy_url', value),
  language: (value) => ({
    column: 'language',
    value: languages.find((language) => language === value),
    rule: `must be one of ${languages.join(', ')}`,
  }),
  currency: (value) => ({
    column: 'currency',
    value: hasTwoDecimals(value) ? value : undefined,
    rule: 'must be an ISO 4217 currency of two decimals',
  }),
  defaultNrb: (value) => ({
    column: 'default_nrb',
    value: isNrb(bareNrb(value)) ? bareNrb(value) : undefined,
    rule: 'must be a Polish account number of 26 digits with right check digits',
  }),
  color: (value) =>
    pattern('color', value.toLowerCase(), /^#[0-9a-f]{6}$/, 'must be a colour such as #0a6ef0'),
}

/** The columns of what was given, and an error for each value that cannot be kept. */
export function checkDetails(details: ProviderDetails): { values: ProviderValues; errors: FieldError[] } {
  const values: ProviderValues = {}
  const errors: FieldError[] = []
  for (const [field, check] of Object.entries(checks)) {
    const given = details[field as keyof ProviderDetails]
    if (given === undefined) continue
    const { column, value, rule } = check(typeof given === 'string' ? given : '')
    const kept = given === null && removable(field) ? null : value
    if (kept === undefined) errors.push({ pointer: `/${field}`, code: 'invalid', detail: `${field} ${rule}` })
    else Object.assign(values, { [column]: kept })
  }
  if (details.importsTransfers !== undefined) values.imports_transfers = details.importsTransfers
  if (details.receipts !== undefined) values.receipts = details.receipts
  if (details.logo !== undefined) checkLogo(details.logo, values, errors)
  return { values, errors }
}

function removable(field: string): boolean {
  return !['name', 'language', 'currency'].includes(field)
}

function checkLogo(logo: Uint8Array | null, values: ProviderValues, errors: FieldError[]): void {
  const type = logo ? logoTypeOf(logo) : null
  if (type === undefined || (logo && logo.length > logoBytesMax)) {
    const detail = 'logo must be a PNG, JPEG or WebP picture of at most 20 KiB'
    errors.push({ pointer: '/logo', code: type ? 'too_large' : 'not_allowed', detail })
    return
  }
  values.logo = logo && Buffer.from(logo)
  values.logo_type = type
}

/** By its first bytes: a name or a header could say anything. */
function logoTypeOf(logo: Uint8Array): string | undefined {
  const start = Buffer.from(logo.subarray(0, 12)).toString('latin1')
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image/webp' : undefined
}

function text(column: keyof ProviderValues, value: string, charactersMax: number): ReturnType<Check> {
  const normal = value.normalize('NFC').trim()
  const good = printable.test(normal) && [...normal].length <= charactersMax
  const rule = `must have 1 to ${charactersMax} printable characters`
  return { column, value: good ? normal : undefined, rule }
}

function pattern(column: keyof ProviderValues, value: string, form: RegExp, rule: string): ReturnType<Check> {
  return { column, value: form.test(value) ? value : undefined, rule }
}

function url(column: keyof ProviderValues, value: string): ReturnType<Check> {
  const parsed = URL.canParse(value) ? new URL(value) : undefined
  const good =
    parsed && ['https:', 'http:'].includes(parsed.protocol) && parsed.href.length <= urlCharactersMax
  return { column, value: good ? parsed.href : undefined, rule: 'must be an http or https address' }
}

/** Amounts are minor units of a hundredth everywhere. */
function hasTwoDecimals(currency: string): boolean {
  if (!Intl.supportedValuesOf('currency').includes(currency)) return false
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits === 2
}
