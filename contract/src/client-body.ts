import { BillGatewayError } from './client-error.ts'

/** Bodies of answers, read piece by piece and never without a limit. */

/** @throws BillGatewayError `answer_too_large` */
export async function readText(response: Response, bytesMax: number): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let bytes = 0
  let text = ''
  for await (const chunk of readChunks(response)) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw tooLarge(`the answer has more than ${bytesMax} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** The body as it comes in; leaving the loop early lets the connection go. */
export async function* readChunks(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.body) return
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Of no use to anybody any more, and it may have failed already.
    await reader.cancel().catch(() => undefined)
  }
}

/** Lines of UTF-8 text, without their ends; a last line needs no end. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  charactersMax: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    let start = 0
    const lineEnd = /\r\n|\n|\r/g
    for (let match = lineEnd.exec(rest); match; match = lineEnd.exec(rest)) {
      // A carriage return that came last may be the first half of \r\n.
      if (match[0] === '\r' && lineEnd.lastIndex === rest.length) break
      yield rest.slice(start, match.index)
      start = lineEnd.lastIndex
    }
    rest = rest.slice(start)
    if (rest.length > charactersMax) throw tooLarge(`a line has more than ${charactersMax} characters`)
  }
  rest += decoder.decode()
  if (rest !== '') yield rest.replace(/\r$/, '')
}

export function tooLarge(what: string): BillGatewayError {
  return new BillGatewayError(`The gateway’s answer is refused: ${what}`, {
    status: 0,
    code: 'answer_too_large',
    detail: what,
  })
}
