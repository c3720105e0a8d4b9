import type { Browser, Page } from 'playwright-core'
import decodeQR from 'qr/decode.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyBooks } from '../../gateway/src/ledger/index.ts'
import { openChromium } from '../../gateway/testing/chromium.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { newPayer } from '../../gateway/testing/payer.ts'
import { writeMt940 } from '../../gateway/testing/statements/index.ts'
import { line, statementsOf } from '../support/statements.ts'
import { headingSays, patience, plain, withPage } from './browser-world.ts'

const otherNrb = '61109010140000071219812874'

let gateway: TestGateway
let browser: Browser
let bank: ReturnType<typeof statementsOf>
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000' } })
  bank = statementsOf(gateway)
  await bank.offerTransfer()
  browser = await openChromium()
})
afterAll(async () => {
  await browser.close()
  await gateway.close()
})

const inPage = (work: (page: Page) => Promise<void>, options = {}) =>
  withPage(browser, [gateway.url], options, work)

async function showTransfer(page: Page, token: string | undefined, query = ''): Promise<string> {
  await page.goto(`${gateway.url}/single-payment/${token}${query}`)
  await page.getByText('Zwykły przelew').click()
  await page.locator('.pay:visible').click()
  await headingSays(page, /^Zrób/)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** What a phone’s camera reads off the screen. */
async function scanned(page: Page, nth = 0): Promise<string> {
  const png = await page.locator('svg.qr').nth(nth).screenshot()
  const blank = await page.context().newPage()
  const picture = await blank.evaluate(async (base64) => {
    const bytes = Uint8Array.from(globalThis.atob(base64), (letter) => letter.charCodeAt(0))
    const browser = globalThis as unknown as {
      createImageBitmap(blob: Blob): Promise<{ width: number; height: number }>
      OffscreenCanvas: new (
        width: number,
        height: number,
      ) => {
        getContext(kind: '2d'): {
          drawImage(image: unknown, x: number, y: number): void
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray }
        }
      }
    }
    const image = await browser.createImageBitmap(new Blob([bytes]))
    const context = new browser.OffscreenCanvas(image.width, image.height).getContext('2d')
    context.drawImage(image, 0, 0)
    const { data } = context.getImageData(0, 0, image.width, image.height)
    return { width: image.width, height: image.height, data: [...data] }
  }, png.toString('base64'))
  await blank.close()
  return decodeQR({ ...picture, data: Uint8Array.from(picture.data) }, { timeLimit: 10_000 })
}

/** The payer’s app makes the transfer that the code says, and the bank’s statement shows it. */
async function transferred(code: string, changes: { amount?: bigint } = {}): Promise<void> {
  const [, , account = '', grosze = '', , title = ''] = code.split('|')
  const lines = [line({ amount: BigInt(grosze), title, ...changes })]
  const file = writeMt940({ account, lines }, { separator: '~' })
  const { states } = await bank.bring(Buffer.from(file))
  expect(states).not.toHaveProperty('unknown')
  expect(await verifyBooks(gateway.platform.db)).toEqual([])
}

const statusOf = async (token: string | undefined) =>
  (await gateway.api(`/pay/v1/payments/${token}`)).body as {
    status: string
    amounts: Record<string, number>
    payments: { paymentId: string; unallocated: number }[]
  }

