import sax from 'sax'
import type { Leaves } from './camt-record.ts'
import type { TextReader } from './sink.ts'
import { type Place, StatementError } from './statement-error.ts'

/** Elements inside each other. A statement has some fifteen. */
const depthMax = 40
/** Characters of one element's text, and leaves of one entry, transaction or head. */
const textCharsMax = 10_000
const attributesMax = 50
const leavesMax = 2_000

/** Elements that are taken as a whole; what is inside belongs to the innermost. */
const recordNames = new Set(['Stmt', 'Bal', 'Ntry', 'TxDtls'])

interface Open {
  name: string
  /** Below the innermost record. */
  path: string
  isLeaf: boolean
}

interface Gathered {
  name: string
  leaves: Leaves
  size: number
}

/** What is told about a file while it is read. */
export interface XmlListener {
  /** An element begins, so deep inside others. */
  element(name: string, depth: number, place: Place): void
  /** A record begins; its leaves come while it goes on. Those of the record around it are there so far. */
  begin(name: string, record: Leaves, around: Leaves, place: Place): void
  end(name: string, record: Leaves, place: Place): void
}

/**
 * Reads XML piece by piece into records: flat maps of an element's leaves, each gone once its element has ended.
 * A DOCTYPE is refused, since its entities could be anything; only the five entities of XML itself are known.
 */
export function createXmlReader(listener: XmlListener): TextReader {
  const options: sax.SAXOptions & { strictEntities: true } = { strictEntities: true }
  const parser = sax.parser(true, options)
  const opened: Open[] = []
  const records: Gathered[] = []
  let text = ''
  let attributes = 0
  const place = (): Place => ({ line: parser.line + 1 })
  const fail = (sentence: string) => {
    throw new StatementError(sentence, place())
  }
  const addText = (more: string) => {
    text += more
    if (text.length > textCharsMax) fail(`A text of more than ${textCharsMax} characters.`)
  }
  parser.ontext = addText
  parser.oncdata = addText
  parser.ondoctype = () => fail('A DOCTYPE is not allowed in a statement.')
  parser.onerror = () => fail('The file is no well-formed XML: it is cut off or damaged.')
  parser.onattribute = () => {
    attributes += 1
    if (attributes > attributesMax) fail('An element of too many attributes.')
  }
  parser.onopentag = (tag) => {
    const name = tag.name.slice(tag.name.indexOf(':') + 1)
    const parent = opened.at(-1)
    const around = records.at(-1)
    if (parent) parent.isLeaf = false
    if (opened.length >= depthMax) fail('Elements too deep inside each other.')
    listener.element(name, opened.length, place())
    const isRecord = isInPlace(name, around?.name)
    const path = parent?.path ? `${parent.path}/${name}` : name
    opened.push({ name, path: isRecord ? '' : path, isLeaf: true })
    text = ''
    attributes = 0
    if (isRecord) {
      const record = { name, leaves: new Map(), size: 0 }
      records.push(record)
      listener.begin(name, record.leaves, around?.leaves ?? new Map(), place())
    } else if (typeof tag.attributes.Ccy === 'string') {
      addLeaf(around, `${path}@Ccy`, tag.attributes.Ccy, place())
    }
  }
  parser.onclosetag = () => {
    const closed = opened.pop()
    if (!closed) return
    if (closed.path === '') {
      const record = records.pop()
      if (record) listener.end(record.name, record.leaves, place())
    } else if (closed.isLeaf) addLeaf(records.at(-1), closed.path, withoutBreaks(text), place())
    text = ''
  }
  return { write: (more) => void parser.write(more), end: () => void parser.close() }
}

function addLeaf(record: Gathered | undefined, path: string, said: string, place: Place): void {
  if (!record) return
  record.size += 1
  if (record.size > leavesMax) throw new StatementError('An entry of too many elements.', place)
  const known = record.leaves.get(path)
  if (known) known.push(said)
  else record.leaves.set(path, [said])
}

/** A break was made by whoever laid the file out: nothing of the text. */
function withoutBreaks(text: string): string {
  return text.trim().replace(/[ \t]*[\r\n]+[ \t]*/g, '')
}

/** A record counts only where the standard has it, so that a name deeper inside is a leaf like any other. */
function isInPlace(name: string, around: string | undefined): boolean {
  if (!recordNames.has(name)) return false
  if (name === 'Stmt') return around === undefined
  return name === 'TxDtls' ? around === 'Ntry' : around === 'Stmt'
}
