import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

/** For what a page is to show: a browser on a busy machine is slow. */
export const patience = { timeout: 60_000 }

/** Text of a page or an element, with plain spaces. */
export const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ')

/**
 * A page on which everything that is complained of fails the test.
 *
 * @param mayAsk roots of addresses that the page may ask for something
 */
export async function withPage(
  browser: Browser,
  mayAsk: string[],
  options: BrowserContextOptions,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    locale: 'pl-PL',
    viewport: { width: 390, height: 844 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patience.timeout)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    // A refused form is answered 422, and a fake has no picture for the tab: the browser notes both.
    const expected = /422|favicon/.test(message.text() + message.location().url)
    if (message.type() === 'error' && !expected) wrong.push(message.text())
  })
  page.on('request', (request) => {
    const known = [...mayAsk, 'data:', 'blob:'].some((root) => request.url().startsWith(root))
    if (!known) wrong.push(request.url())
  })
  try {
    await work(page)
    expect(wrong).toEqual([])
  } finally {
    await context.close()
  }
}

export async function headingSays(page: Page, words: string | RegExp): Promise<void> {
  await expect
    .poll(async () => plain(await page.locator('h1').first().textContent()), patience)
    .toMatch(words)
}
