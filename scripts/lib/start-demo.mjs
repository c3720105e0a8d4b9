import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { runNode, top } from './run.mjs'

/** Installs and builds what is missing, then goes on as `bill-gateway demo` in this very process. */
export async function startDemo() {
  await ensureInstalled()
  const status = await runNode([join(top, 'scripts/build.mjs'), '--if-needed'])
  if (status !== 0) process.exit(status)
  const main = join(top, 'gateway/dist/main.js')
  process.argv = [process.argv[0], main, 'demo', ...process.argv.slice(2)]
  await import(pathToFileURL(main).href)
}
