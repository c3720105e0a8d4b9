// Builds contract/dist, gateway/dist and connector/dist: `npm run build`, or with --if-needed only where sources changed.

import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exclusively } from './lib/lock.mjs'
import { runNode, top } from './lib/run.mjs'
import { isBuilt, markBuilt, sourcesHash } from './lib/stamp.mjs'

const browserSources = join(top, 'gateway/src/hosted-page/browser')
const assets = join(top, 'gateway/dist/hosted-page/assets')

/** The image of the gateway has no connector. */
const hasConnector = existsSync(join(top, 'connector/tsconfig.json'))
const projects = ['contract', 'gateway', ...(hasConnector ? ['connector'] : [])]

const onlyIfNeeded = process.argv.includes('--if-needed')

async function build() {
  if (onlyIfNeeded && (await isBuilt())) return
  const hash = await sourcesHash()
  const status = await runNode([join(top, 'node_modules/typescript/bin/tsc'), '-b', ...projects])
  if (status !== 0) process.exit(status)
  await buildAssets()
  if (hasConnector) await copyPlugin()
  await markBuilt(hash)
}

/** One script and one style sheet for all pages. */
async function buildAssets() {
  const esbuild = await import('esbuild')
  await esbuild.build({
    entryPoints: ['page.ts', 'page.css'].map((name) => join(browserSources, name)),
    outdir: assets,
    bundle: true,
    minify: true,
    target: ['es2020', 'chrome90', 'firefox90', 'safari15'],
    logLevel: 'warning',
  })
}

/** The connector brings the plugin that it installs into LMS. */
async function copyPlugin() {
  const target = join(top, 'connector/dist/lms-plugin')
  await rm(target, { recursive: true, force: true })
  await cp(join(top, 'lms-plugin'), target, { recursive: true })
}

if (!onlyIfNeeded || !(await isBuilt())) {
  await exclusively(join(top, 'node_modules/.build.lock'), build)
}
