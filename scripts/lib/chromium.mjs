import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const packages = ['chromium', 'fonts-dejavu-core']

/** Sets CHROMIUM for the tests; installs Chromium where it is missing and may be installed. */
export async function ensureChromium() {
  process.env.CHROMIUM ||= findChromium()
  if (process.env.CHROMIUM) return
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    console.log('Installing Chromium…')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
    process.env.CHROMIUM = findChromium()
  }
  if (process.env.CHROMIUM) return
  console.error(
    'The tests need Chromium, and it is not here. Install it (Debian: apt-get install chromium; Ubuntu and\n' +
      'others: Google Chrome or Chromium from their own packages), or name its program in CHROMIUM.',
  )
  process.exit(1)
}

function findChromium() {
  return programs.map(onPath).find(Boolean) ?? ''
}

function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return join(folder, program)
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
