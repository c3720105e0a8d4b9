import { StatementError } from './statement-error.ts'

/** Characters of a line. Banks write some hundred at most. */
export const lineCharsMax = 32_768

/** Cuts text that comes in pieces into lines, whichever of CR LF, LF and CR ends them. */
export function createLineCutter(take: (line: string, number: number) => void) {
  let rest = ''
  let number = 0
  const hold = (line: string) => {
    if (line.length > lineCharsMax) {
      throw new StatementError(`Longer than ${lineCharsMax} characters.`, { line: number + 1 })
    }
  }
  return {
    write(text: string): void {
      let whole = rest + text
      // A CR at the very end may be half of a CR LF.
      const split = whole.endsWith('\r')
      if (split) whole = whole.slice(0, -1)
      const lines = whole.split(/\r\n|\n|\r/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        hold(line)
        number += 1
        take(line, number)
      }
      hold(rest)
      if (split) rest += '\r'
    },
    end(): void {
      const last = rest.replace(/\r$/, '')
      if (rest !== '') take(last, number + 1)
      rest = ''
    },
  }
}
