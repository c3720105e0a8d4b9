import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EndlessAnswer, EndlessOrder } from '../../../testing/statements/endless.ts'

/** Entries of a file. The nightly form has 500,000, of some 200 bytes. */
const entries = Number(process.env.STATEMENT_ENTRIES ?? 40_000)
/** Less than a tenth of what the file alone would take in its nightly form; the code itself takes some 15. */
const heapMegabytes = 32

let source = ''
beforeAll(async () => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('../../../testing/statements/endless.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    alias: {
      '@bill-gateway/contract': fileURLToPath(new URL('../../../../contract/src/index.ts', import.meta.url)),
    },
    // Packages that are CommonJS want a require.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});`,
    },
  })
  source = bundle.outputFiles[0]?.text ?? ''
})

function readWith(order: EndlessOrder, megabytes: number): Promise<EndlessAnswer> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 8 },
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

describe('a file of any length is read in little memory', () => {
  it.each(['mt940', 'camt053', 'csv', 'elixir'] as const)(
    '%s',
    async (format) => {
      const answer = await readWith({ format, entries }, heapMegabytes)
      expect(answer.entries).toBe(entries)
      expect(answer.sum).toBe((BigInt(entries) * BigInt(entries + 1)) / 2n)
      expect(answer.progress).toBe(answer.bytes)
    },
    600_000,
  )
})
