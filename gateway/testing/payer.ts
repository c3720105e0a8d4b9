import { setTimeout as sleep } from 'node:timers/promises'
import type { TestGateway } from './gateway.ts'
import { nrb } from './links.ts'

export interface Page {
  status: number
  headers: Headers
  html: string
  /** Hidden fields of the form that pays. */
  fields: Record<string, string>
  /** What a reader sees: no tags, plain spaces. */
  text: string
}

let made = 0

/** A payer in front of a browser without script: opens pages and presses their button. */
export function newPayer(gateway: TestGateway, userId = `payer-${++made}`) {
  const open = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const url = path.startsWith('http') ? path : `${gateway.url}${path}`
    const response = await fetch(url, { redirect: 'manual', ...init })
    const html = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      html,
      fields: fieldsOf(html),
      text: textOf(html),
    }
  }
  const post = (path: string, fields: Record<string, string>) =>
    open(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    })
  return {
    userId,
    open,
    post,
    /** Makes links for the payer, one for each bill. @returns their tokens */
    async bills(
      bills: Record<string, unknown>[],
      credentials: TestGateway['credentials'] = gateway.credentials,
    ): Promise<string[]> {
      const payments = bills.map((changes, index) => ({
        userId,
        operationId: `bill-${index}`,
        amount: 123.45,
        nrb,
        title: `FV ${index + 1}/2026`,
        paymentDue: '2030-01-01',
        name: 'Jan',
        surname: 'Kowalski',
        ...changes,
      }))
      const answer = await gateway.api('/pay/v1/payments', { body: { payments }, credentials })
      if (answer.status !== 201) throw new Error(answer.text)
      return (answer.body as { links: { token: string }[] }).links.map(({ token }) => token)
    },
    /** Opens the page, fills the form as given and presses the button; follows to the page after it. */
    async pay(path: string, filled: Record<string, string> = {}): Promise<Page & { address: string }> {
      const page = await open(path)
      const pressed = await post(path, { ...page.fields, channel: 'blik', code: '777 000', ...filled })
      const address = pressed.headers.get('location') ?? path
      return { ...(pressed.status === 303 ? await open(address) : pressed), address }
    },
    cancel: (token: string, body: unknown) => gateway.api(`/pay/v1/payments/${token}/cancel`, { body }),
  }
}

export type Payer = ReturnType<typeof newPayer>

function fieldsOf(html: string): Record<string, string> {
  const form = /<form[^>]* data-pay[\s\S]*?<\/form>/.exec(html)?.[0] ?? ''
  const hidden = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]))
}

function textOf(html: string): string {
  const body = html.slice(html.indexOf('<body'))
  return body
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What any request that starts or pays something would change. */
export async function rowCounts({ platform }: TestGateway): Promise<string> {
  const { rows } = await platform.pool.query(
    `select (select count(*) from checkout) as checkouts, (select count(*) from payment) as payments,
      (select count(*) from event) as events, (select coalesce(sum(open_amount), 0) from payment_link) as open`,
  )
  return JSON.stringify(rows[0], (_key, value) => (typeof value === 'bigint' ? String(value) : value))
}

/** Waits for the page to say something. */
export async function until(open: () => Promise<Page>, words: RegExp): Promise<Page> {
  for (const end = Date.now() + 45_000; Date.now() < end; ) {
    const page = await open()
    if (words.test(page.text)) return page
    await sleep(100)
  }
  throw new Error(`the page never says ${words}`)
}
