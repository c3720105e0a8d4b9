import { expect } from 'vitest'

/** What a browser would send if the payer pressed the button now. */
export interface PayForm {
  action: string
  fields: Record<string, string>
}

/** Opens the payer's page and reads the form that its button sends. */
export async function openPayForm(link: string): Promise<PayForm> {
  const response = await fetch(link, { headers: { accept: 'text/html' } })
  const html = await response.text()
  expect(response.status, html.slice(0, 500)).toBe(200)
  const form = /<form[^>]*method="post"[^>]*>.*?<\/form>/s.exec(html)?.[0]
  if (!form) throw new Error(`the page has no form to pay:\n${html.slice(0, 2_000)}`)
  const inputs = [...form.matchAll(/<input([^>]*)>/g)].map(([, attributes = '']) => attributes)
  const sent = inputs.filter((input) => !input.includes('type="radio"') || /\schecked\b/.test(input))
  const fields = Object.fromEntries(
    sent.map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
  )
  return { action: new URL(attribute(form, 'action'), link).href, fields }
}

function attribute(tag: string, name: string): string {
  const text = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
}

/** Presses the button; `at` another gateway of the installation, where one is given. */
export async function press(form: PayForm, fields: Record<string, string>, at?: string): Promise<Response> {
  const { pathname, search } = new URL(form.action)
  return fetch(at ? `${at}${pathname}${search}` : form.action, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    body: new URLSearchParams({ ...form.fields, ...fields }),
  })
}
