import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameBytesMax, frameOf, framesIn } from './frame.ts'

async function textsIn(...chunks: Buffer[]): Promise<string[]> {
  const texts: string[] = []
  for await (const text of framesIn(Readable.from(chunks))) texts.push(text)
  return texts
}

describe('frames', () => {
  it('come out whole and in order however they were cut', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 6 })
    const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (given, places) => {
        const bytes = Buffer.concat(given.map(frameOf))
        const at = [0, ...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        )
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
        expect(await textsIn(...chunks)).toEqual(given)
      }),
    )
  })

  it('hold up to 2 MiB of UTF-8', async () => {
    const most = 'ż'.repeat(frameBytesMax / 2)
    expect(await textsIn(frameOf(most))).toEqual([most])
    expect(() => frameOf(`${most}a`)).toThrow('at most 2097152 bytes')
  })

  it('that say they are larger are refused before they arrive', async () => {
    await expect(textsIn(Buffer.from([0x00, 0x20, 0x00, 0x01]))).rejects.toThrow('at most 2097152 bytes')
  })

  it.each([[[0]], [[0, 0, 0, 2]], [[0, 0, 0, 2, 65]]])('that are cut off are told (%j)', async (bytes) => {
    await expect(textsIn(Buffer.from(bytes))).rejects.toThrow('ends too early')
  })
})
