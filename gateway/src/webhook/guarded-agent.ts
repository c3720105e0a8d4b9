import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { type AllowedNets, isInNets, isPublic } from './allowed-address.ts'
import { type Resolve, resolveHost } from './resolve.ts'

/** The address is none that webhooks may be sent to. */
export class AddressNotAllowed extends Error {
  override name = 'AddressNotAllowed'
}

const connectTimeoutMs = 10_000
const keepAliveMs = 10_000

/**
 * Connections to receivers. A name is resolved for each new connection, every address of it is checked, and the
 * connection goes to one of those that were checked: a name that answers differently the next time gains nothing.
 * Public hosts are reached at https on port 443 only, allowed nets also otherwise.
 */
export function guardedAgent(nets: AllowedNets, resolve: Resolve = resolveHost): Agent {
  const isAllowed = (address: string) => isInNets(address, nets)
  const connectors = {
    anywhere: connectorFor((address) => isPublic(address) || isAllowed(address), resolve),
    allowedNets: connectorFor(isAllowed, resolve),
  }
  return new Agent({
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // As many connections as there are requests: who shares a host with a slow one does not wait for it.
    connections: null,
    pipelining: 1,
    connect: (options, callback) => {
      const isOrdinary = options.protocol === 'https:' && ['', '443'].includes(options.port)
      connectors[isOrdinary ? 'anywhere' : 'allowedNets'](options, callback)
    },
  })
}

function connectorFor(isAllowed: (address: string) => boolean, resolve: Resolve): buildConnector.connector {
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first || addresses.some(({ address }) => !isAllowed(address)))
          callback(new AddressNotAllowed('the host has an address that is not allowed'), [])
        else if (all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup } as buildConnector.BuildOptions)
  return (options, callback) => {
    // A host that is an address is not looked up.
    const literal = options.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && !isAllowed(literal))
      return callback(new AddressNotAllowed('the address is not allowed'), null)
    return connect(options, callback)
  }
}
