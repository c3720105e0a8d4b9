// Draws every state of every payer's page into docs/screenshots: `npm run screenshots [name …]`.

import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'
import { withPalette } from './lib/palette-png.mjs'

const top = new URL('..', import.meta.url).pathname
const folder = join(top, 'docs/screenshots')

/** Sizes that every state is drawn at, and the special views that some states are drawn in as well. */
const sizes = { 360: { width: 360, height: 640 }, 1280: { width: 1280, height: 800 } }
const special = [
  ...['balance', 'one-bill', 'paid', 'transfer', 'waiting-blik', 'wrong-code'].map((name) => ({
    name,
    as: 'dark',
    dark: true,
  })),
  ...['balance', 'paid', 'transfer', 'unknown', 'waiting-blik'].flatMap((name) => [
    { name, as: 'en', language: 'en' },
    { name, as: 'uk', language: 'uk' },
  ]),
  ...['balance', 'paid', 'long-names', 'amount-largest-balance', 'transfer'].map((name) => ({
    name,
    as: '320-zoom-200',
    zoom: 2,
  })),
  ...['balance', 'paid', 'transfer', 'waiting-blik'].map((name) => ({
    name,
    as: 'no-script',
    script: false,
  })),
  ...['paid', 'transfer'].map((name) => ({ name, as: 'print', print: true })),
]

const only = process.argv.slice(2)
const wanted = (name) => only.length === 0 || only.includes(name)

const vite = await createServer({
  root: top,
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, watch: null },
  optimizeDeps: { noDiscovery: true },
})
const { openGallery } = await vite.ssrLoadModule('/gateway/src/hosted-page/gallery/server.ts')
const gallery = await openGallery()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--headless',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--font-render-hinting=none',
  ],
})
try {
  if (only.length === 0) await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const [width, viewport] of Object.entries(sizes)) {
    const page = await openView({ viewport })
    for (const name of gallery.names.filter(wanted)) await draw(page, { name, as: width })
  }
  for (const view of special.filter(({ name }) => wanted(name))) {
    const page = await openView({ viewport: sizes[360], ...view })
    await draw(page, view)
    await page.context().close()
  }
  await report()
} finally {
  await browser.close()
  await gallery.close()
  await vite.close()
}

/** Zoom of 200 % at 320 px: the layout has 160 px, everything is drawn at twice its size. */
async function openView({ viewport, dark = false, zoom = 1, script = true, print = false }) {
  const context = await browser.newContext({
    viewport: zoom > 1 ? { width: 320 / zoom, height: 640 / zoom } : viewport,
    deviceScaleFactor: zoom,
    colorScheme: dark ? 'dark' : 'light',
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  if (print) await page.emulateMedia({ media: 'print' })
  return page
}

async function draw(page, { name, as, language = 'pl' }) {
  // The stream of a waiting page stays open, so the network never falls silent.
  await page.goto(`${gallery.url}/${name}?lang=${language}`, { waitUntil: 'load' })
  const picture = await page.screenshot({ fullPage: true })
  await writeFile(join(folder, `${name}.${as}.png`), withPalette(picture))
}

async function report() {
  const files = await readdir(folder)
  const bytes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size))
  const total = bytes.reduce((sum, size) => sum + size, 0)
  console.log(`${files.length} pictures, ${(total / 1024 / 1024).toFixed(1)} MB, in docs/screenshots`)
}
