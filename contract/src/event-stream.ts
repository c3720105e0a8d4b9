import { readLines, tooLarge } from './client-body.ts'

/** One message of a server-sent-event stream. */
export interface StreamMessage {
  /** The last id that the stream named, in this message or before. */
  id: string | undefined
  /** Empty where the message only moved the id on. */
  data: string
}

/** A payment of 500 bills is under 1 MB. */
const messageCharactersMax = 8 * 1024 * 1024

/**
 * Messages of an event stream, as the HTML standard says: `data` lines joined by line feeds, comments skipped,
 * an unfinished message at the end dropped.
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<StreamMessage, void, undefined> {
  let id: string | undefined
  let named = false
  let data: string[] = []
  let size = 0
  for await (const line of readLines(chunks, messageCharactersMax)) {
    if (line === '') {
      if (data.length > 0 || named) yield { id, data: data.join('\n') }
      data = []
      size = 0
      named = false
      continue
    }
    const [name, value] = fieldOf(line)
    if (name === 'data') {
      size += value.length
      if (size > messageCharactersMax)
        throw tooLarge(`an event has more than ${messageCharactersMax} characters`)
      data.push(value)
    } else if (name === 'id' && !value.includes('\0')) {
      id = value
      named = true
    }
  }
}

/** A comment has an empty name. */
function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  const value = line.slice(colon + 1)
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value]
}
