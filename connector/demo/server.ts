import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createElement } from 'react'
import { amountIn, bookTransfer, issueInvoice } from './acts.ts'
import { liveScript } from './live.ts'
import { type Demo, drawBank, drawBlocked, drawMail, drawPanel, drawTour } from './pages.ts'
import { readPulse } from './queries.ts'
import { type Fields, fieldsOf, isOurs, readForm, sessionOf } from './request.ts'
import { demoStyle } from './style.ts'
import { renderShell } from './views/layout.tsx'
import { Operator } from './views/operator.tsx'

const drawn = [
  { path: /^\/$/, draw: drawTour },
  { path: /^\/customer\/(\d{1,9})$/, draw: drawPanel },
  { path: /^\/customer\/(\d{1,9})\/blocked$/, draw: drawBlocked },
  { path: /^\/customer\/(\d{1,9})\/mail\/(\d{1,9})$/, draw: drawMail },
  { path: /^\/cashimport$/, draw: drawBank },
]

const files: Record<string, { type: string; content: string }> = {
  '/demo.css': { type: 'text/css; charset=utf-8', content: demoStyle },
  '/live.js': { type: 'text/javascript; charset=utf-8', content: liveScript },
}

/** Plays LMS on a loopback port. @throws Error where the port is taken */
export async function serveDemo(demo: Demo, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(demo, request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      response.end('This page of the demo failed; the terminal says why.')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken: start again with LMS_PORT=… and another number.`)
          : error,
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  return {
    url: `http://localhost:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(demo: Demo, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://demo.invalid')
  const file = files[url.pathname]
  if (!isOurs(request))
    return send(response, 403, 'text/plain', 'Only from this machine, and from this page.')
  if (file) return send(response, 200, file.type, file.content)
  if (url.pathname === '/pulse') {
    const customerId = Number(url.searchParams.get('customer') ?? Number.NaN)
    const pulse = await readPulse(demo.lms.lms, Number.isInteger(customerId) ? customerId : undefined)
    return send(response, 200, 'text/plain', pulse)
  }
  if (url.pathname === '/lms') return relay(demo, request, response, url)
  if (request.method === 'POST') return act(demo, response, url.pathname, await readForm(request))
  for (const { path, draw } of drawn) {
    const found = path.exec(url.pathname)
    const html = found && (await draw(demo, said(url), found.slice(1).map(Number)))
    if (html) return send(response, 200, 'text/html; charset=utf-8', html)
  }
  send(response, 404, 'text/plain', 'There is no such page. Begin at /.')
}

/** What the last act did, from the address: plain text that React escapes. */
function said(url: URL): string | undefined {
  return url.searchParams.get('said')?.slice(0, 200) || undefined
}

function send(response: ServerResponse, status: number, type: string, content: string): void {
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'x-frame-options': 'SAMEORIGIN' }
  response.writeHead(status, headers).end(content)
}

function goTo(response: ServerResponse, path: string, words?: string): void {
  const query = words ? `?${new URLSearchParams({ said: words })}` : ''
  response.writeHead(303, { location: `${path}${query}`, 'cache-control': 'no-store' }).end()
}

async function act(demo: Demo, response: ServerResponse, path: string, form: Fields): Promise<void> {
  const [, id = '', name = ''] = /^\/customer\/(\d{1,9})\/(invoice|block)$/.exec(path) ?? []
  const text = (field: string) => String(form[field] ?? '')
  const amount = amountIn(text('amount'))
  if (name === 'block') {
    await demo.lms.entries.block(Number(id), 'cutoff')
    return goTo(response, `/customer/${id}`, 'Blocked, as lms-cutoff does at night.')
  }
  if (!amount) return goTo(response, id ? `/customer/${id}` : '/cashimport', 'Write an amount such as 69,00.')
  if (name === 'invoice') {
    const { number } = await issueInvoice(demo.lms, Number(id), text('title'), amount)
    const words = `Invoice ${number} is issued. Its link comes within a minute, or at once when its mail goes out.`
    return goTo(response, `/customer/${id}`, words)
  }
  if (path !== '/cashimport') return send(response, 404, 'text/plain', 'There is no such act.')
  const importId = await bookTransfer(demo.lms, Number(text('customer')), amount, text('description'))
  if (importId === undefined) return goTo(response, path, 'There is no such customer.')
  await demo.hooks.statement([importId])
  goTo(response, path, 'Booked by LMS. The connector has been told and looks for the ref.')
}

/** `?m=…` of the operator's pages, relayed as the plugin's PHP does it. */
async function relay(
  demo: Demo,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const query = fieldsOf(url.search.slice(1))
  const module = String(query.m ?? 'billtechpayments')
  if (module === 'customerinfo') return goTo(response, `/customer/${Number(query.id)}`)
  const { hash, cookie } = sessionOf(request)
  const answered = await demo.hooks.page({
    module,
    method: request.method ?? 'GET',
    query,
    form: request.method === 'POST' ? await readForm(request) : {},
    operator: { id: 1, name: 'Operator', rights: ['full_access'] },
    session: hash,
    language: 'pl_PL',
  })
  if (cookie) response.setHeader('set-cookie', cookie)
  if ('redirect' in answered) {
    response.writeHead(303, { location: `/lms${answered.redirect}`, 'cache-control': 'no-store' }).end()
    return
  }
  if ('download' in answered) {
    const { name, type, content } = answered.download
    response.setHeader('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`)
    return send(response, 200, type, content)
  }
  const { title, html, status } = answered
  const page = renderShell(
    { title, place: 'lms', gateway: demo.gateway.gateway },
    createElement(Operator, { html }),
  )
  send(response, status, 'text/html; charset=utf-8', page)
}