describe('a payer who pays by transfer', () => {
  it.each([
    { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    { colorScheme: 'dark', viewport: { width: 360, height: 640 } },
    { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  ])('scans what the page says, $colorScheme, $viewport.width px', async (options) => {
    const payer = newPayer(gateway, `scan-${options.viewport.width}`)
    const [token] = await payer.bills([{ amount: 247.4 }])
    await inPage(async (page) => {
      await showTransfer(page, token)
      const text = plain(await page.locator('main').textContent())
      const reference = /ref \d{8}-\d{6}/.exec(text)?.[0]
      expect(await scanned(page)).toBe(
        `|PL|28616102383202382844889825|024740|NETIX Sp. z o.o.|${reference} ID ${payer.userId}|||`,
      )
    }, options)
  })

  it('copies an account without spaces and an amount without its unit', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 1247.4 }])
    await inPage(
      async (page) => {
        await showTransfer(page, token)
        const copied = async (name: string) => {
          await page.getByRole('button', { name: `Kopiuj: ${name}` }).click()
          return page.evaluate('navigator.clipboard.readText()')
        }
        expect(await copied('Numer konta')).toBe('28616102383202382844889825')
        expect(await copied('Kwota')).toBe('1247,40')
        expect(await copied('Tytuł przelewu')).toMatch(/^ref \d{8}-\d{6} ID payer-\d+ FV 1\/2026$/)
        expect(await copied('Odbiorca')).toBe('NETIX Sp. z o.o.')
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    )
  })

  it('hands the code to another app on a phone that can', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await inPage(
      async (page) => {
        await page.addInitScript(`
          navigator.canShare = ({ files }) => files.length === 1
          navigator.share = async ({ files }) => { window.shared = [files[0].name, files[0].type, files[0].size] }`)
        await showTransfer(page, token)
        await page.getByRole('link', { name: 'Przekaż kod do aplikacji banku' }).click()
        await expect
          .poll(() => page.evaluate('window.shared'), patience)
          .toEqual(['przelew.png', 'image/png', expect.any(Number)])
      },
      { hasTouch: true, isMobile: true },
    )
  })

  it('needs no script: the code is saved as a picture, and another way is one press away', async () => {
    const [token] = await newPayer(gateway).bills([{}])
    await inPage(
      async (page) => {
        await showTransfer(page, token)
        expect(await page.getByRole('button', { name: 'Kopiuj' }).count()).toBe(0)
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('link', { name: 'Zapisz obrazek z kodem' }).click(),
        ])
        expect(download.suggestedFilename()).toMatch(/^\d{8}-\d{6}\.png$/)
        await page.getByRole('link', { name: 'Wybierz inny sposób' }).click()
        await page.getByText('BLIK', { exact: true }).first().click()
        await page.fill('#blik', '777 000')
        await page.locator('.pay:visible').click()
        await headingSays(page, 'Zapłacono 123,45 zł')
      },
      { javaScriptEnabled: false },
    )
  })

  it('sees the receipt without a reload once a statement has shown the money', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 20 }])
    await inPage(async (page) => {
      await showTransfer(page, token)
      await transferred(await scanned(page))
      await headingSays(page, 'Zapłacono 20,00 zł')
    })
    expect(await statusOf(token)).toMatchObject({ status: 'paid', amounts: { paid: 20 } })
  })

  it('sends too little: the page says what is left, and the next transfer pays it', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 30 }])
    await inPage(async (page) => {
      await showTransfer(page, token)
      await transferred(await scanned(page), { amount: 2_990n })
      expect(await statusOf(token)).toMatchObject({ status: 'active', amounts: { paid: 29.9, open: 0.1 } })
      await showTransfer(page, token)
      expect(await scanned(page)).toContain('|000010|')
      await transferred(await scanned(page))
    })
    expect(await statusOf(token)).toMatchObject({ status: 'paid', amounts: { paid: 30 } })
  })

  it('pays by BLIK while the transfer is on its way: both are kept, and one can be given back', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 40 }])
    await inPage(async (page) => {
      await showTransfer(page, token)
      const code = await scanned(page)
      await page.goto(`${gateway.url}/single-payment/${token}`)
      expect(plain(await page.locator('.note').textContent())).toContain('nie płać drugi raz')
      await page.fill('#blik', '777 000')
      await page.locator('.pay:visible').click()
      await headingSays(page, 'Zapłacono 40,00 zł')
      await transferred(code)
      await page.goto(`${gateway.url}/single-payment/${token}`)
      await headingSays(page, 'Ta faktura jest już opłacona')
      expect(plain(await page.locator('.note').textContent())).toContain('dotarła druga wpłata')
    })
    expect((await statusOf(token)).payments.reduce((sum, { unallocated }) => sum + unallocated, 0)).toBe(40)
    const twice = (await statusOf(token)).payments.find(({ unallocated }) => unallocated > 0)
    const refund = { paymentId: twice?.paymentId, amount: 40 }
    const path = `/pay/v1/payments/${token}/refunds`
    // Nobody can give a transfer back but the biller, who says that he has.
    expect((await gateway.api(path, { body: refund })).status).toBe(422)
    expect((await gateway.api(path, { body: { ...refund, manual: true } })).status).toBeLessThan(300)
    expect(await statusOf(token)).toMatchObject({ status: 'paid', amounts: { paid: 40 } })
    expect(await verifyBooks(gateway.platform.db)).toEqual([])
  })

  it('makes two transfers for two accounts, and sees which has come', async () => {
    const [token] = await newPayer(gateway).bills([{ amount: 10 }, { amount: 20, nrb: otherNrb }])
    await inPage(async (page) => {
      await showTransfer(page, token, '?type=balance')
      await headingSays(page, 'Zrób 2 przelewy, razem')
      const first = await scanned(page, 0)
      expect(first).toContain('|28616102383202382844889825|001000|')
      expect(await scanned(page, 1)).toContain(`|${otherNrb}|002000|`)
      await transferred(first)
      await page.reload()
      await headingSays(page, /Zrób przelew na\s*20,00 zł/)
      expect(plain(await page.locator('main').textContent())).toContain('Ten przelew już dotarł.')
      await transferred(await scanned(page))
      await page.reload()
      await headingSays(page, 'Zapłacono 10,00 zł')
    })
    expect(await statusOf(token)).toMatchObject({ status: 'paid' })
  })
})
