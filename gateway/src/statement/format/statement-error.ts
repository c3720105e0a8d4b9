/** Where in a file: a line from 1 on, or a byte from 0 on. */
export interface Place {
  line?: number
  offset?: number
}

/**
 * A file that cannot be read as a statement: broken, cut off, of another kind, or beyond a limit. The message is
 * a sentence for the person who brought the file; it names the place and quotes nothing of the file.
 */
export class StatementError extends Error {
  readonly line: number | undefined
  readonly offset: number | undefined

  constructor(sentence: string, place: Place = {}) {
    super(place.line === undefined ? sentence : `Line ${place.line}: ${sentence}`)
    this.name = 'StatementError'
    this.line = place.line
    this.offset = place.offset
  }
}
