import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** Where servers live that are not on everybody's PATH. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin']

/** Whether packages of Debian or Ubuntu can be installed here without asking anybody. */
export function mayInstall() {
  return process.getuid?.() === 0 && onPath('apt-get') !== undefined
}

/** @param {string[]} packages */
export async function installPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}

/**
 * The path of a program, or undefined where it is not here.
 *
 * @param {string} program
 */
export function onPath(program) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...serverFolders]) {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
