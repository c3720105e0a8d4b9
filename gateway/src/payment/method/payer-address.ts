import type { Platform } from '../../platform/platform.ts'
import type { Provider } from '../../provider/index.ts'
import type { MethodAddress } from '../../settings.ts'

/** Under which names each method's own pages stand, whatever address its API has. */
const domains: Partial<Record<string, string>> = {
  p24: 'przelewy24.pl',
  payu: 'payu.com',
  tpay: 'tpay.com',
  stripe: 'stripe.com',
}
const addressCharactersMax = 2_000

/**
 * Whether a payer may be sent there for a method: to its own pages over https, to the host that the operator's
 * setting names for it, and by the sandbox to ours. An answer that was forged or broken leads nobody elsewhere.
 */
export function leadsToMethod(
  { settings }: Pick<Platform, 'settings'>,
  { test }: Pick<Provider, 'test'>,
  method: string,
  address: string,
): boolean {
  if (address.length > addressCharactersMax || !URL.canParse(address)) return false
  const { protocol, hostname, origin, username, password } = new URL(address)
  if (username !== '' || password !== '') return false
  if (method === 'sandbox') return origin === new URL(settings.publicUrl).origin
  const own = settings.methodUrls[method as MethodAddress]?.[test ? 'test' : 'live']
  if (own !== undefined) {
    const configured = new URL(own)
    if (hostname === configured.hostname && protocol === configured.protocol) return true
  }
  const domain = domains[method]
  if (domain === undefined || protocol !== 'https:') return false
  return hostname === domain || hostname.endsWith(`.${domain}`)
}
