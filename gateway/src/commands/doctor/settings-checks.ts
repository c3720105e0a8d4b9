import { mkdir, statfs } from 'node:fs/promises'
import type { Settings } from '../../settings.ts'
import { type Finding, good, wrong } from './finding.ts'

const freeBytesMin = 1024 ** 3

/** Addresses that payers will be given. */
export function checkAddresses({ publicUrl, shortUrl }: Settings): Finding[] {
  return [checkAddress('PUBLIC_URL', publicUrl), checkAddress('SHORT_URL', shortUrl)]
}

function checkAddress(name: string, address: string): Finding {
  const { protocol, hostname } = new URL(address)
  if (protocol === 'https:' || isLoopback(hostname)) return good(name, address)
  return wrong(
    name,
    `${address} is plain http`,
    `Put the gateway behind a proxy that speaks TLS and set ${name} to its https address: tokens are secrets.`,
  )
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
}

/** Only the embedded database grows there. */
export async function checkDisk({ dataDir, databaseUrl }: Settings): Promise<Finding[]> {
  if (databaseUrl) return []
  await mkdir(dataDir, { recursive: true })
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const said = `${(free / freeBytesMin).toFixed(1)} GiB free in ${dataDir}`
  if (free >= freeBytesMin) return [good('disk', said)]
  return [
    wrong('disk', said, 'Free some space, or move DATA_DIR to a larger disk: a full one stops the database.'),
  ]
}
