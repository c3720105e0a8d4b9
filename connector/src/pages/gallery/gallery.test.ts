import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../../../gateway/testing/chromium.ts'
import { type Gallery, openGallery } from './server.ts'

let gallery: Gallery
let browser: Browser
beforeAll(async () => {
  gallery = await openGallery()
  browser = await openChromium()
})
afterAll(async () => {
  await browser.close()
  await gallery.close()
})

async function onEach(
  width: number,
  language: 'pl' | 'en',
  find: (page: Page) => Promise<string[]>,
): Promise<Record<string, string[]>> {
  const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage()
  const found: Record<string, string[]> = {}
  for (const name of gallery.names) {
    await page.goto(`${gallery.url}/${name}?lang=${language}`)
    const wrong = await find(page)
    if (wrong.length > 0) found[name] = wrong
  }
  await page.context().close()
  return found
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const result = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

describe('the operator’s pages, inside a page with rules of its own', () => {
  it.each([
    [360, 'pl'],
    [1280, 'pl'],
    [1280, 'en'],
  ] as const)('have nothing that axe finds at %i px in %s', { timeout: 300_000 }, async (width, language) => {
    expect(await onEach(width, language, violations)).toEqual({})
  })

  it.each([320, 360])('need no scrolling sideways at %i px', { timeout: 300_000 }, async (width) => {
    const over = async (page: Page) => {
      const pixels = await page.evaluate<number>(widthOver)
      return pixels > 0 ? [`${pixels} px`] : []
    }
    expect(await onEach(width, 'pl', over)).toEqual({})
  })

  it('look the same whatever the page around them does to bare elements', async () => {
    const wrong = await onEach(1280, 'pl', (page) => page.evaluate<string[]>(reached))
    expect(wrong).toEqual({})
  })

  it('are reached and worked by keyboard alone', async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await page.goto(`${gallery.url}/payments`)
    const visited: string[] = []
    for (let press = 0; press < 80; press++) {
      await page.keyboard.press('Tab')
      visited.push(await page.evaluate<string>(focused))
    }
    const wanted = await page.evaluate<string[]>(controls)
    expect(wanted.filter((control) => !visited.includes(control))).toEqual([])
    const outlined = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')
    expect(outlined).toBe('solid')
    await page.context().close()
  })

  it('hold no script, no handler and nothing of another address', async () => {
    for (const name of gallery.names) {
      const html = await (await fetch(`${gallery.url}/${name}`)).text()
      expect(html, name).not.toMatch(/<script|\sstyle=|\son[a-z]+=|javascript:|src=|@import|url\(/i)
      expect(html.replaceAll('https://pay.example.pl', ''), name).not.toMatch(/(href|action)="https?:/)
    }
  })
})

const widthOver = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
/** Elements on which one of the surrounding rules has left its mark. */
const reached = `[...document.querySelectorAll('#billtech-page *:not(style)')].flatMap((element) => {
  const { fontSize, borderTopColor, float, color, marginTop, borderTopStyle } = getComputedStyle(element)
  const marks = [parseFloat(fontSize) < 12, borderTopColor === 'rgb(255, 0, 0)' && borderTopStyle !== 'none',
    float !== 'none', color === 'rgb(204, 0, 0)' || color === 'rgb(204, 204, 204)', marginTop === '40px']
  return marks.includes(true) ? [element.outerHTML.slice(0, 120)] : []
})`
const nameOf = `(element) => [element.tagName, element.name, element.value, element.getAttribute('href')].join(' ')`
const focused = `(${nameOf})(document.activeElement)`
const controls = `[...document.querySelectorAll('#billtech-page :is(a, button, select, input:not([type=hidden]))')].map(${nameOf})`
