import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** Only on a terminal that has colours; it has none where NO_COLOR is set. */
export function styled(style: Style, text: string): string {
  const coloured = process.stdout.isTTY && process.stdout.hasColors()
  return coloured ? styleText(style, text) : text
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

/** For programs with --json, for people without. */
export function answer(json: boolean | undefined, value: unknown, text: () => string): void {
  say(json ? JSON.stringify(value, jsonValue, 2) : text())
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** A heading with lines below it; nothing where there are none. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [styled('bold', heading), ...lines.map((line) => `  ${line}`)]
}

export interface Progress {
  end(): void
}

const spinnerEveryMs = 1_000

/** On a terminal, a line that counts the seconds; nothing where nobody watches. */
export function startProgress(text: string): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { end: () => undefined }
  const startedAt = performance.now()
  const show = () => {
    const seconds = Math.floor((performance.now() - startedAt) / 1000)
    stderr.write(`\r\x1b[2K${`${text} ${seconds} s`.slice(0, (stderr.columns ?? 80) - 1)}`)
  }
  const timer = setInterval(show, spinnerEveryMs)
  timer.unref()
  return {
    end() {
      clearInterval(timer)
      stderr.write('\r\x1b[2K')
    },
  }
}
