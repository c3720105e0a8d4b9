import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../testing/chromium.ts'
import { openGallery } from './gallery/server.ts'
import { states } from './gallery/states.ts'
import { languages } from './language.ts'

const names = Object.keys(states)
/** Everything that a first visit transfers, uncompressed. */
const pageBytesMax = 50 * 1024

let gallery: Awaited<ReturnType<typeof openGallery>>
let browser: Browser
beforeAll(async () => {
  gallery = await openGallery()
  browser = await openChromium()
})
afterAll(async () => {
  await browser.close()
  await gallery.close()
})

async function withPage(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  // A page that waits keeps its stream open; here there is nobody who would answer.
  await page.route('**/events', (route) => route.abort())
  await work(page)
  await context.close()
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const result = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

describe('axe finds nothing wrong', () => {
  const views = [
    ...languages.map((language) => ({ language, theme: 'light' as const, width: 1280 })),
    { language: 'pl' as const, theme: 'dark' as const, width: 360 },
  ]
  it.each(views)(
    'in $language, $theme, at $width px',
    { timeout: 300_000 },
    async ({ language, theme, width }) => {
      await withPage({ viewport: { width, height: 800 }, colorScheme: theme }, async (page) => {
        const found: Record<string, string[]> = {}
        for (const name of names) {
          await page.goto(`${gallery.url}/${name}?lang=${language}`)
          const wrong = await violations(page)
          if (wrong.length > 0) found[name] = wrong
        }
        expect(found).toEqual({})
      })
    },
  )
})

describe('every state', () => {
  it('is light, and asks nobody else for anything', { timeout: 300_000 }, async () => {
    await withPage({}, async (page) => {
      const heavy: Record<string, number> = {}
      const foreign: string[] = []
      const complaints: string[] = []
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('request', (request) => {
        if (!/^(data:|http:\/\/127\.0\.0\.1)/.test(request.url())) foreign.push(request.url())
      })
      const bodies: Promise<Buffer>[] = []
      page.on('response', (response) => {
        if (response.ok()) bodies.push(response.body())
      })
      for (const name of names.filter((each) => !each.startsWith('waiting') && each !== 'unfinished')) {
        await page.goto(`${gallery.url}/${name}`, { waitUntil: 'networkidle' })
        const bytes = Buffer.concat(await Promise.all(bodies.splice(0))).length
        if (bytes > pageBytesMax) heavy[name] = bytes
      }
      expect({ heavy, foreign, complaints }).toEqual({ heavy: {}, foreign: [], complaints: [] })
    })
  })

  it('has no script or style of its own in the page', async () => {
    for (const name of names) {
      const html = await (await fetch(`${gallery.url}/${name}`)).text()
      expect(html, name).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
      expect(html.match(/<script/g), name).toHaveLength(1)
    }
  })

  it.each([320, 160])('needs no scrolling sideways at %i px', { timeout: 300_000 }, async (width) => {
    await withPage({ viewport: { width, height: 640 } }, async (page) => {
      const wide: string[] = []
      for (const name of names) {
        for (const language of width < 320 ? (['pl'] as const) : languages) {
          await page.goto(`${gallery.url}/${name}?lang=${language}`)
          const over = await page.evaluate<number>(widthOver)
          if (over > 0) wide.push(`${name} ${language}: ${over} px`)
        }
      }
      expect(wide).toEqual([])
    })
  })

  it('gives every control at least 44 px, on a phone and on a desktop', { timeout: 300_000 }, async () => {
    for (const width of [360, 1280]) {
      await withPage({ viewport: { width, height: 800 } }, async (page) => {
        const small: Record<string, string[]> = {}
        for (const name of names) {
          await page.goto(`${gallery.url}/${name}`)
          const found = await page.evaluate<string[]>(smallTargets)
          if (found.length > 0) small[name] = found
        }
        expect(small).toEqual({})
      })
    }
  })
})

/** Runs in the page, which has no types here. A radio button or check box counts with its label. */
const smallTargets = `[...document.querySelectorAll('a, button, summary, label:has(input), .m > label, input.code')]
  .flatMap((target) => {
    const { width, height } = target.getBoundingClientRect()
    const hidden = width === 0 || target.classList.contains('skip')
    return !hidden && (height < 44 || width < 44)
      ? [Math.round(width) + '×' + Math.round(height) + ' ' + target.outerHTML.slice(0, 80)]
      : []
  })`
const widthOver = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
