import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'

/**
 * Runs a module of this folder in a thread of its own, with a heap that is not larger than so many megabytes:
 * where it needs more, it fails. The module gets the order as its workerData and posts one answer.
 */
export async function inWorker<Answer>(module: string, order: unknown, megabytes: number): Promise<Answer> {
  const file = join(tmpdir(), `bill-gateway-${randomUUID()}.mjs`)
  await writeFile(file, await bundled(module), { mode: 0o600 })
  const worker = new Worker(pathToFileURL(file), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 8 },
  })
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the worker ended with ${code} and no answer`)))
    })
  } finally {
    await worker.terminate()
    await rm(file)
  }
}

const bundles = new Map<string, Promise<string>>()

function bundled(module: string): Promise<string> {
  const known = bundles.get(module)
  if (known) return known
  const made = build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    alias: {
      '@bill-gateway/contract': fileURLToPath(new URL('../../../contract/src/index.ts', import.meta.url)),
    },
    // Packages that are CommonJS want a require.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});`,
    },
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '')
  bundles.set(module, made)
  return made
}
