const newline = 0x0a

/** One line of a stream of lines. */
export interface Line {
  /** Counted from 1; blank lines count. */
  number: number
  /** Without the line break; null where the line is longer than allowed. */
  bytes: Buffer | null
}

/**
 * Cuts a stream of bytes into lines, and hands on together those that arrived together. Of a line that is too
 * long nothing is kept, so that one without an end takes no memory.
 */
export async function* linesOf(input: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Line[]> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0
  const take = (): Line => {
    const bytes = length > bytesMax ? null : Buffer.concat(parts, length)
    parts = []
    length = 0
    number++
    return { number, bytes }
  }
  for await (const chunk of input) {
    const lines: Line[] = []
    let start = 0
    while (start < chunk.length) {
      const found = chunk.indexOf(newline, start)
      const end = found < 0 ? chunk.length : found
      length += end - start
      if (length > bytesMax) parts = []
      else parts.push(chunk.subarray(start, end))
      if (found >= 0) lines.push(take())
      start = end + 1
    }
    if (lines.length > 0) yield lines
  }
  if (length > 0) yield [take()]
}
