import { setTimeout as sleep } from 'node:timers/promises'
import { anyEventTopic } from '../event/index.ts'
import type { Worker } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { createSender, type SenderOptions } from './sender.ts'

/** Signals only save waiting. */
const lookAgainMs = 500
/** Turns come no faster: what comes together is done together. */
const turnEveryMs = 25
const troublePauseMs = 1_000

/** Sends webhooks from this process until stopped, through outages of the database. */
export function startWebhookSender(platform: Platform, options: SenderOptions = {}): Worker {
  const log = platform.log.child({ part: 'webhooks' })
  const sender = createSender(platform, options)
  let isStopping = false
  let endWait: () => void = () => undefined

  const waitForWork = async () => {
    const waiting = new AbortController()
    endWait = () => waiting.abort()
    if (isStopping) endWait()
    await Promise.race([
      platform.signals.wait(anyEventTopic, lookAgainMs, waiting.signal),
      sender.tryEnded(lookAgainMs),
    ])
    waiting.abort()
  }

  const run = async () => {
    while (!isStopping) {
      const pause = sleep(turnEveryMs)
      const done = await sender.turn().catch(async (error) => {
        log.error({ err: error }, 'webhooks could not be sent')
        await sleep(troublePauseMs)
      })
      // What was just noted may have let others go, and those are sent in a turn of their own.
      if (!done) await waitForWork()
      await pause
    }
  }

  const running = run()
  return {
    async stop() {
      isStopping = true
      endWait()
      await running
      await sender.close().catch((error) => log.warn({ err: error }, 'webhooks ended in trouble'))
    },
  }
}
