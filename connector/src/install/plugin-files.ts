import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pluginName } from '../lms/index.ts'

/** Beside what was built, and in the repository. */
const sources = ['../lms-plugin', '../../../lms-plugin']

/** The folder with the plugin that this program brings. @throws Error where it is missing */
export function pluginSource(): string {
  const found = sources
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path))
  if (!found)
    throw new Error('The lms-plugin folder is missing from this installation. Install the package again.')
  return found
}

/** Paths of all files below a folder, in order; empty where it does not exist. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
}

/** Files that differ, are missing or are too many. */
export async function differences(source: string, target: string): Promise<string[]> {
  const [wanted, found] = [await filesBelow(source), await filesBelow(target)]
  const differing: string[] = found.filter((path) => !wanted.includes(path))
  for (const path of wanted) {
    const [ours, theirs] = await Promise.all([
      readFile(join(source, path)),
      readFile(join(target, path)).catch(() => undefined),
    ])
    if (!theirs || !ours.equals(theirs)) differing.push(path)
  }
  return differing
}

/**
 * Puts the plugin in place as a whole: LMS never loads half of it.
 *
 * @throws Error where a folder of that name is somebody else's
 */
export async function copyPlugin(source: string, target: string): Promise<void> {
  await requireOurs(target)
  await mkdir(dirname(target), { recursive: true })
  // Names with a dot are no plugins for LMS.
  const fresh = join(dirname(target), `.${pluginName}.new`)
  const old = join(dirname(target), `.${pluginName}.old`)
  await rm(fresh, { recursive: true, force: true })
  await cp(source, fresh, { recursive: true })
  await rm(old, { recursive: true, force: true })
  if (existsSync(target)) await rename(target, old)
  await rename(fresh, target)
  await rm(old, { recursive: true, force: true })
}

/** @throws Error where a folder of that name is somebody else's */
export async function requireOurs(target: string): Promise<void> {
  const files = await filesBelow(target)
  if (files.length === 0 || files.includes(`${pluginName}.php`)) return
  throw new Error(`${target} exists and is not this plugin. Move it away, then install again.`)
}

/** Names of the classes in PHP files below a folder, with their files. */
export async function classesBelow(folder: string): Promise<Map<string, string>> {
  const classes = new Map<string, string>()
  for (const path of (await filesBelow(folder)).filter((each) => each.endsWith('.php'))) {
    const text = await readFile(join(folder, path), 'utf8')
    const space = /^namespace\s+([\w\\]+)\s*;/m.exec(text)?.[1]
    const found = text.matchAll(
      /^(?:(?:final|abstract|readonly)\s+)*(?:class|interface|trait|enum)\s+(\w+)/gm,
    )
    for (const [, name = ''] of found) classes.set(space ? `${space}\\${name}` : name, path)
  }
  return classes
}
