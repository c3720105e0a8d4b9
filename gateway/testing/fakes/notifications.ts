import { sendOut } from '../../src/platform/http/outgoing.ts'
import type { FakeReply } from './fake-server.ts'

/** What goes wrong with one request. */
export interface Fault {
  /** Fits `METHOD /path`. Default: any request. */
  on?: RegExp
  delayMs?: number
  /** request: it never arrives; answer: all is done, and the answer is lost. */
  lose?: 'request' | 'answer'
  /** Sent instead of the right answer; nothing is done. */
  reply?: FakeReply
}

/** A request to the merchant. */
export interface Post {
  url: string
  headers: Record<string, string>
  body: string
}

export interface Sent extends Post {
  /** Status of each try's answer; 0: there was none. */
  answers: number[]
}

/** Notifications of a payment provider on their way: tests hold them back, lose, double and reorder them. */
export interface Notifications {
  /** All that were tried, in order of their first try. */
  sent: Sent[]
  /** now: as they arise. held: kept for {@link release}. lost: never sent. twice: each goes out two times at once. */
  mode: 'now' | 'held' | 'lost' | 'twice'
  /** Sends what was held. @param order default: as it arose */
  release(order?: 'reversed'): Promise<void>
  /** Takes a notification that arose; the first try is over when it resolves, further ones follow by schedule. */
  post(post: Post): Promise<void>
  close(): void
}

export interface NotificationRules {
  /** Milliseconds between a try that was not taken and the next one: the payment provider's own, shortened. */
  retryMs: readonly number[]
  /** What the payment provider counts as taken. Default: any 2xx. */
  isTaken?(answer: { status: number; text: string }, post: Post): boolean
}

export function newNotifications({ retryMs, isTaken = isOk }: NotificationRules): Notifications {
  const timers = new Set<NodeJS.Timeout>()
  const held: Post[] = []
  let closed = false
  const attempt = async (sent: Sent): Promise<void> => {
    const answer = await sendPost(sent)
    sent.answers.push(answer.status)
    const wait = retryMs[sent.answers.length - 1]
    if (closed || wait === undefined || isTaken(answer, sent)) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void attempt(sent)
    }, wait)
    timers.add(timer)
  }
  const dispatch = async (post: Post): Promise<void> => {
    const sent: Sent = { ...post, answers: [] }
    notifications.sent.push(sent)
    await attempt(sent)
  }
  const notifications: Notifications = {
    sent: [],
    mode: 'now',
    async post(post) {
      if (notifications.mode === 'held') held.push(post)
      if (notifications.mode === 'now') await dispatch(post)
      if (notifications.mode === 'twice') await Promise.all([dispatch(post), dispatch(post)])
    },
    async release(order) {
      const posts = held.splice(0)
      for (const post of order === 'reversed' ? posts.toReversed() : posts) await dispatch(post)
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
  return notifications
}

/** @returns status 0 where the merchant cannot be reached */
export async function sendPost({ url, headers, body }: Post): Promise<{ status: number; text: string }> {
  try {
    const answer = await sendOut({ method: 'POST', url, headers, body, timeoutMs: 30_000 })
    return { status: answer.status, text: answer.body.toString('utf8') }
  } catch {
    return { status: 0, text: '' }
  }
}

function isOk({ status }: { status: number }): boolean {
  return status >= 200 && status < 300
}
