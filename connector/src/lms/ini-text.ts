/**
 * PHP's ini format, as parse_ini_file reads it with sections: quotes, comments, and the words that become '1'
 * and ''. Values that PHP would compute (constants, bit operations, `${variables}`) stay as they are written.
 */
export function parseIni(text: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>()
  let current: Record<string, string> = {}
  sections.set('', current)
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  let at = 0
  while (at < source.length) {
    const lineEnd = endOfLine(source, at)
    const line = source.slice(at, lineEnd).trim()
    if (line === '' || line.startsWith(';')) {
      at = lineEnd + 1
      continue
    }
    const heading = /^\[(.*?)\]/.exec(line)
    if (heading) {
      const name = (heading[1] ?? '').replace(/^(["'])(.*)\1$/, '$2')
      current = {}
      sections.set(name, current)
      at = lineEnd + 1
      continue
    }
    const equals = source.indexOf('=', at)
    if (equals === -1 || equals > lineEnd) {
      at = lineEnd + 1
      continue
    }
    const key = source
      .slice(at, equals)
      .trim()
      .replace(/\[.*\]$/, '')
    const { value, end } = readValue(source, equals + 1)
    current[key] = value
    at = end + 1
  }
  return sections
}

/** Reads from behind the equals sign up to the line's end, which a quoted text may move. */
function readValue(source: string, from: number): { value: string; end: number } {
  let at = from
  let value = ''
  let bare = ''
  let quoted = false
  const flush = () => {
    value += quoted || /["']/.test(source[at] ?? '') ? bare : bare.trim()
    bare = ''
  }
  while (at < source.length && source[at] !== '\n' && source[at] !== ';') {
    const mark = source[at]
    if (mark === '"' || (mark === "'" && bare.trim() === '')) {
      bare = bare.trim() === '' ? '' : bare.trimStart()
      flush()
      const end = closing(source, at, mark)
      const inner = source.slice(at + 1, end)
      value += mark === '"' ? inner.replace(/\\(["'\\])/g, '$1') : inner
      quoted = true
      at = end + 1
    } else {
      bare += mark
      at++
    }
  }
  if (!quoted) return { value: wordValue(bare.trim()), end: endOfLine(source, at) }
  return { value: value + bare.trimEnd().trimStart(), end: endOfLine(source, at) }
}

function closing(source: string, open: number, mark: string): number {
  for (let at = open + 1; at < source.length; at++) {
    if (mark === '"' && source[at] === '\\') at++
    else if (source[at] === mark) return at
  }
  return source.length
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from)
  return end === -1 ? source.length : end
}

function wordValue(word: string): string {
  if (/^(true|yes|on)$/i.test(word)) return '1'
  if (/^(false|no|off|none|null)$/i.test(word)) return ''
  return word
}
