import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { clientConfig } from './database.ts'
import { signalChannel } from './transaction.ts'

const reconnectPauseMs = 500

/** Waits for what other transactions, in this or another process, signalled after their commit. */
export interface Signals {
  /** Resolves at the next signal of the topic, after the time given, or when aborted. Never rejects. */
  wait(topic: string, atMostMs: number, abort?: AbortSignal): Promise<void>
  close(): Promise<void>
}

export function listenForSignals(url: string, onError: (error: Error) => void): Signals {
  const topics = new EventEmitter().setMaxListeners(0)
  const closing = new AbortController()
  const running = keepListening(url, topics, closing.signal, onError)
  return {
    wait: (topic, atMostMs, abort) => waitFor(topics, topic, atMostMs, abort),
    async close() {
      closing.abort()
      await running
    },
  }
}

function waitFor(topics: EventEmitter, topic: string, atMostMs: number, abort?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      topics.off(topic, done)
      abort?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, atMostMs)
    topics.once(topic, done)
    abort?.addEventListener('abort', done, { once: true })
    if (abort?.aborted) done()
  })
}

async function keepListening(
  url: string,
  topics: EventEmitter,
  closing: AbortSignal,
  onError: (error: Error) => void,
): Promise<void> {
  while (!closing.aborted) {
    const client = new pg.Client(clientConfig(url))
    try {
      const ended = new Promise<void>((resolve) => client.on('end', () => resolve()))
      client.on('error', onError)
      client.on('notification', ({ payload }) => payload && topics.emit(payload))
      await client.connect()
      await client.query(`listen ${signalChannel}`)
      const stop = () => void client.end()
      closing.addEventListener('abort', stop, { once: true })
      if (closing.aborted) stop()
      await ended
      closing.removeEventListener('abort', stop)
    } catch (error) {
      onError(error as Error)
      await client.end().catch(() => undefined)
    }
    if (!closing.aborted) await sleep(reconnectPauseMs, undefined, { signal: closing }).catch(() => undefined)
  }
}
