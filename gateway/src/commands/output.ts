import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

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

export function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** What payers and providers wrote must not steer the terminal of whoever reads it. */
function shown(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\ufffd')
}

/** Columns as wide as their widest cell; the heads are the keys of the rows. */
export function table(given: readonly Record<string, string>[]): string {
  const rows = given.map((row) =>
    Object.fromEntries(Object.entries(row).map(([head, cell]) => [head, shown(cell)])),
  )
  const heads = Object.keys(rows[0] ?? {})
  const widths = heads.map((head) => Math.max(...[head, ...rows.map((row) => row[head] ?? '')].map(widthOf)))
  const line = (cells: string[]) =>
    cells
      .map((cell, n) => padded(cell, widths[n] ?? 0))
      .join('  ')
      .trimEnd()
  const body = rows.map((row) => line(heads.map((head) => row[head] ?? '')))
  return [styled('bold', line(heads.map((head) => head.toUpperCase()))), ...body].join('\n')
}

/** One value a line, under each other. */
export function list(values: readonly (readonly [string, string])[]): string {
  const width = Math.max(...values.map(([name]) => widthOf(name)))
  return values.map(([name, value]) => `${styled('dim', padded(name, width))}  ${shown(value)}`).join('\n')
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

function widthOf(text: string): number {
  return [...text.normalize('NFC')].length
}

const progressEveryMs = 100

export interface Progress {
  show(text: string): void
  end(): void
}

/** A line on the terminal that says how far the work is; nothing where nobody watches. */
export function startProgress(text: string): Progress {
  const { stderr } = process
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined }
  let shownAt = 0
  const show = (now: string) => {
    if (Date.now() - shownAt < progressEveryMs) return
    shownAt = Date.now()
    stderr.write(`\r\x1b[2K${now.slice(0, (stderr.columns ?? 80) - 1)}`)
  }
  show(text)
  return { show, end: () => void stderr.write('\r\x1b[2K') }
}
