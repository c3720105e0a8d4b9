import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../gateway/testing/chromium.ts'
import type { Fake } from '../../gateway/testing/fakes/fake-server.ts'
import { startP24Fake } from '../../gateway/testing/fakes/p24/index.ts'
import { startPayuFake } from '../../gateway/testing/fakes/payu/index.ts'
import { startStripeFake } from '../../gateway/testing/fakes/stripe/index.ts'
import { startTpayFake } from '../../gateway/testing/fakes/tpay/index.ts'
import { type MethodWorld, startMethodWorld } from '../../gateway/testing/method-world.ts'
import { headingSays, patience, plain, withPage } from './browser-world.ts'

interface Tried {
  code: string
  start: () => Promise<Fake>
  /** Whether its API has a list of banks. */
  banks: boolean
  /** How often its client asks before it gives up. */
  tries: number
  /** The request that starts a payment there, and the one for its page: jobs ask for other things meanwhile. */
  starts: RegExp
  page: RegExp
}

const tried: Tried[] = [
  {
    ...{ code: 'p24', start: startP24Fake, banks: true, tries: 1 },
    ...{ starts: /^POST .*\/transaction\/register$/, page: /^GET \/trnRequest\// },
  },
  {
    ...{ code: 'payu', start: startPayuFake, banks: true, tries: 1 },
    ...{ starts: /^POST .*\/orders$/, page: /^GET \/pay\// },
  },
  {
    ...{ code: 'tpay', start: startTpayFake, banks: true, tries: 1 },
    ...{ starts: /^POST \/transactions$/, page: /^GET \/$/ },
  },
  {
    ...{ code: 'stripe', start: startStripeFake, banks: false, tries: 3 },
    ...{ starts: /^POST .*\/checkout\/sessions$/, page: /^GET \/c\/pay\// },
  },
]

let browser: Browser
beforeAll(async () => {
  browser = await openChromium()
})
afterAll(() => browser.close())

describe.each(tried)('a payer in front of a browser, $code:', (payments) => {
  const { code, start, banks, tries } = payments
  let world: MethodWorld
  beforeAll(async () => {
    world = await startMethodWorld(code, start)
  })
  afterAll(() => world?.close())

  const inPage = (work: (page: Page) => Promise<void>, options = {}) =>
    withPage(browser, [world.gateway.url, world.fake.url], options, work)
  const linkOf = (token: string) => `${world.gateway.url}/single-payment/${token}`
  /** From the link to the payment provider’s own page, by one press after the way is chosen. */
  const goToBank = async (page: Page, token: string) => {
    await page.goto(linkOf(token))
    await page.getByText('Przelew z mojego banku').click()
    await page.locator('.pay:visible').click()
    await page.waitForURL(`${world.fake.url}/**`)
  }
  const decide = (page: Page, decision: string) => page.locator(`button[value=${decision}]`).click()
  const expectPaid = async (token: string, paid: number, unallocated = 0) => {
    const status = await world.status(token)
    expect(status).toMatchObject({ status: 'paid', amounts: { paid } })
    expect(status.payments.reduce((sum, payment) => sum + (payment.unallocated ?? 0), 0)).toBe(unallocated)
    expect(await world.books()).toEqual([])
  }

  it.each([true, false])('pays at the bank with one press, script: %s', async (javaScriptEnabled) => {
    const token = await world.newLink(50)
    await inPage(
      async (page) => {
        await goToBank(page, token)
        expect(await page.evaluate('document.referrer').catch(() => '')).toBe('')
        await decide(page, 'pay')
        await headingSays(page, 'Zapłacono 50,00 zł')
        expect(page.url()).toContain(world.gateway.url)
        expect(page.url()).not.toContain(token)
        expect(plain(await page.locator('body').textContent())).toContain('Płatność testowa')
      },
      { javaScriptEnabled },
    )
    await expectPaid(token, 50)
  })

  it('pays by card on the payment provider’s page, never on ours', async () => {
    const token = await world.newLink(49)
    await inPage(async (page) => {
      await page.goto(linkOf(token))
      await page.getByText('Visa, Mastercard').click()
      await page.locator('.pay:visible').click()
      await page.waitForURL(`${world.fake.url}/**`)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 49,00 zł')
      expect(plain(await page.locator('main').textContent())).toContain('Karta')
    })
    await expectPaid(token, 49)
  })

  it('finds its way back from the bank to the bill, past the page that led there', async () => {
    const token = await world.newLink(50)
    await inPage(async (page) => {
      await goToBank(page, token)
      await page.goBack()
      expect(page.url()).toBe(linkOf(token))
    })
  })

  it('is refused, told so, and pays the next time', async () => {
    const token = await world.newLink(51)
    await inPage(async (page) => {
      await goToBank(page, token)
      await decide(page, 'refuse')
      await page.waitForURL(`${world.gateway.url}/checkout/**`)
      const said = async () => plain(await page.locator('main').textContent())
      await expect.poll(said, patience).toMatch(/Nie pobrano pieniędzy|Nie mamy jeszcze żadnej wpłaty/)
      expect(await said()).not.toContain('Zapłacono')
      expect(await world.status(token)).toMatchObject({ status: 'active', processing: false })
      await goToBank(page, token)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 51,00 zł')
    })
    await expectPaid(token, 51)
  })

  it('walks away, is asked to finish, and goes on there', async () => {
    const token = await world.newLink(52)
    await inPage(async (page) => {
      await goToBank(page, token)
      const checkout = page.url()
      await decide(page, 'leave')
      await headingSays(page, /Dokończ płatność|Płatność się nie udała|Płatność nie została dokończona/)
      expect(await world.status(token)).toMatchObject({ status: 'active', processing: false })
      if ((await page.getByRole('link', { name: 'Przejdź do banku' }).count()) > 0) {
        await page.getByRole('link', { name: 'Przejdź do banku' }).click()
        await page.waitForURL(checkout)
      } else await goToBank(page, token)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 52,00 zł')
    })
    await expectPaid(token, 52)
  })

  it('never comes back, and the time is over: nothing was taken, and the bill can be paid', async () => {
    const token = await world.newLink(53)
    await inPage(async (page) => {
      await goToBank(page, token)
      await world.advance('PT31M')
      await goToBank(page, token)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 53,00 zł')
    })
    await expectPaid(token, 53)
  })

  it('pays the same bill in two tabs: both are recorded, and the second is told so', async () => {
    const token = await world.newLink(54)
    await inPage(async (one) => {
      const other = await one.context().newPage()
      await goToBank(one, token)
      await goToBank(other, token)
      await decide(one, 'pay')
      await headingSays(one, 'Zapłacono 54,00 zł')
      await decide(other, 'pay')
      await headingSays(other, 'Zapłacono 54,00 zł')
      expect(plain(await other.locator('.note').textContent())).toContain('dotarła druga wpłata')
    })
    await expectPaid(token, 54, 54)
  })

  it('pays by a BLIK code on our page, and after a wrong one by the next', async () => {
    const token = await world.newLink(55)
    await inPage(async (page) => {
      await page.goto(linkOf(token))
      await page.fill('#blik', '777 123')
      await page.locator('.pay:visible').click()
      await headingSays(page, 'Zapłacono 55,00 zł')
    })
    await expectPaid(token, 55)
    const second = await world.newLink(56)
    await inPage(async (page) => {
      await page.goto(linkOf(second))
      await page.fill('#blik', '500500')
      await page.locator('.pay:visible').click()
      await page.waitForURL(`${world.gateway.url}/checkout/**`)
      // A method that cannot tell a refusal from a payer who thinks lets the time pass.
      await world.advance('PT4M')
      await page.goto(page.url())
      await page.fill('#blik', '777 456')
      await page.locator('.pay:visible').click()
      await headingSays(page, 'Zapłacono 56,00 zł')
    })
    await expectPaid(second, 56)
  })

  if (banks)
    it('chooses the bank on our page, and the method is told which', async () => {
      const token = await world.newLink(57)
      await inPage(async (page) => {
        await page.goto(linkOf(token))
        await page.getByText('Przelew z mojego banku').click()
        const options = await page.locator('#bank option').allTextContents()
        expect(options.length).toBeGreaterThan(1)
        const bank = await page.locator('#bank option').nth(1).getAttribute('value')
        await page.selectOption('#bank', bank)
        await page.locator('.pay:visible').click()
        await page.waitForURL(`${world.fake.url}/**`)
        const told = world.fake.requests.filter(({ method }) => method === 'POST')
        expect(told.some(({ body }) => body.includes(String(bank)))).toBe(true)
        await decide(page, 'pay')
        await headingSays(page, 'Zapłacono 57,00 zł')
      })
      await expectPaid(token, 57)
    })

  it('is sent on by the payment provider to hosts that nobody knows beforehand', async () => {
    const bank = createServer((_, response) => response.end('<h1>Bank</h1>'))
    await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://localhost:${(bank.address() as AddressInfo).port}`
    const token = await world.newLink(58)
    try {
      await withPage(browser, [world.gateway.url, world.fake.url, elsewhere], {}, async (page) => {
        await page.goto(linkOf(token))
        await page.getByText('Przelew z mojego banku').click()
        world.fake.next({
          on: payments.page,
          reply: { status: 302, headers: { location: `${elsewhere}/login` } },
        })
        await page.locator('.pay:visible').click()
        await page.waitForURL(`${elsewhere}/login`)
        await headingSays(page, 'Bank')
      })
    } finally {
      bank.closeAllConnections()
      bank.close()
    }
  })

  it('is told when the payment provider cannot be reached, and tries again', async () => {
    const token = await world.newLink(59)
    await inPage(async (page) => {
      await page.goto(linkOf(token))
      await page.getByText('Przelew z mojego banku').click()
      for (let times = 0; times < tries; times++)
        world.fake.next({ on: payments.starts, reply: { status: 500, body: {} } })
      await page.locator('.pay:visible').click()
      await headingSays(page, 'Nie udało się połączyć z bankiem')
      await page.getByRole('link', { name: 'Spróbuj jeszcze raz' }).click()
      await page.locator('.pay:visible').click()
      await page.waitForURL(`${world.fake.url}/**`)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 59,00 zł')
    })
    await expectPaid(token, 59)
  })

  it('gets money back: part of it, then the rest, and the bill stays paid', async () => {
    const token = await world.newLink(60)
    await inPage(async (page) => {
      await goToBank(page, token)
      await decide(page, 'pay')
      await headingSays(page, 'Zapłacono 60,00 zł')
      for (const amount of [20, 40]) {
        const body = { amount }
        const answer = await world.gateway.api(`/pay/v1/payments/${token}/refunds`, { body })
        expect(answer.status).toBeLessThan(300)
      }
      await expect.poll(async () => (await world.status(token)).amounts.refunded, patience).toBe(60)
      await page.goto(linkOf(token))
      await headingSays(page, 'Ta faktura jest już opłacona')
    })
    await expectPaid(token, 60)
  })
})
