import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines } from './client-body.ts'
import { readEventStream } from './event-stream.ts'

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]) {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  let start = 0
  for (const place of [...places, bytes.length]) {
    yield bytes.subarray(start, place)
    start = place
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const messages = (text: string, cuts: readonly number[] = []) =>
  all(readEventStream(chunksOf(utf8(text), cuts)))

describe('an event stream', () => {
  it('gives messages with the last id, and skips comments and fields of others', async () => {
    const text =
      'retry: 1000\n\n: hello\n\nid: 7\nevent: a\ndata: {"x":\ndata:1}\n\ndata\n\nid: 8\n\nid: 9\ndata: cut off'
    expect(await messages(text)).toEqual([
      { id: '7', data: '{"x":\n1}' },
      { id: '7', data: '' },
      { id: '8', data: '' },
    ])
  })

  it('reads the same however it is cut into chunks and lines are ended', async () => {
    const cuts = fc.array(fc.nat(200), { maxLength: 12 })
    const data = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[\r\n]/.test(text))
    const sent = fc.array(fc.record({ id: fc.nat(), data: fc.array(data, { minLength: 1, maxLength: 3 }) }))
    await fc.assert(
      fc.asyncProperty(sent, cuts, fc.constantFrom('\n', '\r\n'), async (events, places, end) => {
        const text = events
          .map((event) => [`id: ${event.id}`, ...event.data.map((line) => `data: ${line}`), '', ''].join(end))
          .join('')
        const expected = events.map((event) => ({ id: String(event.id), data: event.data.join('\n') }))
        expect(await messages(text, places)).toEqual(expected)
      }),
    )
  })
})

describe('lines', () => {
  it('end at any line break, and the last needs none', async () => {
    expect(await all(readLines(chunksOf(utf8('a\r\nb\rc\n\nd'), [2, 4]), 10))).toEqual([
      'a',
      'b',
      'c',
      '',
      'd',
    ])
    expect(await all(readLines(chunksOf(utf8('a\r'), []), 10))).toEqual(['a'])
  })

  it('are refused where they do not end', async () => {
    await expect(all(readLines(chunksOf(utf8('x'.repeat(11)), []), 10))).rejects.toMatchObject({
      code: 'answer_too_large',
    })
  })
})
