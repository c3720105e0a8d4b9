import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { documentOf } from '../views/frame.tsx'
import { states } from './states.ts'

export interface Gallery {
  url: string
  names: string[]
  close(): Promise<void>
}

/**
 * What LMS's own page has around a fragment: rules for bare elements that must not reach into it, and a content
 * column that is narrower than the window.
 */
const surroundings = `body { margin: 0; font: 11px Tahoma; background: #ebe4d6; }
  main { padding: 8px; } table { border: 3px solid red; width: 200px; } td, th { background: #ccc; font-size: 9px; }
  a { color: #cc0000; font-weight: bold; } a:hover { color: yellow; } h1 { font-size: 9px; text-align: right; }
  input, select, button { border: 2px dashed; font-size: 8px; height: 15px; } label { color: #ccc; } p { margin: 40px; }
  fieldset { background: #000; } dl { float: left; } ul { list-style: square; } form { padding: 30px; }`

/** Serves every state at `/<name>?lang=`, inside such a page, for pictures and checks. */
export async function openGallery(): Promise<Gallery> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gallery')
    const draw = states[url.pathname.slice(1)]
    if (!draw) return void response.writeHead(404).end()
    const language = url.searchParams.get('lang') === 'en' ? 'en' : 'pl'
    const page = documentOf(language, url.pathname, draw(language))
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(page.replace('</head>', `<style>${surroundings}</style></head>`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    names: Object.keys(states),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
