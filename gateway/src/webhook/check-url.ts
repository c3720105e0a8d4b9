import { isIP } from 'node:net'
import type { FieldError } from '@bill-gateway/contract'
import { type AllowedNets, isInNets, isPublic } from './allowed-address.ts'
import type { Resolve } from './resolve.ts'

/**
 * What is wrong with an endpoint's address, as far as can be said without asking it: each connection is checked
 * again, for a name may lead elsewhere tomorrow.
 */
export async function faultOfUrl(
  url: string,
  nets: AllowedNets,
  resolve: Resolve,
): Promise<FieldError | undefined> {
  const fault = (code: string, detail: string): FieldError => ({
    pointer: '/url',
    code,
    detail: `url ${detail}`,
  })
  if (!URL.canParse(url) || /\s/.test(url)) return fault('invalid_url', 'must be an https address')
  const { protocol, hostname, port, username, password, hash } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return fault('invalid_url', 'must be an https address')
  if (username || password) return fault('not_allowed', 'must not hold a user name or password')
  if (hash) return fault('not_allowed', 'must not hold a fragment')
  const literal = hostname.replace(/^\[|\]$/g, '')
  const isOrdinary = protocol === 'https:' && port === ''
  const isLiteral = isIP(literal) !== 0
  if (isOrdinary && (!isLiteral || isPublic(literal))) return undefined
  if (nets.length > 0 && (await leadsInto(literal, isLiteral, nets, resolve))) return undefined
  return fault('not_allowed', 'must be an https address on port 443 of a public host')
}

async function leadsInto(
  host: string,
  isLiteral: boolean,
  nets: AllowedNets,
  resolve: Resolve,
): Promise<boolean> {
  if (isLiteral) return isInNets(host, nets)
  const addresses = await resolve(host).catch(() => [])
  return addresses.length > 0 && addresses.every(({ address }) => isInNets(address, nets))
}
