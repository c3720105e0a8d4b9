import { sendOut } from '../../../platform/http/outgoing.ts'
import { MethodError } from '../method.ts'
import { type Detached, isSigned } from './jws.ts'

const rootPath = '/x509/tpay-jws-root.pem'
const certificateBytesMax = 64 * 1024
const timeoutMs = 5_000
/** Certificates of as many addresses are kept. */
const keptMax = 50
/** A failed check drops what was fetched before that, no sooner: forgers make us fetch no more than this. */
const dropAfterMs = 60_000
/** Fetches of one minute: whoever names ever new addresses makes us ask Tpay no more often than that. */
const fetchesMax = 30
const fetchesWithinMs = 60_000

interface Kept {
  /** Null: there is none at that address. */
  pem: string | null
  fetchedAt: number
}

/** The one that was of use longest ago comes first. */
const kept = new Map<string, Kept>()
const fetches = { since: 0, count: 0 }

/**
 * Whether the signature holds, by the certificate that it names and the root that lies beside it. Certificates
 * are kept; where the check fails by kept ones they are fetched once more, for they may have been renewed.
 *
 * @throws MethodError, OutgoingError where a certificate cannot be had now, or too many were asked for: nothing is
 *   known of the signature
 */
export async function isSignedByTpay(detached: Detached, certificates: string, now: Date): Promise<boolean> {
  const addresses = [detached.certificateUrl, `${certificates}${rootPath}`] as const
  if (await isSignedNow(detached, addresses, now)) {
    for (const address of addresses) keepLonger(address)
    return true
  }
  const dropped = addresses.filter((address) => drop(address))
  return dropped.length > 0 && isSignedNow(detached, addresses, now)
}

async function isSignedNow(
  detached: Detached,
  [leafUrl, rootUrl]: readonly [string, string],
  now: Date,
): Promise<boolean> {
  const [leaf, root] = await Promise.all([certificateAt(leafUrl), certificateAt(rootUrl)])
  return leaf !== null && root !== null && isSigned(detached, leaf, root, now)
}

function drop(address: string): boolean {
  const known = kept.get(address)
  return known !== undefined && performance.now() - known.fetchedAt >= dropAfterMs && kept.delete(address)
}

async function certificateAt(url: string): Promise<string | null> {
  const known = kept.get(url)
  if (known) return known.pem
  countFetch()
  const { status, body } = await sendOut({ method: 'GET', url, timeoutMs, bytesMax: certificateBytesMax })
  if (status !== 200 && status !== 404) throw new MethodError(`Tpay answered ${status} to a certificate`)
  const pem = status === 200 ? body.toString('utf8') : null
  const [oldest] = kept.keys()
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest)
  kept.set(url, { pem, fetchedAt: performance.now() })
  return pem
}

/** Those by which something was proved outlive those that strangers name. */
function keepLonger(address: string): void {
  const known = kept.get(address)
  if (known && kept.delete(address)) kept.set(address, known)
}

function countFetch(): void {
  const now = performance.now()
  if (now - fetches.since >= fetchesWithinMs) Object.assign(fetches, { since: now, count: 0 })
  fetches.count += 1
  if (fetches.count > fetchesMax)
    throw new MethodError('more certificates of Tpay are named than are fetched')
}

/** Forgets every certificate, as after a long time. */
export function forgetCertificates(): void {
  kept.clear()
  fetches.count = 0
}
