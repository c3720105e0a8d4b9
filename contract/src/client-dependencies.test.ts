import { build } from 'esbuild'
import { expect, it } from 'vitest'

it('the client needs nothing but the platform, in Node and in a browser', async () => {
  const entry = new URL('client.ts', import.meta.url).pathname
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: new URL('..', import.meta.url).pathname,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
  })
  const foreign = Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/'))
  expect(foreign).toEqual([])
  expect(Object.keys(metafile.inputs)).not.toContain('src/payment-link.ts')
})
