import type { ServerResponse } from 'node:http'
import type { CheckoutState } from '@bill-gateway/contract'
import { checkoutTopic, findCheckout } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'

/** Signals only save waiting. */
const lookAgainMs = 1_000
/** Proxies close what is silent for longer. */
const heartbeatMs = 15_000
/** A browser asks again by itself: no page left open holds a connection for ever. */
const openAtMostMs = 10 * 60_000
const retryMs = 2_000
/** Streams of one address at the same time: a family behind one router, not a machine. */
const streamsOfAddressMax = 30

const open = new Map<string, number>()

/** Counts a stream of the address. @returns how to give it back, or undefined where there are too many */
export function takeStream(address: string): (() => void) | undefined {
  const count = open.get(address) ?? 0
  if (count >= streamsOfAddressMax) return undefined
  open.set(address, count + 1)
  return () => {
    const left = (open.get(address) ?? 1) - 1
    if (left > 0) open.set(address, left)
    else open.delete(address)
  }
}

const final: readonly CheckoutState[] = ['succeeded', 'failed', 'expired']

/** Tells the browser of each change of state, as server-sent events, until it is final or nobody listens. */
export async function watchCheckout(
  { db, signals, log }: Platform,
  publicId: string,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const ended = new AbortController()
  const end = () => ended.abort()
  response.once('close', end)
  closing.addEventListener('abort', end, { once: true })
  if (closing.aborted || response.destroyed) end()
  const life = setTimeout(end, openAtMostMs)
  try {
    response.write(`retry: ${retryMs}\n\n`)
    let told: CheckoutState | undefined
    let writtenAt = performance.now()
    while (!ended.signal.aborted) {
      // Listening begins before the look, so nothing falls between the two.
      const signalled = signals.wait(checkoutTopic(publicId), lookAgainMs, ended.signal)
      const status = (await findCheckout(db, publicId))?.status
      if (!status) break
      const silent = performance.now() - writtenAt >= heartbeatMs
      if (status !== told) response.write(`event: state\ndata: ${status}\n\n`)
      else if (silent) response.write(': still here\n\n')
      if (status !== told || silent) writtenAt = performance.now()
      told = status
      if (final.includes(status)) break
      await signalled
    }
  } catch (error) {
    log.warn({ err: error }, 'a page could not be told of its payment')
  } finally {
    clearTimeout(life)
    closing.removeEventListener('abort', end)
    end()
    response.end()
  }
}
