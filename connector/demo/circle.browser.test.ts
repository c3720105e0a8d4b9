import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openChromium } from '../../gateway/testing/chromium.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { readLmsIni } from '../src/lms/index.ts'
import { createLog, openLms } from '../src/platform/index.ts'
import { createContext } from '../src/sync/links/index.ts'
import { watch } from '../src/watch/index.ts'
import { runScripts, testServer } from '../testing/servers.ts'
import { openDemo, type RunningDemo } from './run.ts'

const database = `lms_demo_${randomBytes(4).toString('hex')}`
const stop = new AbortController()

let gateway: TestGateway
let demo: RunningDemo
let folder: string
let watching: Promise<void>
let closeLms: () => Promise<void>
beforeAll(async () => {
  gateway = await startTestGateway()
  folder = await mkdtemp(join(tmpdir(), 'lms-demo-'))
  const access = { gateway: gateway.url, ...gateway.credentials, providerCode: gateway.provider.code }
  const databaseUrl = process.env.TEST_TEMPLATE_URL ?? ''
  demo = await openDemo({ databaseUrl, database, folder, gateway: access, pin: '12345678', port: 0 })
  const ini = await readLmsIni(demo.ini)
  const lms = await openLms(ini.database)
  closeLms = () => lms.close()
  const log = createLog({ level: 'silent', format: 'json', name: 'demo' })
  const context = await createContext({ lms, ini, log, signal: stop.signal })
  watching = watch({ context, signal: stop.signal })
})
afterAll(async () => {
  stop.abort(new Error('the test is over'))
  await watching
  await closeLms()
  await demo.close()
  await gateway.close()
  await runScripts(testServer('postgres', 'postgres'), [`drop database if exists ${database} with (force)`])
  await rm(folder, { recursive: true, force: true })
})

async function see(path: string): Promise<string> {
  const response = await fetch(`${demo.url}${path}`)
  expect(response.status, path).toBe(200)
  return response.text()
}

/** Until the page shows it; what never comes is a time-out of the test. */
async function seen(path: string, what: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = what.exec(await see(path))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function send(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields)
  return fetch(`${demo.url}${path}`, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: { origin: demo.url, ...headers },
  })
}

describe('the demo of LMS', () => {
  it('leads through the whole circle', async () => {
    const [, id] = await seen('/', /customer\/(\d+)">Żaneta Śliwińska/)
    const customer = `/customer/${id}`
    expect(await see(`${customer}/blocked`)).toContain('zablokowany')

    await send(`${customer}/invoice`, { title: 'Internet', amount: '12,34' })
    const [, document] = await seen(customer, new RegExp(`${customer}/mail/(\\d+)`))
    const mail = await see(`${customer}/mail/${document}`)
    expect(mail).toContain('X-BillTech-amount')
    expect(mail).toMatch(/Opłać teraz: http:\/\/127\.0\.0\.1:\d+\/single-payment\/[0-9a-f]{128}/)

    const [, token = ''] = await seen(`${customer}/blocked`, /single-payment\/([0-9a-f]{128})/)
    const pay = { method: 'POST', body: { scope: 'balance', method: 'blik' } }
    const paid = await gateway.api(`/pay/v1/test/payments/${token}/pay`, pay)
    expect(paid.status).toBe(200)
    const { referenceNumber } = paid.body as { referenceNumber: string }

    await seen(`${customer}/blocked`, /Internet działa/)
    expect(await see(customer)).toContain('0,00')
    await seen('/lms?m=billtechpayments', new RegExp(referenceNumber))
    await seen('/cashimport', new RegExp(`ref: ${referenceNumber}`))

    const booked = { customer: id ?? '', amount: '260,33', description: `Internet ref: ${referenceNumber}` }
    expect((await send('/cashimport', booked)).status).toBe(303)
    await seen('/cashimport', /settled a temporary payment/)
    await seen('/lms?m=billtechpayments', /rozliczona wyciągiem/)
    const panel = await see(customer)
    expect(panel).not.toContain('Wpłata online')
    expect(panel).toMatch(/big fine">0,00/)
  })

  it('lets the operator save a setting by the relayed page, and nobody else', async () => {
    const first = await fetch(`${demo.url}/lms?m=billtechconfig`)
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    const token = /name="token" value="([^"]+)"/.exec(await first.text())?.[1] ?? ''
    const form = { act: 'save', token, links_interval: '2', was_links_interval: '1' }
    expect((await send('/lms?m=billtechconfig', form)).status).toBe(403)
    const saved = await send('/lms?m=billtechconfig', form, { cookie })
    expect([saved.status, saved.headers.get('location')]).toEqual([303, '/lms?m=billtechconfig&done=saved.1'])
  })

  it.each([
    ['another page', { origin: 'http://evil.example' }],
    ['a page without a name', { origin: 'null' }],
  ])('takes no form from %s', async (_, headers) => {
    expect((await send('/customer/61/invoice', { amount: '1' }, headers)).status).toBe(403)
  })

  it('has nothing that axe finds, on a phone and on a desktop', { timeout: 300_000 }, async () => {
    const [, mail = ''] = await seen('/', /customer\/(\d+)">Jan Kowalski/)
    const [, document] = await seen(`/customer/${mail}`, new RegExp(`/customer/${mail}/mail/(\\d+)`))
    const paths = [
      '/',
      `/customer/${mail}`,
      `/customer/${mail}/blocked`,
      `/customer/${mail}/mail/${document}`,
    ]
    const browser = await openChromium()
    const found: Record<string, string[]> = {}
    for (const width of [360, 1280]) {
      const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage()
      for (const path of [...paths, '/cashimport', '/lms?m=billtechpayments', '/lms?m=billtechstate']) {
        await page.goto(`${demo.url}${path}`)
        await page.evaluate(axe.source)
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(),
        )
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        const wrong = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
        )
        if (wide > 0) wrong.push(`${wide} px too wide`)
        if (wrong.length > 0) found[`${path} ${width}`] = wrong
      }
    }
    await browser.close()
    expect(found).toEqual({})
  })
})
