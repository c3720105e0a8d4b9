import type { Platform } from '../platform/platform.ts'
import { resolve } from './resolve.ts'
import { isShortCode } from './short-link.ts'

/**
 * Where a short link leads: always to a page of this gateway, and never with personal data.
 *
 * @returns undefined where there is no such code
 */
export async function targetOf(
  { pool, settings }: Platform,
  code: string,
  suffix: string | undefined,
): Promise<string | undefined> {
  const link = isShortCode(code) ? await resolve(pool, { code, suffix }) : undefined
  return link && `${settings.publicUrl}/single-payment/${link.token}${link.set ? `?${link.set}` : ''}`
}
