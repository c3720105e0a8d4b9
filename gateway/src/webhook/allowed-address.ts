import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Ranges that are not public and that webhooks may be sent to all the same. */
export type AllowedNets = readonly [ipaddr.IPv4 | ipaddr.IPv6, number][]

/** Public by its number, but a cloud's own service behind it. */
const metadataAddresses = new Set(['168.63.129.16'])
/** Global unicast: whatever is outside is no host of the internet's. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** @param ranges addresses or CIDR ranges. @throws Error that names what is neither */
export function readNets(ranges: readonly string[]): AllowedNets {
  return ranges.map((range) => {
    try {
      if (range.includes('/')) return ipaddr.parseCIDR(range)
      const address = ipaddr.parse(range)
      return [address, address.kind() === 'ipv4' ? 32 : 128]
    } catch {
      throw new Error(`WEBHOOK_ALLOW_NETS: ${range} is no address and no CIDR range.`)
    }
  })
}

/** Whether the operator has allowed it by name. */
export function isInNets(address: string, nets: AllowedNets): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  return nets.some(([net, bits]) => net.kind() === parsed.kind() && parsed.match(net, bits))
}

/**
 * Whether it is a public host's. Not private, loopback, link-local, shared or reserved ones; nor any IPv6 address
 * that carries an IPv4 one (mapped, NAT64, 6to4, Teredo), which would lead to where the IPv4 one may not.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast' || metadataAddresses.has(address)) return false
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast)
}
