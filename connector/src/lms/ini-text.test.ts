import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIni } from './ini-text.ts'

/** What PHP itself reads, for many texts in one process. */
function phpReads(texts: readonly string[]): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'ini-'))
  const program = `$all = json_decode(file_get_contents($argv[1]));
    echo json_encode(array_map(fn ($text) => @parse_ini_string($text, true), $all), JSON_FORCE_OBJECT);`
  try {
    const file = join(folder, 'texts.json')
    writeFileSync(file, JSON.stringify(texts))
    return Object.values(JSON.parse(execFileSync('php', ['-r', program, file], { encoding: 'utf8' })))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** parse_ini_string keeps what stands before the first section beside the sections. */
const ours = (text: string) => {
  const [[, top = {}] = [], ...sections] = parseIni(text)
  return { ...top, ...Object.fromEntries(sections) }
}

const texts = {
  'plain values': '[database]\ntype = postgres\nhost=10.0.0.1:5433\nuser =  lms\npassword = a b c \n',
  'words that are true': '[a]\na = true\nb = yes\nc = on\nd = TRUE\ne = "true"\nf = truely\n',
  'words that are false': '[a]\na = false\nb = no\nc = off\nd = none\ne = null\nf = "false"\ng =\n',
  comments: '; at the top\n[a]\n;x = 1\na = b ; behind\nb = "c;d" ; e\nc = d;e\n',
  quotes: `[a]\na = "x y"\nb = 'it "is"'\nc = ''\nd = ""\ne = "a = b"\nf = 'c:\\d'\ng = "# no comment"\n`,
  'escapes in double quotes': '[a]\na = "say \\"yes\\""\nb = "back\\\\slash"\nc = "d:\\dir"\n',
  'hash is no comment': '[a]\na = pass#word\nb = "x" ; y\n',
  'an equals sign in a value': '[a]\na = "x=y"\n',
  'section headings': '[ spaced ]\na = 1\n["quoted"]\nb = 2\n[a.b]\nc = 3\n',
  'a section twice': '[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 3\n',
  'a variable twice': '[a]\nx = 1\nx = 2\n',
  'a text over two lines': '[a]\nx = "one\ntwo"\ny = 3\n',
  'windows line ends': '[a]\r\nx = 1\r\ny = "z"\r\n',
  'no line end at the end': '[a]\nx = y',
  'before any section': 'x = 1\n[a]\ny = 2\n',
  'polish letters': '[cutoff]\nmessage = "Zażółć gęślą jaźń"\nlimit = -20\n',
}

describe('lms.ini, read as PHP reads it', () => {
  const names = Object.keys(texts)
  const php = phpReads(Object.values(texts))
  it.each(names.map((name, index) => [name, index] as const))('%s', (name, index) => {
    expect(ours(texts[name as keyof typeof texts])).toEqual(php[index])
  })

  it('any password that is quoted comes back', () => {
    const quoted = (text: string) => `[d]\npassword = "${text.replace(/["\\]/g, '\\$&')}"\nuser = lms\n`
    const password = fc
      .string({ maxLength: 20, unit: fc.constantFrom(...'abcĄż09 ;#=\'"\\!?&|^~(){}@%*+-.,:/<>[]') })
      .filter((text) => !text.includes('${'))
    const samples = fc.sample(password, 300)
    const read = phpReads(samples.map(quoted))
    for (const [index, text] of samples.entries()) {
      expect(ours(quoted(text)), text).toEqual({ d: { password: text, user: 'lms' } })
      expect(read[index], text).toEqual({ d: { password: text, user: 'lms' } })
    }
  })
})
