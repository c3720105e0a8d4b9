import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../testing/chromium.ts'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let gateway: TestGateway
let browser: Browser
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  browser = await openChromium()
})
afterAll(async () => {
  await browser?.close()
  await gateway?.close()
})

interface View {
  width: number
  colorScheme: 'light' | 'dark'
}

async function visit(path: string, view: View, javaScriptEnabled = true): Promise<[Page, string[]]> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: 800 },
    colorScheme: view.colorScheme,
    reducedMotion: 'reduce',
    javaScriptEnabled,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'log') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(`${gateway.url}${path}`)
  return [page, faults]
}

const views = ['/docs', '/docs/errors'].flatMap((path) =>
  [360, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ path, width, colorScheme })),
  ),
)

describe('the docs in a browser', () => {
  it.each(views)('$path fits $width px, $colorScheme, and all can read it', async ({ path, ...view }) => {
    const [page, faults] = await visit(path, view)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width)
    expect(faults).toEqual([])
    // The page’s own policy lets no script in but its own.
    const checked = await browser.newContext({
      bypassCSP: true,
      colorScheme: view.colorScheme,
      reducedMotion: 'reduce',
    })
    const copy = await checked.newPage()
    await copy.setViewportSize({ width: view.width, height: 800 })
    await copy.goto(`${gateway.url}${path}`)
    await copy.addScriptTag({ path: axePath })
    const violations = await copy.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    )
    expect(violations).toEqual([])
    await checked.close()
    await page.context().close()
  })

  it('copies an example, and marks where the reader is', async () => {
    const [page, faults] = await visit('/docs', { width: 1280, colorScheme: 'light' })
    await page.locator('#start figure button').first().click()
    await page.locator('#start figure button', { hasText: 'Copied' }).waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('curl "')
    await page.goto(`${gateway.url}/docs#post-s-encode`)
    await page.locator('.side a[aria-current]', { hasText: 'Add parameters to a short link' }).waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('is all there without script, its contents too', async () => {
    const [page] = await visit('/docs', { width: 360, colorScheme: 'light' }, false)
    expect(await page.locator('figure button').count()).toBe(0)
    await page.locator('.contents summary').click()
    await page.locator('.contents a', { hasText: 'Test mode' }).first().click()
    expect(await page.locator('#test-mode h2').isVisible()).toBe(true)
    await page.context().close()
  })
})
