import { parentPort, workerData } from 'node:worker_threads'
import { readStatement } from '../../src/statement/format/index.ts'
import { account, type EndlessFile, endlessFile } from './endless-file.ts'

export interface EndlessAnswer {
  entries: number
  sum: bigint
  bytes: number
  progress: number
  milliseconds: number
}

async function run(order: EndlessFile): Promise<EndlessAnswer> {
  const answer = { entries: 0, sum: 0n, bytes: 0, progress: 0, milliseconds: 0 }
  async function* bytes() {
    for (const text of endlessFile(order)) {
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

parentPort?.postMessage(await run(workerData as EndlessFile))
