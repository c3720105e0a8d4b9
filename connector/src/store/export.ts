import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Lms } from '../platform/index.ts'
import { readCatalog } from './queries/catalog.ts'
import { rowsOf } from './queries/export.ts'
import { tables } from './shape.ts'

/** Keys and secrets of gateways; a file may be read by others one day. */
const secretKeys = new Set(['gateway:current', 'gateway:former'])

/**
 * Writes each of our tables into a file of one JSON object a line, `<folder>/<table>.ndjson`, readable by its
 * owner only.
 *
 * @returns rows by table
 */
export async function exportTables(lms: Lms, folder: string): Promise<Record<string, number>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const catalog = await readCatalog(lms)
  const counts: Record<string, number> = {}
  for (const { name, primaryKey } of tables) {
    // The journal holds settings as they were, secrets among them, and is of no use without the tables.
    if (!catalog.has(name) || name === 'billtech_install') continue
    const file = createWriteStream(join(folder, `${name}.ndjson`), { mode: 0o600 })
    counts[name] = 0
    for await (const rows of rowsOf(lms, name, primaryKey)) {
      const kept = rows.filter((row) => !secretKeys.has(String(row.keytype)))
      counts[name] += kept.length
      const text = kept.map((row) => `${JSON.stringify(row)}\n`).join('')
      if (!file.write(text)) await once(file, 'drain')
    }
    file.end()
    await finished(file)
  }
  return counts
}
