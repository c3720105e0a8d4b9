import { TextDecoder } from 'node:util'
import iconv from 'iconv-lite'
import { StatementError } from './statement-error.ts'

/** Encodings of banks' files. The first is tried first. */
export const encodings = ['utf-8', 'windows-1250', 'iso-8859-2', 'cp852', 'utf-16le', 'utf-16be'] as const

export type Encoding = (typeof encodings)[number]

const otherNames: Record<string, Encoding> = {
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  cp1250: 'windows-1250',
  'cp-1250': 'windows-1250',
  win1250: 'windows-1250',
  'iso8859-2': 'iso-8859-2',
  'latin-2': 'iso-8859-2',
  latin2: 'iso-8859-2',
  'cp-852': 'cp852',
  ibm852: 'cp852',
  'ib-852': 'cp852',
  'utf-16': 'utf-16le',
}

/** The encoding that a person, a profile or an XML declaration means, in any of its usual names. */
export function encodingOf(name: string): Encoding | undefined {
  const lower = name.trim().toLowerCase().replaceAll('_', '-')
  return encodings.find((each) => each === lower) ?? otherNames[lower]
}

/** Bytes that are judged at a time. Files are cut at the same places however their bytes arrive. */
export const windowBytes = 65_536

/** The same bytes in pieces of {@link windowBytes}, the last of which may be shorter. */
export async function* inWindows(
  bytes: AsyncIterable<Uint8Array>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let readBytes = 0
  for await (const chunk of bytes) {
    readBytes += chunk.length
    onProgress(readBytes)
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes < windowBytes) continue
    const whole = Buffer.concat(held)
    let from = 0
    for (; whole.length - from >= windowBytes; from += windowBytes) {
      yield whole.subarray(from, from + windowBytes)
    }
    held = [whole.subarray(from)]
    heldBytes = whole.length - from
  }
  if (heldBytes > 0) yield Buffer.concat(held)
}

/** The encoding that a byte order mark at the beginning of a file says. */
export function encodingOfMark(first: Buffer): Encoding | undefined {
  if (first.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8'
  if (first.subarray(0, 2).equals(Buffer.from([0xff, 0xfe]))) return 'utf-16le'
  if (first.subarray(0, 2).equals(Buffer.from([0xfe, 0xff]))) return 'utf-16be'
  return undefined
}

/** Decodes window after window. */
export interface Decoder {
  write(window: Buffer): string
  end(): string
}

/** Of a told encoding: what it cannot say becomes U+FFFD. */
export function toldDecoder(encoding: Encoding): Decoder {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true })
  return { write: (window) => decoder.write(window), end: () => decoder.end() ?? '' }
}

/**
 * Finds the encoding out. Until a byte is above 127 all of them are the same. If the window with the first such
 * byte is good UTF-8, the whole file has to be; else the Polish letters of Windows-1250, ISO-8859-2 and CP852
 * are counted until one of these has the most.
 */
export function guessingDecoder(): Decoder {
  const scores = new Map(singleByte.map(({ encoding, prior }) => [encoding, prior]))
  let utf8: TextDecoder | undefined
  let isSingleByte = false
  let single: SingleByte | undefined
  let offset = 0
  const asUtf8 = (window: Buffer): string | undefined => {
    const isFirst = utf8 === undefined
    utf8 ??= new TextDecoder('utf-8', { fatal: true })
    const text = decodeOrUndefined(utf8, window)
    if (text === undefined && !isFirst) throw notUtf8(offset)
    isSingleByte = text === undefined
    return text
  }
  const guess = (window: Buffer): string => {
    if (!utf8 && isAscii(window)) return window.toString('latin1')
    const text = isSingleByte ? undefined : asUtf8(window)
    if (text !== undefined) return text
    single ??= mostPolish(scores, window)
    return iconv.decode(window, single ?? 'windows-1250')
  }
  return {
    write(window) {
      const text = guess(window)
      offset += window.length
      return text
    },
    end() {
      if (utf8 && !isSingleByte && decodeOrUndefined(utf8, Buffer.alloc(0)) === undefined)
        throw notUtf8(offset)
      return ''
    },
  }
}

function notUtf8(offset: number): StatementError {
  const sentence = `The file begins as UTF-8, but from byte ${offset} on it is not: tell its encoding.`
  return new StatementError(sentence, { offset })
}

/** A window that is not full is the last: no character goes on after it. */
function decodeOrUndefined(decoder: TextDecoder, window: Buffer): string | undefined {
  try {
    return decoder.decode(window, { stream: window.length === windowBytes })
  } catch {
    return undefined
  }
}

function isAscii(window: Buffer): boolean {
  for (const byte of window) if (byte > 0x7f) return false
  return true
}

const polishLetters = 'ąćęłńóśźżĄĆĘŁŃÓŚŹŻ'

type SingleByte = 'windows-1250' | 'iso-8859-2' | 'cp852'

/** CP852 has Polish letters where the others have common foreign ones, so it has to show more of them. */
const singleByte = (['windows-1250', 'iso-8859-2', 'cp852'] satisfies SingleByte[]).map((encoding) => ({
  encoding,
  prior: encoding === 'cp852' ? -2 : 0,
  letters: new Set(iconv.encode(polishLetters, encoding)),
}))

/** Adds up a window. @returns the encoding once none of the others has as many letters */
function mostPolish(scores: Map<SingleByte, number>, window: Buffer): SingleByte | undefined {
  for (const byte of window) {
    if (byte <= 0x7f) continue
    for (const { encoding, letters } of singleByte) {
      const old = scores.get(encoding) ?? 0
      scores.set(encoding, old + (letters.has(byte) ? 1 : -1))
    }
  }
  const ranked = singleByte
    .map(({ encoding }) => ({ encoding, score: scores.get(encoding) ?? 0 }))
    .sort((a, b) => b.score - a.score)
  const [first, second] = ranked
  return first && second && first.score > second.score ? first.encoding : undefined
}
