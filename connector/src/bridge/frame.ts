/** Bytes of JSON that one frame can hold, in both directions. */
export const frameBytesMax = 2 * 1024 * 1024

const headBytes = 4

export type FrameFault = 'too_large' | 'cut_off'

export class FrameError extends Error {
  readonly fault: FrameFault

  constructor(fault: FrameFault) {
    super(fault === 'too_large' ? `a frame holds at most ${frameBytesMax} bytes` : 'the frame ends too early')
    this.fault = fault
  }
}

/**
 * Four bytes of length, big-endian, and the text.
 *
 * @throws FrameError `too_large`
 */
export function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  if (body.length > frameBytesMax) throw new FrameError('too_large')
  const head = Buffer.alloc(headBytes)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

/**
 * The texts of the frames that arrive, in order, held back until each is whole.
 *
 * @throws FrameError as soon as a frame says that it is too large, or where the stream ends within one
 */
export async function* framesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let parts: Buffer[] = []
  let held = 0
  let wanted = headBytes
  let length: number | undefined
  for await (const chunk of stream) {
    parts.push(chunk)
    held += chunk.length
    while (held >= wanted) {
      const bytes = Buffer.concat(parts, held)
      const piece = bytes.subarray(0, wanted)
      parts = [bytes.subarray(wanted)]
      held -= wanted
      if (length === undefined) {
        length = piece.readUInt32BE()
        if (length > frameBytesMax) throw new FrameError('too_large')
        wanted = length
      } else {
        length = undefined
        wanted = headBytes
        yield piece.toString('utf8')
      }
    }
  }
  if (held > 0 || length !== undefined) throw new FrameError('cut_off')
}
