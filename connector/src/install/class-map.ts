import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { classesBelow } from './plugin-files.ts'

const composerTimeoutMs = 120_000
/** The two files of Composer that hold the class map, with the line behind which entries stand. */
const mapFiles = [
  { path: 'vendor/composer/autoload_classmap.php', head: /return array\s*\(\n/, base: '$baseDir' },
  {
    path: 'vendor/composer/autoload_static.php',
    head: /public static \$classMap = array\s*\(\n/,
    base: "__DIR__ . '/../..'",
  },
] as const

/** Classes of the plugin that Composer's map does not know, or knows elsewhere. */
export async function missingClasses(sysDir: string, pluginDir: string): Promise<string[]> {
  const classes = await classesBelow(pluginDir)
  const texts: string[] = []
  for (const { path } of mapFiles) {
    const text = await readFile(join(sysDir, path), 'utf8').catch(() => undefined)
    if (text !== undefined) texts.push(text)
  }
  const unknown = [...classes].filter(([name, path]) => {
    const place = suffixOf(sysDir, join(pluginDir, path))
    return texts.length === 0 || texts.some((text) => !knows(text, name, place))
  })
  return unknown.map(([name]) => name)
}

function knows(text: string, name: string, place: string): boolean {
  return text.split('\n').some((line) => line.includes(`'${escaped(name)}' =>`) && line.includes(place))
}

function escaped(name: string): string {
  return name.replaceAll('\\', '\\\\')
}

/** `/plugins/BillGateway/lib/X.php`; a path outside LMS stands whole. */
function suffixOf(sysDir: string, path: string): string {
  const inside = relative(sysDir, path)
  return inside.startsWith('..') ? path : `/${inside}`
}

export interface Composer {
  /** Program and first arguments. */
  command: string[]
}

/** `composer.phar` beside LMS, or `composer` of the machine. */
export function findComposer(sysDir: string, path: string): Composer | undefined {
  const phar = join(sysDir, 'composer.phar')
  if (existsSync(phar)) return { command: ['php', phar] }
  const found = path
    .split(':')
    .map((folder) => join(folder, 'composer'))
    .find((file) => existsSync(file))
  return found ? { command: [found] } : undefined
}

/** Has Composer build the class map anew; no scripts and plugins of LMS run along. @returns what went wrong, if it did */
export async function dumpAutoload(sysDir: string, { command }: Composer): Promise<string | undefined> {
  const [program = '', ...first] = command
  const args = [...first, 'dump-autoload', '--no-interaction', '--no-scripts', '--no-plugins']
  try {
    await promisify(execFile)(program, args, {
      cwd: sysDir,
      timeout: composerTimeoutMs,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', COMPOSER_ALLOW_SUPERUSER: '1', HOME: '/tmp' },
    })
    return undefined
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return (stderr || message).trim().split('\n').slice(-3).join(' ')
  }
}

/** Writes our entries into Composer's maps. @returns the files that were changed */
export async function addEntries(sysDir: string, pluginDir: string): Promise<string[]> {
  const classes = await classesBelow(pluginDir)
  return changeMaps(sysDir, (text, { head, base }) => {
    const cleaned = withoutEntries(text, sysDir, pluginDir)
    const lines = [...classes].map(([name, path]) => {
      const place = suffixOf(sysDir, join(pluginDir, path))
      const value = place === join(pluginDir, path) ? `'${place}'` : `${base} . '${place}'`
      return `    '${escaped(name)}' => ${value},\n`
    })
    return cleaned.replace(head, (found) => `${found}${lines.join('')}`)
  })
}

/** Takes our entries out of Composer's maps. @returns the files that were changed */
export function removeEntries(sysDir: string, pluginDir: string): Promise<string[]> {
  return changeMaps(sysDir, (text) => withoutEntries(text, sysDir, pluginDir))
}

function withoutEntries(text: string, sysDir: string, pluginDir: string): string {
  const place = `${suffixOf(sysDir, pluginDir)}/`
  return text
    .split('\n')
    .filter((line) => !(/^\s*'[^']+' => /.test(line) && line.includes(`'${place}`)))
    .join('\n')
}

type MapFile = (typeof mapFiles)[number]

/** The files keep owner and mode, and are never half-written. */
async function changeMaps(
  sysDir: string,
  change: (text: string, file: MapFile) => string,
): Promise<string[]> {
  const changed: string[] = []
  for (const file of mapFiles) {
    const path = join(sysDir, file.path)
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const wanted = change(text, file)
    if (wanted === text) continue
    const { mode, uid, gid } = await stat(path)
    await writeFile(`${path}.new`, wanted, { mode })
    await chown(`${path}.new`, uid, gid)
    await rename(`${path}.new`, path)
    changed.push(path)
  }
  return changed
}
