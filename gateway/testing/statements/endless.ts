import { parentPort, workerData } from 'node:worker_threads'
import { readStatement } from '../../src/statement/format/index.ts'
import { writeCamt053 } from './camt053.ts'
import type { StatementLine } from './line.ts'
import { writeMt940 } from './mt940.ts'
import { writeElixir, writePko } from './reports.ts'

/** How many entries are written at a time. */
const linesAtATime = 500
const account = '61109010140000071219812874'

/** What a worker is told: the format, and how many entries. */
export interface EndlessOrder {
  format: 'mt940' | 'camt053' | 'csv' | 'elixir'
  entries: number
}

export interface EndlessAnswer {
  entries: number
  sum: bigint
  bytes: number
  progress: number
  milliseconds: number
}

function linesFrom(first: number): StatementLine[] {
  return Array.from({ length: linesAtATime }, (_, index) => ({
    amount: BigInt(first + index + 1),
    bookedOn: '2026-11-20',
    title: `ref 20261118-${String(first + index).padStart(6, '0')} ID user-${first} ZA INTERNET ŁĄCZE`,
    name: 'ŁUKASZ ŻÓŁĆ UL. DŁUGA 2 00-002 WARSZAWA',
    counterparty: '52102023130000380205581980',
    bankReference: `REF${String(first + index).padStart(10, '0')}`,
  }))
}

/** A file of any length that is never whole in memory: the parts of a short one, written again and again. */
function* file({ format, entries }: EndlessOrder): Generator<string> {
  const closing = (BigInt(entries) * BigInt(entries + 1)) / 2n
  const parts = (lines: readonly StatementLine[]) => {
    const text = { account, lines, closing }
    if (format === 'mt940') return writeMt940(text, { separator: '~' }).split(/(?=:61:)|(?=:62F:)/)
    if (format === 'camt053') return writeCamt053(text, { version: '08' }).split(/(?=<Ntry>)|(?=<\/Stmt>)/)
    const rows = format === 'csv' ? writePko(lines) : `\r\n${writeElixir(account, lines)}`
    return [...rows.split(/(?<=\r\n)/), '']
  }
  for (let first = 0; first < entries; first += linesAtATime) {
    const all = parts(linesFrom(first))
    if (first === 0) yield all[0] ?? ''
    yield all.slice(1, -1).join('')
    if (first + linesAtATime >= entries) yield all.at(-1) ?? ''
  }
}

async function run(order: EndlessOrder): Promise<EndlessAnswer> {
  const answer = { entries: 0, sum: 0n, bytes: 0, progress: 0, milliseconds: 0 }
  async function* bytes() {
    for (const text of file(order)) {
      const chunk = Buffer.from(text)
      answer.bytes += chunk.length
      yield chunk
    }
  }
  const onProgress = (read: number) => {
    answer.progress = read
  }
  const begun = performance.now()
  for await (const part of readStatement(bytes(), { format: order.format, account, onProgress })) {
    if (part.kind === 'head') continue
    answer.entries += 1
    answer.sum += part.entry.amount
  }
  answer.milliseconds = Math.round(performance.now() - begun)
  return answer
}

parentPort?.postMessage(await run(workerData as EndlessOrder))
