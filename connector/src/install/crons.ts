import { chmod, chown, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where cron looks: Debian's and others'. */
const files = ['etc/crontab']
const folders = ['etc/cron.d', 'var/spool/cron/crontabs', 'var/spool/cron']
const fileBytesMax = 1024 * 1024
/** A line of the old plugin's cron that would run. */
const oldLine = /^(?!\s*#).*plugins\/BillTech\/bin\/billtech-/
/** Stands before a line that install switched off, so that uninstall finds it. */
const mark = '#bill-gateway-lms# '

export interface CronFile {
  path: string
  /** The old plugin's lines that run. */
  lines: string[]
  /** Its lines that install switched off. */
  switchedOff: string[]
}

/** Crontabs with lines of the old plugin. Those that this process may not read are left out. */
export async function oldCrons(root: string): Promise<CronFile[]> {
  const paths = [...files.map((path) => join(root, path))]
  for (const folder of folders) {
    const names = await readdir(join(root, folder)).catch(() => [])
    paths.push(...names.filter((name) => !name.startsWith('.')).map((name) => join(root, folder, name)))
  }
  const found: CronFile[] = []
  for (const path of paths) {
    const text = await readText(path)
    const lines = text.split('\n').filter((line) => oldLine.test(line))
    const switchedOff = text.split('\n').filter((line) => line.startsWith(mark))
    if (lines.length + switchedOff.length > 0) found.push({ path, lines, switchedOff })
  }
  return found
}

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size > fileBytesMax) return ''
  return readFile(path, 'utf8').catch(() => '')
}

/** Turns the old plugin's lines into comments. */
export function switchOff(path: string): Promise<void> {
  return rewrite(path, (line) => (oldLine.test(line) ? `${mark}${line}` : line))
}

/** Turns them into lines again. */
export function switchOn(path: string): Promise<void> {
  return rewrite(path, (line) => (line.startsWith(mark) ? line.slice(mark.length) : line))
}

/** Owner and mode stay; the folder's time changes, by which cron notices. */
async function rewrite(path: string, change: (line: string) => string): Promise<void> {
  const { mode, uid, gid } = await stat(path)
  const text = await readFile(path, 'utf8')
  const fresh = join(path, '..', `.${process.pid}.bill-gateway-lms`)
  await writeFile(fresh, text.split('\n').map(change).join('\n'), { mode: 0o600 })
  await chown(fresh, uid, gid)
  await chmod(fresh, mode)
  await rename(fresh, path)
}
