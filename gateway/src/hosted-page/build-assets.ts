import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The browser’s script and style sheet as the build makes them, for a source tree that was not built. */
export async function bundleAssets(): Promise<{ js: string; css: string }> {
  const [js, css] = await Promise.all([bundle('page.ts'), bundle('page.css')])
  return { js, css }
}

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./browser/${name}`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    target: ['es2020', 'chrome90', 'firefox90', 'safari15'],
  })
  return outputFiles[0]?.text ?? ''
}
