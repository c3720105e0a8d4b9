import { type LookupAddress, lookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'

/** Every address of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

/** For each try at each server. */
const tryMs = 2_000
const tries = 2
/** DNS does not know the name, or there is no DNS. */
const unknown = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'])

interface ResolveOptions {
  /** `address:port` of DNS servers. Default: the system's. */
  servers?: readonly string[]
  system?: Resolve
}

/**
 * Asks DNS servers itself. A look-up by the system keeps one of the few threads of the process until it ends, and
 * all others wait behind it: an endpoint whose name servers never answer would hold up everybody's. The system is
 * asked for what stands in no DNS, such as names of the hosts file, one name at a time.
 */
export function createResolve({ servers, system = askSystem }: ResolveOptions = {}): Resolve {
  const local = oneAtATime(system)
  return async (hostname) => {
    if (!hostname.replace(/\.$/, '').includes('.')) return local(hostname)
    const resolver = new Resolver({ timeout: tryMs, tries })
    if (servers) resolver.setServers(servers)
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname).then((addresses) => addresses.map((address) => ({ address, family: 4 }))),
      resolver.resolve6(hostname).then((addresses) => addresses.map((address) => ({ address, family: 6 }))),
    ])
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (found.length > 0) return found
    const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    const error = errors.find(({ code }) => !unknown.has(code))
    if (error) throw error
    return local(hostname)
  }
}

/** One for the process: endpoints share its turns. */
export const resolveHost = createResolve()

function oneAtATime(resolve: Resolve): Resolve {
  const asked = new Map<string, Promise<LookupAddress[]>>()
  let last: Promise<unknown> = Promise.resolve()
  return (hostname) => {
    const known = asked.get(hostname)
    if (known) return known
    const turn = last.then(() => resolve(hostname)).finally(() => asked.delete(hostname))
    asked.set(hostname, turn)
    last = turn.catch(() => undefined)
    return turn
  }
}

function askSystem(hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    )
  })
}
