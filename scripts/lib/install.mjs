import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run, top } from './run.mjs'

/** Installs what package-lock.json names unless it is all there. No package's install script is needed. */
export async function ensureInstalled() {
  if (await isInstalled()) return
  console.log('Installing packages…')
  const npm = process.env.npm_execpath ?? ''
  const [program, ...before] = basename(npm).startsWith('npm') ? [process.execPath, npm] : ['npm']
  const options = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  const status = await run(program, [...before, 'ci', ...options]).catch((error) => {
    console.error(`npm could not be started (${error.message}). Install npm and run the same command again.`)
    return 1
  })
  if (status !== 0) process.exit(status)
}

/** npm notes what it has installed in the same form as package-lock.json. */
async function isInstalled() {
  try {
    const wanted = await packagesOf('package-lock.json')
    const present = await packagesOf('node_modules/.package-lock.json')
    return Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        !path.startsWith('node_modules/') || optional || link || present[path]?.version === version,
    )
  } catch {
    return false
  }
}

async function packagesOf(file) {
  return JSON.parse(await readFile(join(top, file), 'utf8')).packages
}
