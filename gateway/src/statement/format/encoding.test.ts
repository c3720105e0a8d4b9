import { describe, expect, it } from 'vitest'
import { encode, inChunks } from '../../../testing/statements/index.ts'
import { encodingOf, guessingDecoder, inWindows, toldDecoder, windowBytes } from './encoding.ts'

const names = 'ŁUKASZ ŻÓŁĆ, JĄĆ ŚWIĘTY, źdźbło, GĘŚLĄ JAŹŃ'

async function guess(bytes: Uint8Array, chunk = 10_000): Promise<string> {
  const decoder = guessingDecoder()
  let text = ''
  for await (const window of inWindows(inChunks(bytes, chunk), () => {})) text += decoder.write(window)
  return text + decoder.end()
}

describe('an encoding that is not told', () => {
  it.each(['utf-8', 'windows-1250', 'iso-8859-2', 'cp852'])('is found out: %s', async (encoding) => {
    expect(await guess(encode(names, encoding))).toBe(names)
  })

  it.each(['utf-8', 'windows-1250', 'iso-8859-2', 'cp852'])(
    'is found out by the first window that shows it, and then kept: %s',
    async (encoding) => {
      const text = `${'A'.repeat(windowBytes * 2 + 17)}${names}${'B'.repeat(windowBytes)}${names}`
      expect((await guess(encode(text, encoding))) === text).toBe(true)
    },
  )

  it('is UTF-8 also where a letter is cut by the end of a window', async () => {
    for (const before of [1, 2, 3]) {
      const text = `${'A'.repeat(windowBytes - before)}Ł€😀${'B'.repeat(9)}`
      expect((await guess(Buffer.from(text))) === text).toBe(true)
    }
  })

  it('is one of a letter a byte where the last letter of the file only looks like the first half of another', async () => {
    expect(await guess(encode('UL. DŁUGA, ó', 'windows-1250'))).toBe('UL. DŁUGA, ó')
    expect(await guess(Buffer.from([0x41, 0xf3]))).toBe('Aó')
  })

  it('stays Windows-1250 for German names, whose letters are Polish ones in CP852', async () => {
    expect(await guess(encode('Jürgen Jäger', 'windows-1250'))).toBe('Jürgen Jäger')
  })

  it('changes nowhere in a file: UTF-8 that breaks off is told by its byte', async () => {
    const text = Buffer.concat([
      Buffer.from(`${names}${'A'.repeat(windowBytes * 2)}`),
      encode(names, 'windows-1250'),
    ])
    await expect(guess(text)).rejects.toMatchObject({
      name: 'StatementError',
      message: expect.stringContaining('tell its encoding'),
      offset: windowBytes * 2,
    })
    const half = Buffer.from(`${'A'.repeat(windowBytes - 3)}ŁŁ`).subarray(0, windowBytes)
    await expect(guess(half)).rejects.toThrow('tell its encoding')
  })
})

it('takes a told encoding at its word', () => {
  const decoder = toldDecoder('utf-8')
  expect(
    decoder.write(Buffer.from([0x41, 0xb3, 0xc5])) + decoder.write(Buffer.from([0x81])) + decoder.end(),
  ).toBe('A\ufffdŁ')
  expect(toldDecoder('utf-8').write(Buffer.from('\ufeffA'))).toBe('A')
})

it('knows an encoding by its usual names', () => {
  expect(['UTF8', 'Windows-1250', 'CP1250', 'ISO8859-2', 'iso_8859-2', 'IBM852'].map(encodingOf)).toEqual([
    'utf-8',
    'windows-1250',
    'windows-1250',
    'iso-8859-2',
    'iso-8859-2',
    'cp852',
  ])
  expect(encodingOf('base64')).toBeUndefined()
})

it('cuts windows at the same places however bytes arrive, and tells how far it is', async () => {
  const bytes = Buffer.alloc(windowBytes * 2 + 5, 'A')
  for (const chunk of [1000, windowBytes, bytes.length]) {
    const told: number[] = []
    const sizes: number[] = []
    for await (const window of inWindows(inChunks(bytes, chunk), (read) => told.push(read))) {
      sizes.push(window.length)
    }
    expect(sizes).toEqual([windowBytes, windowBytes, 5])
    expect(told.at(-1)).toBe(bytes.length)
  }
})
