// npm run bench [-- part …]: builds, bundles bench/ and runs it; without a part all of it, into bench/RESULTS.md.
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1

if (run(['scripts/build.mjs']) !== 0) process.exit(1)
// Beside the sources, because they find their files by where they are; the gateway is taken as built.
const bundle = `${root}bench/main.bundle.mjs`
const connectorInPlace = {
  name: 'connector-in-place',
  setup(bundler) {
    bundler.onLoad({ filter: /\/connector\/testing\/.*\.ts$/ }, async ({ path }) => {
      const here = JSON.stringify(pathToFileURL(path).href)
      return { contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', here), loader: 'ts' }
    })
  },
}
const gatewayAsBuilt = {
  name: 'gateway-as-built',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.\/gateway\/src\// }, ({ path }) => ({
      path: path.replace('/src/', '/dist/').replace(/\.ts$/, '.js'),
      external: true,
    }))
  },
}
await build({
  entryPoints: [`${root}bench/main.ts`],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  plugins: [gatewayAsBuilt, connectorInPlace],
})
process.exit(run([bundle, ...process.argv.slice(2)]))
