import { join } from 'node:path'
import { ensureChromium } from './chromium.mjs'
import { ensureInstalled } from './install.mjs'
import { ensureLmsTools } from './lms-tools.mjs'
import { runNode, top } from './run.mjs'

/** @param {string[]} args paths that narrow the run, and options of vitest */
export async function runTests(args) {
  await ensureInstalled()
  await ensureChromium()
  await ensureLmsTools()
  await runOrExit([join(top, 'scripts/build.mjs'), '--if-needed'])
  await runOrExit([join(top, 'node_modules/vitest/vitest.mjs'), 'run', ...args])
}

async function runOrExit(args) {
  const status = await runNode(args)
  if (status !== 0) process.exit(status)
}
