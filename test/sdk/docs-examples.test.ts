import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient, type PaymentLinkItem, type Refunds } from '@bill-gateway/contract'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPin } from '../../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, createLink, pay } from '../support/bill.ts'
import { readCurl } from '../support/curl.ts'
import { type PageExample, pageExamples } from '../support/page-examples.ts'
import { fileOf, line, statementsOf } from '../support/statements.ts'

const top = new URL('../..', import.meta.url).pathname

let gateway: TestGateway
let examples: PageExample[]
beforeAll(async () => {
  gateway = await startTestGateway()
  examples = pageExamples(await (await fetch(`${gateway.url}/docs`)).text())
})
afterAll(() => gateway?.close())

/** What the reader of an example has already. */
const globals = `
import type { Client, GatewayEvent, PaymentLinkItem, PaymentRow } from '@bill-gateway/contract'
declare global {
  const client: Client
  const token: string
  const webhookId: string
  const statementFile: Uint8Array
  const statementId: string
  const entryId: string
  const refundId: string
  const payoutId: string
  const shortLink: string
  const apiKey: string
  const pin: string
  function bills(): AsyncIterable<PaymentLinkItem>
  function save(operationId: unknown, token: string, shortLink?: string): Promise<void>
  function keepSecret(id: string, secret: string): Promise<void>
  function remind(userId: string, amount: number): Promise<void>
  function bookOnce(id: string, row: PaymentRow): Promise<void>
  function handle(event: GatewayEvent): Promise<void>
  function loadCursor(): Promise<string>
  function saveCursor(cursor: string): Promise<void>
}
`
const isTypeScript = (example: PageExample) => example.title === 'TypeScript'

describe('the TypeScript examples of the docs', () => {
  it('compile', { timeout: 600_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docs-examples-'))
    const typescript = examples.filter(isTypeScript)
    expect(typescript.length).toBeGreaterThan(10)
    const files = typescript.map(({ section, code }) =>
      writeFile(join(folder, `${section}.ts`), `${code}\nexport {}\n`),
    )
    const compilerOptions = {
      noEmit: true,
      module: 'nodenext',
      noUnusedLocals: false,
      types: ['node'],
      typeRoots: [join(top, 'node_modules/@types')],
      paths: { '@bill-gateway/contract': [join(top, 'contract/src/index.ts')] },
    }
    const config = { extends: join(top, 'tsconfig.base.json'), compilerOptions, include: ['.'] }
    await Promise.all([
      ...files,
      writeFile(join(folder, 'package.json'), '{ "type": "module" }'),
      writeFile(join(folder, 'globals.d.ts'), globals),
      writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config)),
    ])
    const tsc = join(top, 'node_modules/typescript/bin/tsc')
    const run = promisify(execFile)(process.execPath, [tsc, '-p', folder])
    const faults = await run.then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    )
    await rm(folder, { recursive: true })
    expect(faults).toBe('')
  })

  it('run', { timeout: 600_000 }, async () => {
    const { credentials, provider, url } = gateway
    for (const { section, code } of examples.filter(isTypeScript)) {
      await dropWebhooks(gateway)
      const { token, shortLink } = await createLink(gateway.api, { name: 'Jan', surname: 'Kowalski' })
      const seen: unknown[] = []
      const note = async (...values: unknown[]) => void seen.push(values)
      const client = createClient({ baseUrl: url, ...credentials })
      if (section.includes('events') || section.includes('search')) await client.test.pay(token)
      const names = {
        client,
        token,
        shortLink,
        ...(await statementNames(gateway, section)),
        refundId: await refundOf(gateway, section, token),
        payoutId: await payoutOf(gateway, section),
        webhookId: section.includes('webhooks') ? await newWebhook(gateway) : '',
        keepSecret: note,
        apiKey: credentials.apiKey,
        pin: section.includes('generate-key') ? await pinOf(gateway, credentials.apiKey) : '',
        createClient,
        process: { env: { API_KEY: credentials.apiKey, API_SECRET: credentials.apiSecret } },
        console: { log: note, error: note },
        bills: () => [bill(), bill({ amount: -1 })] as PaymentLinkItem[],
        save: note,
        remind: note,
        bookOnce: note,
        handle: note,
        loadCursor: async () => '0',
        // The stream never ends by itself.
        saveCursor: async () => section.includes('stream') && Promise.reject(new Error('read enough')),
      }
      const source = code.replace(/^import .*$/m, '').replaceAll("'netix'", `'${provider.code}'`)
      await runCode(source, names).catch((error: Error) => {
        if (error.message !== 'read enough') throw new Error(`${section}: ${error.message}`, { cause: error })
      })
      const silent = /settlements$|cancel|encode|generate-key|webhooks-id-(deliveries|replay)|delete-/.test(
        section,
      )
      if (!silent) expect(seen.length, section).toBeGreaterThan(0)
    }
  })
})

const isOfRefunds = (section: string) => /refunds|unallocated/.test(section)

