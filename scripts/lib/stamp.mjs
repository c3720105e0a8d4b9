import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { top } from './run.mjs'

const stampFile = join(top, 'gateway/dist/.stamp')
const sources = ['contract/src', 'gateway/src', 'connector/src', 'lms-plugin']
const files = [
  'package-lock.json',
  'tsconfig.base.json',
  'contract/tsconfig.json',
  'contract/package.json',
  'gateway/tsconfig.json',
  'gateway/package.json',
  'connector/tsconfig.json',
  'connector/package.json',
  'scripts/build.mjs',
]

/** Whether what was built was built from these very sources. */
export async function isBuilt() {
  const kept = await readFile(stampFile, 'utf8').catch(() => '')
  return kept === (await sourcesHash())
}

/** @param {string} hash of the sources as they were when the build began */
export async function markBuilt(hash) {
  await mkdir(join(top, 'gateway/dist'), { recursive: true })
  await writeFile(stampFile, hash)
}

export async function sourcesHash() {
  const hash = createHash('sha256')
  const found = await Promise.all(
    sources.map(async (folder) => {
      // The image of the gateway has no connector.
      const entries = await readdir(join(top, folder), { recursive: true, withFileTypes: true }).catch(
        () => [],
      )
      return entries
        .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(top.length))
    }),
  )
  for (const file of [...files, ...found.flat().sort()]) {
    hash.update(`${file}\0`).update(await readFile(join(top, file)).catch(() => ''))
  }
  return hash.digest('hex')
}
