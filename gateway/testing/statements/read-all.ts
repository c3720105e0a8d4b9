import { readFileSync } from 'node:fs'
import iconv from 'iconv-lite'
import {
  type ReadOptions,
  readStatement,
  type StatementEntry,
  type StatementHead,
} from '../../src/statement/format/index.ts'

/** A statement of files/, in UTF-8. */
export function statementFile(name: string): string {
  return readFileSync(new URL(`files/${name}`, import.meta.url), 'utf8')
}

/** A file's bytes as they come over a network: in pieces of any size. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

/** Reads a whole statement. @param chunk bytes that come at a time */
export async function readAll(
  content: string | Uint8Array,
  options: ReadOptions = {},
  chunk = 65_536,
): Promise<{ heads: StatementHead[]; entries: StatementEntry[] }> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const heads: StatementHead[] = []
  const entries: StatementEntry[] = []
  for await (const part of readStatement(inChunks(bytes, chunk), options)) {
    if (part.kind === 'head') heads.push(part.head)
    else entries.push(part.entry)
  }
  return { heads, entries }
}

export function encode(text: string, encoding: string): Buffer {
  return iconv.encode(text, encoding)
}
