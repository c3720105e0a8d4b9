import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run, top } from './run.mjs'

/** Installs what package-lock.json names unless it is all there. No package's install script is needed. */
export async function ensureInstalled() {
  if (await isInstalled()) return
  console.log('Installing packages…')
  const npm = process.env.npm_execpath ?? ''
  const [program, ...before] = basename(npm).startsWith('npm') ? [process.execPath, npm] : ['npm']
  const options = [
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const status = await run(program, [...before, 'ci', ...options]).catch((error) => {
    console.error(`npm could not be started (${error.message}). Install npm and run the same command again.`)
    return 1
  })
  if (status !== 0) process.exit(status)
}

/** npm notes what it has installed in the same form as package-lock.json; where exactly does not matter. */
async function isInstalled() {
  try {
    const present = new Set(packagesIn(await readLock('node_modules/.package-lock.json')).map(nameOf))
    return packagesIn(await readLock('package-lock.json')).every(
      (found) => found.optional || present.has(nameOf(found)),
    )
  } catch {
    return false
  }
}

async function readLock(file) {
  return JSON.parse(await readFile(join(top, file), 'utf8'))
}

/** Without the workspaces themselves. */
function packagesIn({ packages }) {
  return Object.entries(packages).flatMap(([path, { version, optional, link }]) =>
    path.includes('node_modules/') && !link ? [{ path, version, optional }] : [],
  )
}

function nameOf({ path, version }) {
  return `${path.slice(path.lastIndexOf('node_modules/'))}@${version}`
}
