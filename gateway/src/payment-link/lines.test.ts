import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf } from './lines.ts'

async function cut(chunks: Buffer[], bytesMax = 10) {
  const lines: [number, string | null][] = []
  const input = (async function* () {
    yield* chunks
  })()
  for await (const arrival of linesOf(input, bytesMax)) {
    for (const { number, bytes } of arrival) lines.push([number, bytes === null ? null : bytes.toString()])
  }
  return lines
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut into chunks', async () => {
    const texts = fc.array(fc.constantFrom('', 'a', 'żółw', '0123456789', '01234567890', '\r'), {
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.nat(12)), fc.boolean(), async (lines, sizes, ended) => {
        const bytes = Buffer.from(lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''))
        const chunks: Buffer[] = []
        let start = 0
        for (const size of sizes) {
          chunks.push(bytes.subarray(start, start + size))
          start += size
        }
        chunks.push(bytes.subarray(start))
        const last = lines.at(-1) === '' && !ended ? lines.slice(0, -1) : lines
        const expected = last.map((line, index) => [index + 1, Buffer.byteLength(line) > 10 ? null : line])
        expect(await cut(chunks)).toEqual(bytes.length === 0 ? [] : expected)
      }),
      { numRuns: 500 },
    )
  })
})
