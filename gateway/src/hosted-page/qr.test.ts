import fc from 'fast-check'
import decodeQR from 'qr/decode.js'
import { expect, test } from 'vitest'
import { drawQr, type Qr } from './qr.ts'

const scale = 4

/** The picture that a browser makes of the path, as another program’s reader wants it. */
function pictureOf({ size, path }: Qr) {
  const width = size * scale
  const data = new Uint8Array(width * width * 3).fill(255)
  for (const [, x = '', y = '', length = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    for (let row = 0; row < scale; row++)
      data.fill(
        0,
        ((Number(y) * scale + row) * width + Number(x) * scale) * 3,
        ((Number(y) * scale + row) * width + (Number(x) + Number(length)) * scale) * 3,
      )
  return { width, height: width, data }
}

const read = (text: string) => decodeQR(pictureOf(drawQr(text)), { timeLimit: 5_000 })

test.each([
  '5213017228|PL|61109010140000071219812874|012345|NETIX SP. Z O.O.|ref 20261122-004217 ID user-1234|||',
  'BCD\n002\n1\nSCT\n\nNETIX\nPL61109010140000071219812874\nEUR123.45\n\n\nref 20261122-004217',
  '|PL|61109010140000071219812874|000001|Нетікс|ref 20261122-004217 ID a|||',
])('another program reads what was drawn: %s', (text) => expect(read(text)).toBe(text))

test('whatever a transfer’s code says', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{1,160}$/), (text) => {
      expect(read(text)).toBe(text)
    }),
    { numRuns: 40 },
  )
})

test('there is nothing in the quiet zone of four modules', () => {
  const { size, path } = drawQr('quiet')
  for (const [, x = '', y = '', length = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(4)
    expect(Number(y)).toBeGreaterThanOrEqual(4)
    expect(Number(x) + Number(length)).toBeLessThanOrEqual(size - 4)
    expect(Number(y)).toBeLessThan(size - 4)
  }
})
