import { readFile } from 'node:fs/promises'
import { errorCatalogue, PaymentLinkItem, SandboxOutcome, samples } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { sandboxBlikCodes } from '../payment/index.ts'
import { type ApiDocument, type Operation, operationsOf } from './document.ts'
import { outcomeMeanings } from './guide/testing.tsx'
import { limitsOf } from './limits.ts'
import { commonCodes, notes } from './operations.ts'

const pageBytesMax = 150 * 1024

let gateway: TestGateway
let operations: Operation[]
const pages = new Map<string, { html: string; headers: Headers }>()
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  operations = operationsOf((await (await fetch(`${gateway.url}/openapi.json`)).json()) as ApiDocument)
  for (const path of ['/docs', '/docs/errors']) {
    const response = await fetch(gateway.url + path)
    expect(response.status).toBe(200)
    pages.set(path, { html: await response.text(), headers: response.headers })
  }
})
afterAll(() => gateway?.close())

const htmlOf = (path: string) => pages.get(path)?.html ?? ''
const idsOf = (html: string) => [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] ?? '')
const isOurs = ({ path }: Operation) => /^\/(pay|api)\/|^\/s\/encode$/.test(path)

describe.each(['/docs', '/docs/errors'])('%s', (path) => {
  it('is small, and talks to nobody but us', () => {
    const { html = '', headers } = pages.get(path) ?? {}
    expect(Buffer.byteLength(html)).toBeLessThan(pageBytesMax)
    const policy = headers?.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|<script(?! src)/)
    for (const [, address = ''] of html.matchAll(/(?:src|href)="([^"]*)"/g)) {
      expect(address).toMatch(/^(\/(docs|openapi)|#|data:,$)/)
    }
  })

  it('leads nowhere that is not there', async () => {
    const html = htmlOf(path)
    const ids = idsOf(html)
    expect(new Set(ids).size).toBe(ids.length)
    const links = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '')
    for (const link of new Set(links)) {
      const [page = '', anchor] = link.split('#')
      if (anchor !== undefined) expect(idsOf(page === '' ? html : htmlOf(page)), link).toContain(anchor)
      else if (page.startsWith('/')) expect((await fetch(gateway.url + page)).status, link).toBe(200)
    }
  })
})

describe('the files of the pages', () => {
  it('have names that change with their content, and are kept for ever', async () => {
    const [css] = /\/docs\/assets\/docs\.[0-9a-f]{10}\.css/.exec(htmlOf('/docs')) ?? []
    const response = await fetch(`${gateway.url}${css}`)
    expect(response.headers.get('content-type')).toMatch(/^text\/css/)
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(`${gateway.url}/docs/assets/docs.0000000000.css`)).status).toBe(404)
  })
})

describe('the reference', () => {
  it('has every call of the OpenAPI document', () => {
    const ids = idsOf(htmlOf('/docs'))
    expect(operations.length).toBeGreaterThan(12)
    for (const { id, summary } of operations) {
      expect(ids).toContain(id)
      expect(htmlOf('/docs')).toContain(summary)
    }
  })

  it('adds to calls that exist, and to every one of ours an example', () => {
    const names = operations.map(({ name }) => name)
    expect(Object.keys(notes).filter((name) => !names.includes(name))).toEqual([])
    const without = operations.filter((operation) => isOurs(operation) && !notes[operation.name]?.typescript)
    expect(without.map(({ name }) => name)).toEqual([])
  })

  it('names only errors that the document has', () => {
    for (const { name, responses } of operations) {
      const codes = notes[name]?.codes ?? []
      for (const code of codes)
        expect(Object.keys(responses), `${name} ${code}`).toContain(String(errorCatalogue[code].status))
      expect(codes.filter((code) => commonCodes.includes(code))).toEqual([])
    }
  })
})

describe('the errors', () => {
  it('are those of the catalogue, each with its status and title', () => {
    const html = htmlOf('/docs/errors')
    const shown = [...html.matchAll(/<section id="([^"]*)" class="error"/g)].map((match) => match[1])
    expect(shown).toEqual(Object.keys(errorCatalogue))
    for (const { title } of Object.values(errorCatalogue)) expect(html).toContain(title)
  })

  it('are where a refusal says that they are', async () => {
    const { body } = await gateway.api('/pay/v1/payments', { body: { payments: [] } })
    const { type } = body as { type: string }
    const [page = '', anchor = ''] = type.split('#')
    expect(page).toBe(`${gateway.url}/docs/errors`)
    expect(idsOf(htmlOf('/docs/errors'))).toContain(anchor)
  })
})

describe('the guide', () => {
  it('names the errors that every call can answer', () => {
    for (const code of commonCodes) expect(htmlOf('/docs')).toContain(`/docs/errors#${code}"`)
  })

  it('says of every type of event what it tells', () => {
    for (const type of Object.keys(samples.events))
      expect(htmlOf('/docs')).toContain(`<tr><td><code>${type}</code></td>`)
  })
})

describe('test mode', () => {
  it('explains every BLIK code and outcome', () => {
    const html = htmlOf('/docs')
    for (const { code, outcome } of sandboxBlikCodes) {
      expect(html).toContain(`<code>${code}</code>`)
      expect(outcomeMeanings[outcome], outcome).toBeTruthy()
    }
    for (const outcome of SandboxOutcome.enum) expect(outcomeMeanings[outcome], outcome).toBeTruthy()
  })
})

describe('the limits', () => {
  const rates = { rateLimitKey: 500, rateLimitPage: 300, rateLimitMiss: 30 }

  it('are the same in docs/api/limits.md', async () => {
    const text = await readFile(new URL('../../../docs/api/limits.md', import.meta.url), 'utf8')
    const rows = limitsOf(rates).flatMap(({ limits }) =>
      limits.map(({ what, limit }) => `| ${what} | ${limit} |`),
    )
    const listed = text.split('\n').filter((line) => line.startsWith('| '))
    expect(listed.map((line) => line.replace(/ +/g, ' ')).slice(2)).toEqual(rows)
  })

  it('say of fields what the schemas say', () => {
    const { userId, title, name, recipient } = PaymentLinkItem.properties
    const stated = (what: string) =>
      limitsOf(rates)
        .flatMap(({ limits }) => limits)
        .find((limit) => limit.what === what)?.limit
    expect(stated('userId, operationId, recipient.id')).toBe(`1 to ${maxOf(userId)} characters`)
    expect(stated('title')).toBe(`1 to ${maxOf(title)} characters`)
    expect(stated('name, surname')).toBe(`${maxOf(name)} characters each`)
    expect(stated('recipient.name')).toBe(`1 to ${maxOf(recipient.properties.name)} characters`)
  })
})

function maxOf(schema: object): unknown {
  return 'maxLength' in schema ? schema.maxLength : undefined
}
