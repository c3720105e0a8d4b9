import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '../platform/platform.ts'
import { findProviderByCode, type Provider } from '../provider/index.ts'
import { type CsvProfile, csvProfileOf, type StatementFormat, statementFormats } from './format/index.ts'
import { importStatement, statementBytesMax } from './import.ts'
import type { Statement } from './statement.ts'

/** A file whose last change is younger may still be written to. */
const restMs = 10_000
const filesPerLook = 50
const optionsBytesMax = 64 * 1024
/** Names that programs give to files that they have not finished. */
const unfinished = /^\.|~$|\.(part|partial|filepart|tmp|temp|crdownload|download|swp)$/i
/** What a folder says of its files; no statement. */
const optionsFile = 'options.json'

/**
 * Takes the statements that lie in STATEMENT_DIR, in the folder of their provider's code. A file is taken once it
 * has rested for ten seconds, is imported, and goes to done/ or failed/ with a text beside it that says what came
 * of it. Who stops in between leaves it in taken/, where the next look finds it: entries are stored once.
 *
 * @returns how many files were imported or refused
 */
export async function watchFolders(platform: Platform, now = Date.now()): Promise<number> {
  const { statementDir } = platform.settings
  if (statementDir === undefined) return 0
  let taken = 0
  for (const code of await foldersIn(platform, statementDir)) {
    const provider = await findProviderByCode(platform.db, code)
    if (!provider) {
      platform.log.warn({ folder: code }, 'a folder of statements has no provider of its name')
      continue
    }
    try {
      taken += await takeFiles(platform, provider, join(statementDir, code), now)
    } catch (error) {
      // One provider's trouble holds up no other; its files stay and are tried again.
      platform.log.error({ err: error, provider: code }, 'statements of a folder could not be taken')
    }
  }
  return taken
}

async function foldersIn(platform: Platform, dir: string): Promise<string[]> {
  try {
    const found = await readdir(dir, { withFileTypes: true })
    return found.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
  } catch (error) {
    platform.log.warn({ err: error }, 'STATEMENT_DIR cannot be read')
    return []
  }
}

async function takeFiles(
  platform: Platform,
  provider: Provider,
  folder: string,
  now: number,
): Promise<number> {
  for (const name of ['taken', 'done', 'failed']) await mkdir(join(folder, name), { recursive: true })
  const left = await namesIn(join(folder, 'taken'))
  const fresh: string[] = []
  for (const name of await namesIn(folder)) {
    if (left.length + fresh.length >= filesPerLook) break
    const { mtimeMs } = await lstat(join(folder, name))
    if (now - mtimeMs < restMs) continue
    const own = await freeName(join(folder, 'taken'), name)
    await rename(join(folder, name), join(folder, 'taken', own))
    fresh.push(own)
  }
  const files = [...left, ...fresh]
  for (const name of files) await takeFile(platform, provider, folder, name)
  return files.length
}

/** Ordinary files only: a link could lead anywhere. */
async function namesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true })
  return found
    .filter((entry) => entry.isFile() && !unfinished.test(entry.name) && entry.name !== optionsFile)
    .map(({ name }) => name)
    .sort()
}

async function takeFile(platform: Platform, provider: Provider, folder: string, name: string): Promise<void> {
  const path = join(folder, 'taken', name)
  const { size } = await lstat(path)
  const told = await importFile(platform, provider, folder, path, name, size)
  const place = told.failed ? 'failed' : 'done'
  const final = await freeName(join(folder, place), name)
  await writeFile(join(folder, place, `${final}.txt`), `${told.says}\n`)
  await rename(path, join(folder, place, final))
  const log = { provider: provider.code, bytes: size }
  if (told.failed) platform.log.warn(log, 'a statement of the folder was refused')
  else platform.log.info(log, 'a statement of the folder was imported')
}

interface Told {
  failed: boolean
  says: string
}

async function importFile(
  platform: Platform,
  provider: Provider,
  folder: string,
  path: string,
  fileName: string,
  size: number,
): Promise<Told> {
  if (size > statementBytesMax) return { failed: true, says: 'The file is larger than 200 MB: divide it.' }
  const options = await folderOptions(folder)
  if (typeof options === 'string') return { failed: true, says: options }
  const bytes = createReadStream(path)
  const imported = await importStatement(platform, provider, bytes, {
    ...options,
    source: 'folder',
    fileName,
  })
  return imported ? sayOf(imported) : { failed: true, says: 'It was imported before.' }
}

function sayOf({ publicId, problem, entries, entriesNew }: Statement): Told {
  if (problem !== null) return { failed: true, says: problem }
  const known = entries - entriesNew
  return { failed: false, says: `${publicId}: ${entriesNew} new, ${known} already known.` }
}

interface FolderOptions {
  format?: StatementFormat
  encoding?: string
  profile?: CsvProfile
}

/** What options.json of the folder says: `{ "format"?, "encoding"?, "profile"? }`; a sentence where it is wrong. */
async function folderOptions(folder: string): Promise<FolderOptions | string> {
  const path = join(folder, optionsFile)
  let text: string
  try {
    const file = await open(path)
    const { size } = await file.stat().finally(() => file.close())
    if (size > optionsBytesMax) return `${optionsFile} is larger than 64 KB.`
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    return readOptions(JSON.parse(text))
  } catch (error) {
    return `${optionsFile} cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}

function readOptions(value: unknown): FolderOptions {
  if (typeof value !== 'object' || value === null) throw new Error('it is no object')
  const { format, encoding, profile, ...others } = value as Record<string, unknown>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Error(`${unknown} is not known`)
  const known = statementFormats.find((each) => each === format)
  if (format !== undefined && known === undefined)
    throw new Error(`format must be one of ${statementFormats.join(', ')}`)
  return {
    ...(known === undefined ? {} : { format: known }),
    ...(typeof encoding === 'string' ? { encoding } : {}),
    ...(profile === undefined ? {} : { profile: csvProfileOf(profile) }),
  }
}

/** The name, or with a number before it where it is taken. */
async function freeName(folder: string, name: string): Promise<string> {
  const taken = new Set(await readdir(folder))
  for (let nth = 1; ; nth++) {
    const free = nth === 1 ? name : `${nth}-${name}`
    if (!taken.has(free) && !taken.has(`${free}.txt`)) return free
  }
}
