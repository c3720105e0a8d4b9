import { randomCode } from '../platform/random.ts'
import type { Settings } from '../settings.ts'
import { isSuffix } from './parameters.ts'

const codeLength = 10

/**
 * Codes of one request begin alike, so that their hundred index entries land on few pages of the database.
 * Eight characters are left to guess for whoever knows a code of the same request: 2·10¹⁴.
 */
const sharedLength = 2

/** @returns a maker of codes, 10 letters and digits each from a secure random source, for one request */
export function shortCodeMaker(): () => string {
  const shared = randomCode(sharedLength)
  return () => shared + randomCode(codeLength - sharedLength)
}

/** Whether the text has the form of a code. */
export function isShortCode(text: string): boolean {
  return /^[A-Za-z0-9]{10}$/.test(text)
}

/** The address of a short link, with the suffix of its parameters where one is given. */
export function shortLinkUrl(settings: Pick<Settings, 'shortUrl'>, code: string, suffix = ''): string {
  return suffix === '' ? `${settings.shortUrl}/${code}` : `${settings.shortUrl}/${code}/${suffix}`
}

/** What the address of a short link says. */
export interface ShortAddress {
  code: string
  suffix: string | undefined
}

/** @returns undefined where the text is not an address of this service; http and https count as one */
export function readShortLinkUrl(
  settings: Pick<Settings, 'shortUrl'>,
  text: string,
): ShortAddress | undefined {
  const own = new URL(settings.shortUrl)
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:'
  const base = own.pathname === '/' ? '/' : `${own.pathname}/`
  if (!isHttp || url.host !== own.host || !url.pathname.startsWith(base)) return undefined
  if (url.search || url.hash || url.username || url.password) return undefined
  const [code = '', suffix, ...rest] = url.pathname.slice(base.length).replace(/\/$/, '').split('/')
  const wellFormed = isShortCode(code) && (suffix === undefined || isSuffix(suffix)) && rest.length === 0
  return wellFormed ? { code, suffix } : undefined
}
