import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../testing/chromium.ts'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer } from '../../testing/payer.ts'

/** For what comes: a machine may be busy. */
const patienceMs = 60_000

let gateway: TestGateway
let browser: Browser
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000' } })
  browser = await openChromium()
})
afterAll(async () => {
  await browser.close()
  await gateway.close()
})

/** A page on which everything that is complained of, or asked of others, fails the test. */
async function withPage(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({
    locale: 'pl-PL',
    viewport: { width: 390, height: 844 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => {
    // A refused form is answered 422, which the browser notes.
    if (message.type() === 'error' && !message.text().includes('422')) wrong.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(gateway.url) && !request.url().startsWith('data:'))
      wrong.push(request.url())
  })
  await work(page)
  expect(wrong).toEqual([])
  expect(await context.cookies()).toEqual([])
  await context.close()
}

const linkOf = (token: string | undefined, query = '') => `${gateway.url}/single-payment/${token}${query}`
/** 777111 is paid after 20 seconds by the provider’s clock: here, when the test says so. */
const confirm = () => gateway.api('/pay/v1/test/clock', { body: { advance: 'PT1M' } })
const focused = (page: Page) => expect.poll(() => page.evaluate('document.activeElement.id'))
const heading = (page: Page) => page.locator('h1')
const plain = (text: string | null) => (text ?? '').replaceAll('\u00a0', ' ')

async function headingSays(page: Page, words: string): Promise<void> {
  await expect
    .poll(async () => plain(await heading(page).textContent()), { timeout: patienceMs })
    .toContain(words)
}

describe('with script', () => {
  it('BLIK takes three presses from the link to the receipt, which appears without a reload', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 247.4 }])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token))
      const button = page.locator('.pay:visible')
      expect(await button.count()).toBe(1)
      const box = await button.boundingBox()
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(844)
      await page.getByLabel('Kod BLIK, 6 cyfr').click()
      await page.keyboard.type('777111')
      expect(await page.locator('#blik').inputValue()).toBe('777 111')
      await button.click()
      await headingSays(page, 'Potwierdź płatność w aplikacji banku')
      await page.evaluate('window.stayed = true')
      await confirm()
      await headingSays(page, 'Zapłacono 247,40 zł')
      expect(await page.evaluate('window.stayed')).toBe(true)
      expect(plain(await page.title())).toContain('Zapłacono 247,40 zł')
      expect(plain(await page.locator('#live').textContent())).toContain('Zapłacono 247,40 zł')
    })
  })

  it('a refused code brings the form back without a reload, at the field, and the next code pays', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token))
      await page.fill('#blik', '700702')
      await page.click('.pay:visible')
      await page.getByText('Płatność anulowano').first().waitFor()
      await page.fill('#blik', '777000')
      await page.click('.pay:visible')
      await headingSays(page, 'Zapłacono')
    })
  })

  it('an error has the focus, and its link leads to the field, which keeps what was typed', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token))
      await page.fill('#blik', '7771')
      await page.click('.pay:visible')
      await page.getByRole('alert').waitFor()
      await focused(page).toBe('errors')
      await page.getByRole('link', { name: 'Kod BLIK ma 6 cyfr' }).click()
      await focused(page).toBe('blik')
      expect(await page.locator('#blik').inputValue()).toBe('777 1')
      expect(await page.locator('#blik').getAttribute('aria-describedby')).toContain('blik-err')
    })
  })

  it('the amount, the button and the date follow the check boxes', async () => {
    const [token] = await newPayer(gateway).bills([
      { amount: 1000.5, paymentDue: '2020-01-01' },
      { amount: 20, paymentDue: '2030-05-05' },
    ])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token))
      const shown = async () => plain(await page.locator('.amount').textContent())
      expect(await shown()).toBe('1 000,50 zł')
      await page.getByText('dodaj').click()
      expect(await shown()).toBe('1 020,50 zł')
      expect(plain(await page.locator('.pay:visible').textContent())).toBe('Zapłać 1 020,50 zł')
      await page.getByText('zmień wybór').click()
      await page.getByLabel('FV 1/2026').uncheck()
      expect(await shown()).toBe('20,00 zł')
      expect(plain(await page.locator('[data-due]').textContent())).toContain('5 maja 2030')
      expect(await page.getByRole('button', { name: 'Przelicz' }).isVisible()).toBe(false)
      await page.fill('#blik', '777000')
      await page.click('.pay:visible')
      await headingSays(page, 'Zapłacono 20,00 zł')
    })
  })

  it('takes personal data out of the address bar and leaves the rest', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token, '?name=Jan&surname=Kowalski&email=jan%40example.com&type=balance'))
      expect(page.url()).toBe(linkOf(token, '?type=balance'))
    })
  })

  it('needs no mouse', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await withPage({}, async (page) => {
      await page.goto(linkOf(token))
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.className')).toBe('skip')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.evaluate('location.hash')).toBe('#main')
      for (let presses = 0; presses < 5; presses++) {
        await page.keyboard.press('Tab')
        if ((await page.evaluate('document.activeElement.name')) === 'channel') break
      }
      await page.keyboard.press('ArrowDown')
      expect(await page.getByText('Przejdziesz na stronę banku').isVisible()).toBe(true)
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Tab')
      await page.keyboard.type('777000')
      await page.keyboard.press('Enter')
      await headingSays(page, 'Zapłacono')
    })
  })
})

describe('without script', () => {
  it('BLIK is paid all the same: the waiting page asks again by itself', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(linkOf(token))
      await page.fill('#blik', '777 111')
      await page.click('.pay:visible')
      await headingSays(page, 'Potwierdź płatność w aplikacji banku')
      expect(await page.locator('noscript p').textContent()).toContain('odświeża się co 5 sekund')
      await confirm()
      await headingSays(page, 'Zapłacono 123,45 zł')
    })
  })

  it('other bills are chosen by a form of their own, and the button always says what it takes', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 10 }, { amount: 20 }])
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(linkOf(token))
      await page.getByText('zmień wybór').click()
      await page.getByLabel('FV 2/2026').check()
      expect(plain(await page.locator('.pay:visible').textContent())).toBe('Zapłać 10,00 zł')
      await page.getByRole('button', { name: 'Przelicz' }).click()
      await expect
        .poll(async () => plain(await page.locator('.pay:visible').textContent()))
        .toBe('Zapłać 30,00 zł')
      await page.getByText('Przelew z mojego banku').click()
      await page.locator('.pay:visible').click()
      await page.getByText('Symulator banku').waitFor()
      await page.locator('.pay').click()
      await headingSays(page, 'Zapłacono 30,00 zł')
    })
  })
})