/** The link is paid, a grosz too much, which a refund takes first. */
async function refundOf({ api }: TestGateway, section: string, token: string): Promise<string> {
  if (!isOfRefunds(section)) return ''
  await pay(api, token, { outcome: 'wrong-amount' })
  if (section.includes('unallocated')) return ''
  const { body } = await api(`/pay/v1/payments/${token}/refunds`, { body: { amount: 1, manual: true } })
  return (body as Refunds).refunds[0]?.id ?? ''
}

/** One of a payment provider that nobody asks here, with an item that is not known. */
async function payoutOf({ platform, provider }: TestGateway, section: string): Promise<string> {
  if (!section.includes('payouts')) return ''
  const publicId = `po_${randomBytes(10).toString('hex')}`
  await platform.pool.query(
    `with made as (insert into payout (provider_id, public_id, method, method_payout_id, collected_by, day,
        currency, amount, fee, read_at)
      values ($1, $2, 'p24', $2, 'provider', '2030-07-20', 'PLN', 100, 0, now()) returning provider_id, id)
    insert into payout_item (provider_id, payout_id, position, kind, method, method_payment_id, currency, amount, fee)
    select provider_id, id, 1, 'payment', 'p24', '7', 'PLN', 100, 0 from made`,
    [provider.id, publicId],
  )
  return publicId
}

/** A statement with an entry that waits, or for an undo one that was ignored. */
async function statementNames(gateway: TestGateway, section: string) {
  if (!section.includes('statements')) return {}
  const bank = statementsOf(gateway)
  const statement = await bank.bring([line({ amount: 12345n })])
  const [entry] = await bank.entriesOf(statement)
  if (section.includes('undo')) await bank.act(entry?.id ?? '', 'ignore')
  return { statementId: statement.id, entryId: entry?.id, statementFile: fileOf([line({ amount: 1n })]) }
}

async function statementOrEntry(gateway: TestGateway, section: string): Promise<string> {
  const { statementId = '', entryId = '' } = await statementNames(gateway, section)
  return section.includes('entries-id') ? entryId : statementId
}

async function pinOf({ platform, provider }: TestGateway, apiKey: string): Promise<string> {
  return (await createPin(platform.db, provider.id, apiKey)).pin
}

/** One that nothing is sent to: nobody is there. */
async function newWebhook({ api }: TestGateway): Promise<string> {
  const url = 'https://erp.netix.example/hooks/bills'
  const { body } = await api('/pay/v1/webhooks', { body: { url, types: ['payment.reversed'] } })
  return (body as { id: string }).id
}

async function dropWebhooks({ api }: TestGateway): Promise<void> {
  const { body } = await api('/pay/v1/webhooks')
  for (const { id } of (body as { webhooks: { id: string }[] }).webhooks)
    await api(`/pay/v1/webhooks/${id}`, { method: 'DELETE' })
}

async function runCode(code: string, names: Record<string, unknown>): Promise<void> {
  const { code: script } = await transform(`export async function example() {\n${code}\n}`, { loader: 'ts' })
  const body = `${script.replace(/^export /m, '')}\nreturn example()`
  await new Function(...Object.keys(names), body)(...Object.values(names))
}

describe('the curl examples of the docs', () => {
  /** Sections whose example names something that this gateway has not. */
  const refused: Record<string, number> = {
    'post-api-service-provider-generate-key': 401,
    'post-notify-method-providercode': 400,
  }

  it('are answered as the docs say', async () => {
    const commands = examples.filter(({ code }) => /^(export .*\n+)?curl /.test(code))
    expect(commands.length).toBeGreaterThan(15)
    const files = Object.fromEntries(examples.map(({ title, code }) => [title, code]))
    files['wyciag.sta'] = fileOf([line({ amount: 1n })]).toString()
    await createLink(gateway.api, { userId: 'user-1234' })
    for (const { section, title, code } of commands) {
      await dropWebhooks(gateway)
      const { token, shortLink = '' } = await createLink(gateway.api, { name: 'Jan', surname: 'Kowalski' })
      const shortCode = shortLink.split('/').at(-1) ?? ''
      const variables = {
        API_KEY: gateway.credentials.apiKey,
        API_SECRET: gateway.credentials.apiSecret,
        TOKEN: token,
        CODE: shortCode,
        PARAMS: '1',
        LAST_BOOKED: '0',
        METHOD: 'sandbox',
        PROVIDERCODE: gateway.provider.code,
        ...(section.includes('webhooks-id') ? { ID: await newWebhook(gateway) } : {}),
        ...(isOfRefunds(section) ? { ID: await refundOf(gateway, section, token) } : {}),
        ...(section.includes('payouts') ? { ID: await payoutOf(gateway, section) } : {}),
        ...(section.includes('statements') ? { ID: await statementOrEntry(gateway, section) } : {}),
      }
      const command = code.replaceAll('SscsYRx7qy', shortCode)
      const { url, ...init } = readCurl(command, variables, files)
      expect(url.startsWith(gateway.url), url).toBe(true)
      const response = await fetch(url, { ...init, redirect: 'manual' } as RequestInit)
      if (section.includes('stream') || title === 'Listen') await response.body?.cancel()
      else await response.text()
      const at = `${section}: ${title}`
      const expected = refused[section]
      if (expected) expect(response.status, at).toBe(expected)
      else expect(response.status, at).toBeLessThan(400)
    }
  })
})
