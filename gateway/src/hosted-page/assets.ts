import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** File names as pages ask for them: with the hash of the content, to be kept by browsers for ever. */
export interface AssetNames {
  js: string
  css: string
}

export interface Assets {
  names: AssetNames
  files: ReadonlyMap<string, { type: string; body: string }>
}

let loaded: Promise<Assets> | undefined

/** What the build made; in a source tree that was not built, made now. */
export function loadAssets(): Promise<Assets> {
  loaded ??= readAssets()
  return loaded
}

async function readAssets(): Promise<Assets> {
  const { js, css } = (await builtAssets()) ?? (await (await import('./build-assets.ts')).bundleAssets())
  const names = { js: `page.${hashOf(js)}.js`, css: `page.${hashOf(css)}.css` }
  return {
    names,
    files: new Map([
      [names.js, { type: 'text/javascript; charset=utf-8', body: js }],
      [names.css, { type: 'text/css; charset=utf-8', body: css }],
    ]),
  }
}

async function builtAssets(): Promise<{ js: string; css: string } | undefined> {
  try {
    const read = (name: string) => readFile(new URL(`./assets/${name}`, import.meta.url), 'utf8')
    const [js, css] = await Promise.all([read('page.js'), read('page.css')])
    return { js, css }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
