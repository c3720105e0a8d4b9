import { installPackages, mayInstall, onPath } from './debian.mjs'

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const packages = ['chromium', 'fonts-dejavu-core']

/** Sets CHROMIUM for the tests; installs Chromium where it is missing and may be installed. */
export async function ensureChromium() {
  process.env.CHROMIUM ||= findChromium()
  if (process.env.CHROMIUM) return
  if (mayInstall()) {
    console.log('Installing Chromium…')
    await installPackages(packages)
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
