import { describe, expect, it } from 'vitest'
import type { EndlessAnswer } from '../../../testing/statements/endless.ts'
import { inWorker } from '../../../testing/statements/in-worker.ts'

/** Entries of a file. The nightly form has 500,000, of some 200 bytes. */
const entries = Number(process.env.STATEMENT_ENTRIES ?? 40_000)
/** Less than a tenth of what the file alone would take in its nightly form; the code itself takes some 15. */
const heapMegabytes = 32

describe('a file of any length is read in little memory', () => {
  it.each(['mt940', 'camt053', 'csv', 'elixir'] as const)(
    '%s',
    async (format) => {
      const answer = await inWorker<EndlessAnswer>('endless.ts', { format, entries }, heapMegabytes)
      expect(answer.entries).toBe(entries)
      expect(answer.sum).toBe((BigInt(entries) * BigInt(entries + 1)) / 2n)
      expect(answer.progress).toBe(answer.bytes)
    },
    600_000,
  )
})
