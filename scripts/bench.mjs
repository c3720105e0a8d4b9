// npm run bench [-- part …]: builds, bundles bench/ and runs it; without a part all of it, into bench/RESULTS.md.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1

if (run(['scripts/build.mjs']) !== 0) process.exit(1)
// Beside the sources, because they find their files by where they are; the gateway is taken as built.
const bundle = `${root}bench/main.bundle.mjs`
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
  plugins: [gatewayAsBuilt],
})
process.exit(run([bundle, ...process.argv.slice(2)]))
