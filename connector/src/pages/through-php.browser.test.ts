import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../../gateway/testing/chromium.ts'
import { engines } from '../../testing/index.ts'
import { type Serving, type Stage, setStage } from '../../testing/php/php.ts'
import { answerHook } from '../bridge/index.ts'
import { openPageWorld, type PageWorld } from './testing/operator.ts'

const everything = { rights: ['full_access'] }

describe.each(engines)('the pages in a browser, relayed by the plugin’s PHP, on %s', (engine) => {
  let desk: PageWorld
  let stage: Stage
  let lms: Serving
  let browser: Browser
  let payment: number
  let customer: number
  beforeAll(async () => {
    desk = await openPageWorld(engine)
    stage = await setStage()
    await stage.answerBy((hook, data) => answerHook(desk.context, hook, data))
    lms = await stage.serve(everything)
    browser = await openChromium()
    customer = await desk.world.addCustomer({ lastname: '<b>Źrebiec</b>', name: "O'Hara" })
    const cashid = await desk.world.addCash({ customerId: customer, value: '69.00', type: 100 })
    const title = '<img src=x onerror="document.title=\'taken\'"> {$smarty.version} 100%b'
    payment = await desk.addPayment({ customerid: customer, cashid, title })
  })
  afterAll(async () => {
    await browser.close()
    await stage.close()
    await desk.close()
  })

  async function open(width: number, query: string): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage()
    await page.goto(`${lms.url}?${query}`)
    return page
  }
  const state = async () => {
    const { db } = desk.world.lms
    const query = db.selectFrom('billtech_payments').select('state').where('id', '=', payment)
    return (await query.executeTakeFirstOrThrow()).state
  }

  it.each([360, 1280])(
    'have nothing that axe finds at %i px, and fit',
    { timeout: 120_000 },
    async (width) => {
      const found: Record<string, unknown> = {}
      for (const module of ['billtechpayments', 'billtechconfig', 'billtechstate']) {
        const page = await open(width, `m=${module}`)
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run('#billtech-page'),
        )
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        if (violations.length > 0 || over > 0)
          found[module] = { over, violations: violations.map(({ id }) => id) }
        await page.context().close()
      }
      expect(found).toEqual({})
      expect(lms.log).toEqual([])
    },
  )

  it.each([360, 1280])('settle and un-settle a payment at %i px', { timeout: 120_000 }, async (width) => {
    const page = await open(width, 'm=billtechpayments&hide=1')
    await page.getByRole('checkbox', { name: /Wybierz płatność/ }).check()
    await page.getByRole('button', { name: 'Zaznacz jako rozliczone' }).click()
    await page.getByRole('heading', { level: 1, name: 'Zaznaczyć jako rozliczone?', exact: true }).waitFor()
    expect(await state()).toBe('open')
    await page.getByRole('button', { name: 'Tak, zaznacz jako rozliczone' }).click()
    await page.getByText('Zaznaczono jako rozliczone: 1.').waitFor()
    expect(page.url()).toContain('hide=1')
    expect(await state()).toBe('hand')

    await page.goto(`${lms.url}?m=billtechpayments`)
    await page.getByRole('checkbox', { name: /Wybierz płatność/ }).check()
    await page.getByRole('button', { name: 'Odznacz jako rozliczone' }).click()
    await page.getByRole('button', { name: 'Tak, odznacz jako rozliczone' }).click()
    await page.getByText('Odznaczono jako rozliczone: 1.').waitFor()
    expect(await state()).toBe('open')
    await page.context().close()
  })

  it('save a setting and show what is wrong beside its field', async () => {
    const page = await open(1280, 'm=billtechconfig')
    await page.getByLabel('Identyfikator dostawcy').fill('netix "1"')
    await page.getByLabel('Odświeżanie linków').fill('co chwilę')
    await page.getByRole('button', { name: 'Zapisz zmiany' }).click()
    await page.getByRole('alert').getByText('Wpisz liczbę minut od 1 do 1440.').click()
    await expect.poll(() => page.evaluate<string>('location.hash')).toBe('#bt-links_interval')
    expect(await page.getByLabel('Identyfikator dostawcy').inputValue()).toBe('netix "1"')
    await page.getByLabel('Odświeżanie linków').fill('10')
    await page.getByRole('button', { name: 'Zapisz zmiany' }).click()
    await page.getByText('Zapisano zmienione ustawienia: 2.').waitFor()
    expect(await page.getByLabel('Identyfikator dostawcy').inputValue()).toBe('netix "1"')
    await page.context().close()
  })

  it('defect 41: show titles and names with markup as text, and run none of it', async () => {
    const page = await open(1280, 'm=billtechpayments&name=%3Cscript%3E')
    expect(await page.getByLabel('Imię, nazwisko lub firma').inputValue()).toBe('<script>')
    await page.goto(`${lms.url}?m=billtechpayments`)
    expect(await page.getByText("<b>Źrebiec</b> O'Hara").count()).toBe(1)
    expect(await page.getByText('{$smarty.version} 100%b').count()).toBe(1)
    expect(await page.locator('#billtech-page :is(img, b, script)').count()).toBe(0)
    expect(await page.title()).toBe('Płatności BillTech')
    await page.context().close()
  })

  it('refuse a form of another session, and one that was changed', async () => {
    const page = await open(1280, 'm=billtechpayments')
    const other = await open(1280, 'm=billtechpayments')
    const token = await other.locator('input[name=token]').first().inputValue()
    for (const forged of [token, 'x', '']) {
      await page.goto(`${lms.url}?m=billtechpayments`)
      await page.locator('input[name=token]').first().evaluate(setValue, forged)
      await page.getByRole('checkbox', { name: /Wybierz płatność/ }).check()
      await page.getByRole('button', { name: 'Zaznacz jako rozliczone' }).click()
      await page.getByRole('heading', { name: 'Formularz jest nieaktualny' }).waitFor()
    }
    expect(await state()).toBe('open')
    await page.context().close()
    await other.context().close()
  })

  it('offer an operator without the right to settle no box to tick, and hand out CSV', async () => {
    await lms.change({ rights: ['billtech_payments'] })
    const page = await open(360, 'm=billtechpayments')
    expect(await page.getByRole('checkbox', { name: /Wybierz płatność/ }).count()).toBe(0)
    expect(await page.getByText('Rozliczanie wymaga uprawnienia').count()).toBe(1)
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Pobierz CSV' }).click()
    expect((await waiting).suggestedFilename()).toBe('platnosci-billtech.csv')
    const denied = await page.goto(`${lms.url}?m=billtechconfig`)
    expect(denied?.status()).toBe(403)
    await page.context().close()
    await lms.change(everything)
  })
})

/** Runs in the page, which has no types here. */
const setValue = (element: unknown, value: string) => {
  ;(element as { value: string }).value = value
}
