import type { Method, RefundOrder, RefundStatus, TakenBack } from '../src/payment/method/method.ts'
import { methods } from '../src/payment/method/methods.ts'

/** A method that does as a test says: it pays at once, and its refunds fail in every way that wires can. */
export interface MoodyMethod {
  code: string
  /** How it takes the next calls to send a refund, in order; afterwards each is given back at once. */
  moods: Mood[]
  /** What it gave back, by the refund's public id: the truth at the method. */
  given: Map<string, { amount: bigint; times: number }>
  /** What it was asked, in order: `send re_…`, `status re_…`. */
  asked: string[]
  takenBack: TakenBack[]
  /** Decides a refund that is pending. */
  decide(publicId: string, state: 'succeeded' | 'failed'): void
  /** As if it had never heard of it. */
  forget(publicId: string): void
  remove(): void
}

/** lost: given back, and the answer never comes; away: not even heard. */
export type Mood = 'succeeded' | 'failed' | 'pending' | 'lost' | 'away'

const at = new Date('2026-11-22T11:00:00Z')

/** Adds it to the methods until it is removed; a provider uses it once its ways say so. */
export function addMoodyMethod(code = 'moody'): MoodyMethod {
  const known = new Map<string, RefundStatus>()
  const moody: MoodyMethod = {
    code,
    moods: [],
    given: new Map(),
    asked: [],
    takenBack: [],
    decide(publicId, state) {
      const methodRefundId = `m-${publicId}`
      known.set(
        publicId,
        state === 'failed' ? { state, methodRefundId, reason: 'not now' } : { state, methodRefundId, at },
      )
    },
    forget: (publicId) => void known.delete(publicId),
    remove() {
      delete (methods as Record<string, Method>)[code]
    },
  }
  const give = ({ publicId, amount }: RefundOrder) => {
    moody.given.set(publicId, { amount, times: (moody.given.get(publicId)?.times ?? 0) + 1 })
    moody.decide(publicId, 'succeeded')
  }
  const send = async (order: RefundOrder): Promise<RefundStatus> => {
    moody.asked.push(`send ${order.publicId}`)
    const mood = moody.moods.shift() ?? 'succeeded'
    if (mood === 'away') throw new Error('the method is away')
    if (mood === 'failed') moody.decide(order.publicId, 'failed')
    else if (mood === 'pending')
      known.set(order.publicId, { state: 'pending', methodRefundId: `m-${order.publicId}` })
    else give(order)
    if (mood === 'lost') throw new Error('the answer is lost')
    return known.get(order.publicId) ?? { state: 'absent' }
  }
  Object.assign(methods, { [code]: methodOfMood(moody, send, known) })
  return moody
}

function methodOfMood(
  moody: MoodyMethod,
  send: (order: RefundOrder) => Promise<RefundStatus>,
  known: Map<string, RefundStatus>,
): Method {
  return {
    code: moody.code,
    arrives: 'batch',
    channels: ['card'],
    collectedBy: 'provider',
    account: 'none',
    start: async (_platform, _provider, { checkout }) => ({
      kind: 'instructions',
      reference: checkout.publicId,
    }),
    async hear(_platform, _provider, { body }) {
      return { verdict: 'believed', refundPublicId: body.toString() }
    },
    async status(_platform, _provider, { publicId, amount, currency }) {
      const money = { methodPaymentId: publicId, amount, currency, paidAt: at }
      return { state: 'paid', money: [money], takenBack: moody.takenBack }
    },
    stop: 'cannot',
    refund: {
      send: (_platform, _provider, order) => send(order),
      async status(_platform, _provider, { publicId }) {
        moody.asked.push(`status ${publicId}`)
        return known.get(publicId) ?? { state: 'absent' }
      },
    },
    chargeSaved: 'cannot',
    banks: 'cannot',
    testConnection: 'cannot',
    payouts: 'cannot',
  }
}
