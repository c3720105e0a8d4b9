import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../../src/platform/db/database.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Platform } from '../../src/platform/platform.ts'
import { findProvider } from '../../src/provider/index.ts'
import { importStatement } from '../../src/statement/import.ts'
import { matchStatement } from '../../src/statement/match/run.ts'
import { account, type EndlessFile, endlessFile } from './endless-file.ts'

export interface ImportOrder extends EndlessFile {
  url: string
  providerId: number
  /** Of the bytes, from 0 to 1: the file is cut off there. */
  part?: number
}

export interface ImportAnswer {
  statement: { state: string; entries: number; entriesNew: number } | undefined
  bytes: number
  /** What was told while it was read: bytes and entries. */
  progress: { bytes: number; entries: number }[]
  /** Entries that were decided when this was told. */
  decided: number[]
  milliseconds: { read: number; decide: number }
  heapMegabytes: number
}

const log = { error: () => undefined, info: () => undefined, warn: () => undefined } as unknown as Log

/** Imports a file that is never whole in memory, and decides its entries. */
async function run({ url, providerId, part = 1, ...order }: ImportOrder): Promise<ImportAnswer> {
  const database = openDatabase(url, 6, () => undefined)
  const platform = { ...database, log } as Platform
  const provider = await findProvider(database.db, providerId)
  if (!provider) throw new Error('there is no such provider')
  const progress: ImportAnswer['progress'] = []
  const decided: number[] = []
  let heap = 0
  const look = () => {
    heap = Math.max(heap, getHeapStatistics().used_heap_size)
  }
  let bytes = 0
  async function* file() {
    let length = 0
    if (part < 1) for (const text of endlessFile(order)) length += Buffer.byteLength(text)
    for (const text of endlessFile(order)) {
      if (part < 1 && bytes > length * part) return
      const chunk = Buffer.from(text)
      bytes += chunk.length
      yield chunk
    }
  }
  const begun = performance.now()
  const { format } = order
  const onProgress = (read: { bytes: number; entries: number }) => {
    progress.push(read)
    look()
  }
  const options = { source: 'command' as const, format, account, onProgress }
  const statement = await importStatement(platform, provider, file(), options)
  const read = performance.now()
  const noteDecided = (entries: number) => {
    decided.push(entries)
    look()
  }
  if (statement?.state === 'matching')
    await matchStatement(platform, provider, statement.id, 0n, { onProgress: noteDecided })
  const milliseconds = { read: read - begun, decide: performance.now() - read }
  await database.close()
  const { state = '', entries = 0, entriesNew = 0 } = statement ?? {}
  return {
    statement: statement && { state, entries, entriesNew },
    ...{ bytes, progress, decided, milliseconds, heapMegabytes: Math.round(heap / 1024 / 1024) },
  }
}

parentPort?.postMessage(await run(workerData as ImportOrder))
