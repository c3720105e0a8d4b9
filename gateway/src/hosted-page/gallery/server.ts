import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadAssets } from '../assets.ts'
import { themeCss } from '../brand/theme.ts'
import { pageHeaders } from '../headers.ts'
import { isLanguage } from '../language.ts'
import { speechOf } from '../speech.ts'
import { states } from './states.ts'

export interface Gallery {
  url: string
  names: string[]
  close(): Promise<void>
}

/** Serves every state at `/<name>?lang=`, with the headers and files of the real pages, for pictures and checks. */
export async function openGallery(): Promise<Gallery> {
  const { names, files } = await loadAssets()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gallery')
    const file = files.get(url.pathname.replace('/assets/', ''))
    if (file) return void response.writeHead(200, { 'content-type': file.type }).end(file.body)
    if (url.pathname === '/brand/netix/theme.css')
      return void response.writeHead(200, { 'content-type': 'text/css' }).end(themeCss('#ffb000'))
    const state = states[url.pathname.slice(1)]
    if (!state) return void response.writeHead(404).end()
    const language = url.searchParams.get('lang')
    const frame = {
      speech: speechOf(isLanguage(language) ? language : 'pl'),
      biller: state.biller,
      assets: names,
      base: '',
      keep: '',
    }
    response
      .writeHead(200, { ...pageHeaders, 'content-type': 'text/html; charset=utf-8' })
      .end(state.draw(frame))
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
