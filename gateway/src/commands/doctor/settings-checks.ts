import { mkdir, statfs } from 'node:fs/promises'
import type { Settings } from '../../settings.ts'
import { type Finding, good, wrong } from './finding.ts'

const freeBytesMin = 1024 ** 3

/** They need no database. */
export const settingsChecks: Record<string, (settings: Settings) => Promise<Finding>> = {
  PUBLIC_URL: async ({ publicUrl }) => checkAddress('PUBLIC_URL', publicUrl),
  SHORT_URL: async ({ shortUrl }) => checkAddress('SHORT_URL', shortUrl),
  disk: checkDisk,
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

/** The embedded database grows in DATA_DIR. */
async function checkDisk({ dataDir, databaseUrl }: Settings): Promise<Finding> {
  if (databaseUrl) return good('disk', 'the database is elsewhere')
  await mkdir(dataDir, { recursive: true })
  const { bavail, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const found = `${(free / freeBytesMin).toFixed(1)} GiB free in ${dataDir}`
  if (free >= freeBytesMin) return good('disk', found)
  const advice = 'Free some space, or move DATA_DIR to a larger disk: a full one stops the database.'
  return wrong('disk', found, advice)
}
