import { createHash } from 'node:crypto'
import { script } from './script.ts'
import { style } from './style.ts'

/** File names with the hash of the content, to be kept by browsers for ever. */
export interface AssetNames {
  css: string
  js: string
}

export const assetNames: AssetNames = { css: `docs.${hashOf(style)}.css`, js: `docs.${hashOf(script)}.js` }

export const assets: ReadonlyMap<string, { type: string; body: string }> = new Map([
  [assetNames.css, { type: 'text/css; charset=utf-8', body: style }],
  [assetNames.js, { type: 'text/javascript; charset=utf-8', body: script }],
])

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
