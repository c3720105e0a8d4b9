import { readChunks, readLines } from './client-body.ts'
import { BillGatewayError } from './client-error.ts'
import { connectionFailed, type Transport, timedOut, unexpected } from './client-request.ts'
import type { BulkResult, PaymentLinkItem } from './payment-link.ts'

/** What became of one item: a link, or the reason why there is none. `item` is the one that you gave. */
export type BulkOutcome<Item extends PaymentLinkItem = PaymentLinkItem> = BulkResult & { item: Item }

export interface BulkOptions {
  signal?: AbortSignal
}

const call = 'paymentLinks.createMany'
const resultCharactersMax = 1024 * 1024
const watchEveryMs = 250
const pieceCharacters = 16 * 1024

/**
 * Sends items as lines and gives results as they come back. Each side is read only as fast as the other takes:
 * the items by the gateway, the results by the caller.
 */
export async function* createManyLinks<Item extends PaymentLinkItem>(
  transport: Transport,
  items: AsyncIterable<Item> | Iterable<Item>,
  options: BulkOptions,
): AsyncGenerator<BulkOutcome<Item>, void, undefined> {
  const { signal } = options
  signal?.throwIfAborted()
  const controller = new AbortController()
  const stop = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  const upload = uploadOf(items)
  const watch = watchSilence(transport.timeoutMs, upload, (error) => controller.abort(error))
  let answered = 0
  try {
    const response = await watch.waiting(
      transport.open({
        call,
        method: 'POST',
        path: '/pay/v1/payments/bulk',
        headers: { accept: 'application/x-ndjson', 'content-type': 'application/x-ndjson' },
        body: upload.body,
        signal: controller.signal,
      }),
    )
    const lines = readLines(readChunks(response), resultCharactersMax)
    for (;;) {
      const { done, value } = await watch.waiting(lines.next())
      if (done) break
      if (value === '') continue
      answered++
      const item = upload.sent.shift()
      if (item === undefined) throw unexpected(call, 200, 'the answer has more lines than the request')
      upload.moves++
      yield { ...resultOf(value, answered), item }
    }
    if (upload.sent.length > 0) throw unexpected(call, 200, `the answer ended after line ${answered}`)
  } catch (error) {
    if (upload.failure) throw upload.failure.error
    if (controller.signal.aborted) throw controller.signal.reason
    throw error instanceof BillGatewayError ? error : connectionFailed(`${call}, line ${answered + 1}`, error)
  } finally {
    watch.end()
    signal?.removeEventListener('abort', stop)
    controller.abort()
    await upload.end()
  }
}

interface Upload<Item> {
  body: ReadableStream<Uint8Array>
  /** Sent, and without a result so far. */
  sent: Item[]
  /** Grows with every item sent and every result taken. */
  moves: number
  /** The caller’s items are being waited for: the gateway’s silence is no fault of its own. */
  starved: boolean
  ended: boolean
  /** What the caller’s items threw. */
  failure: { error: unknown } | undefined
  /** Tells the source that no more is wanted. */
  end(): Promise<void>
}

function uploadOf<Item>(items: AsyncIterable<Item> | Iterable<Item>): Upload<Item> {
  const isAsync = Symbol.asyncIterator in items
  const source = isAsync ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const charactersMax = isAsync ? 1 : pieceCharacters
  const end = async () => {
    if (upload.ended) return
    upload.ended = true
    const returned = Promise.resolve(source.return?.()).catch(() => undefined)
    // A source that is still at work may never come to its end: it is told, and not waited for.
    if (!upload.starved) await returned
  }
  const body = new ReadableStream<Uint8Array>(
    { pull: (stream) => sendMore(stream, source, upload, charactersMax), cancel: end },
    { highWaterMark: 1 },
  )
  const upload: Upload<Item> = {
    body,
    sent: [],
    moves: 0,
    starved: false,
    ended: false,
    failure: undefined,
    end,
  }
  return upload
}

/** What waits for something is sent line by line; what is there already, in larger pieces. */
async function sendMore<Item>(
  stream: ReadableStreamDefaultController<Uint8Array>,
  source: AsyncIterator<Item> | Iterator<Item>,
  upload: Upload<Item>,
  charactersMax: number,
): Promise<void> {
  let lines = ''
  try {
    upload.starved = true
    while (lines.length < charactersMax) {
      const { done, value } = await source.next()
      if (done) {
        upload.ended = true
        break
      }
      lines += `${JSON.stringify(value)}\n`
      upload.sent.push(value)
      upload.moves++
    }
    if (lines !== '') stream.enqueue(new TextEncoder().encode(lines))
    if (upload.ended) stream.close()
  } catch (error) {
    upload.failure = { error }
    upload.ended = true
    stream.error(error)
  } finally {
    upload.starved = false
  }
}

/** Ends the request when the gateway has been waited for, and nothing moved, for so long. */
function watchSilence(timeoutMs: number, upload: Upload<unknown>, giveUp: (error: Error) => void) {
  let waited = 0
  let waitingFor = 0
  let lastMoves = 0
  const everyMs = Math.min(watchEveryMs, timeoutMs)
  const timer = setInterval(() => {
    const moved = upload.moves !== lastMoves
    lastMoves = upload.moves
    waited = waitingFor === 0 || upload.starved || moved ? 0 : waited + everyMs
    if (waited >= timeoutMs) giveUp(timedOut(call, timeoutMs))
  }, everyMs)
  return {
    async waiting<T>(work: Promise<T>): Promise<T> {
      waitingFor++
      try {
        return await work
      } finally {
        waitingFor--
      }
    },
    end: () => clearInterval(timer),
  }
}

function resultOf(line: string, expected: number): BulkResult {
  let result: unknown
  try {
    result = JSON.parse(line)
  } catch (error) {
    throw unexpected(call, 200, `line ${expected} of the answer is not JSON`, error)
  }
  const matches =
    typeof result === 'object' && result !== null && 'line' in result && result.line === expected
  if (!matches)
    throw unexpected(call, 200, `line ${expected} of the answer is not the result of line ${expected}`)
  return result as BulkResult
}
