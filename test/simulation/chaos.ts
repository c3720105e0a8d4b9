import type {
  Attempt,
  Heard,
  Method,
  MethodStatus,
  Money,
  RefundOrder,
  RefundStatus,
  Started,
  TakenBack,
} from '../../gateway/src/payment/method/method.ts'
import type { Random } from '../crash/random.ts'

/** One attempt as the payment provider of the simulation keeps it. */
export interface Charge {
  checkoutPublicId: string
  reference: string
  amount: bigint
  currency: string
  state: 'open' | 'pending' | 'failed' | 'expired'
  money: Money[]
  takenBack: TakenBack[]
  /** It has told somebody that it is over without money: from then on only a notification says otherwise. */
  saidOver: boolean
}

interface Refund {
  order: RefundOrder
  state: 'pending' | 'succeeded' | 'failed'
}

/** A payment provider that does everything that one can do wrong, and keeps its own books. */
export interface Chaos {
  method: Method
  charges: Map<string, Charge>
  refunds: Map<string, Refund>
  /** From now on it answers at once and tells the truth. */
  calm(): void
  pay(charge: Charge, amount: bigint, currency: string, at: Date): Money
  takeBack(charge: Charge, money: Money, at: Date): void
  /** What it sends to the notification address. */
  notification(charge: Charge, forged?: boolean): string
}

const channels = ['blik', 'bank'] as const
const proof = 'of the simulation'

/** The books of the payment provider, and its moods. */
interface Desk {
  charges: Map<string, Charge>
  refunds: Map<string, Refund>
  nextId(kind: string): string
  /** Whether something goes wrong now, with the probability of `times` in `of`. */
  breaks(times: number, of: number): boolean
}

/** @param random decides what goes wrong */
export function newChaos(random: Random, code: string): Chaos {
  let calm = false
  let counted = 0
  const nextId = (kind: string) => `${kind}-${++counted}`
  const desk: Desk = {
    charges: new Map(),
    refunds: new Map(),
    nextId,
    breaks: (times, of) => !calm && random.below(of) < times,
  }
  return {
    method: methodOf(desk, code),
    charges: desk.charges,
    refunds: desk.refunds,
    calm: () => {
      calm = true
    },
    pay(charge, amount, currency, paidAt) {
      const money = { methodPaymentId: nextId('money'), amount, currency, paidAt }
      charge.money.push(money)
      return money
    },
    takeBack(charge, { methodPaymentId, amount }, at) {
      charge.takenBack.push({ methodReversalId: nextId('taken'), methodPaymentId, amount, at })
    },
    notification: ({ checkoutPublicId }, forged = false) =>
      forged ? `${checkoutPublicId}x` : checkoutPublicId,
  }
}

function methodOf(desk: Desk, code: string): Method {
  const { charges, breaks } = desk
  return {
    code,
    arrives: 'batch',
    channels,
    collectedBy: 'operator',
    account: 'none',
    start: (_platform, _provider, attempt) => start(desk, attempt),
    async hear(_platform, _provider, { headers, body }): Promise<Heard> {
      if (headers.authorization !== proof) return { verdict: 'forged' }
      return { verdict: 'believed', checkoutPublicId: body.toString() }
    },
    async status(_platform, _provider, { publicId }) {
      if (breaks(1, 8)) throw new Error('no answer in time')
      return statusOf(charges.get(publicId))
    },
    async stop(_platform, _provider, { publicId }) {
      const charge = charges.get(publicId)
      if (breaks(1, 6)) throw new Error('no answer in time')
      if (charge?.state === 'pending' && charge.money.length === 0) charge.state = 'failed'
    },
    refund: refunding(desk),
    chargeSaved: 'cannot',
    banks: 'cannot',
    testConnection: 'cannot',
    payouts: 'cannot',
  }
}

async function start({ charges, breaks, nextId }: Desk, { checkout, channel }: Attempt): Promise<Started> {
  if (breaks(1, 12)) throw new Error('the request got lost')
  const charge = charges.get(checkout.publicId) ?? {
    checkoutPublicId: checkout.publicId,
    reference: nextId('charge'),
    amount: checkout.amount,
    currency: checkout.currency,
    state: channel === 'blik' ? 'pending' : 'open',
    money: [],
    takenBack: [],
    saidOver: false,
  }
  charges.set(checkout.publicId, charge)
  if (breaks(1, 12)) throw new Error('the answer got lost')
  const { reference } = charge
  if (channel === 'bank') return { kind: 'redirect', reference, url: 'https://bank.example/x' }
  if (!breaks(1, 10)) return { kind: 'pending', reference }
  charge.state = 'failed'
  charge.saidOver = true
  return { kind: 'failed', reference, failure: 'wrong-code' }
}

function statusOf(charge: Charge | undefined): MethodStatus {
  if (!charge) return { state: 'absent' }
  const { state, money, takenBack } = charge
  if (money.length > 0) return { state: 'paid', money: [...money], takenBack: [...takenBack] }
  charge.saidOver ||= state === 'failed' || state === 'expired'
  if (state === 'failed') return { state, failure: 'declined' }
  return state === 'expired' ? { state, failure: null } : { state }
}

function refunding({ refunds, breaks }: Desk): Method['refund'] {
  const answerOf = (refund: Refund | undefined): RefundStatus => {
    if (!refund) return { state: 'absent' }
    const methodRefundId = `of ${refund.order.publicId}`
    if (refund.state === 'failed') return { state: 'failed', methodRefundId, reason: 'no money' }
    if (refund.state === 'pending') return { state: 'pending', methodRefundId }
    return { state: 'succeeded', methodRefundId, at: new Date() }
  }
  return {
    async send(_platform, _provider, order) {
      if (breaks(1, 8)) throw new Error('the request got lost')
      const state = breaks(1, 6) ? 'failed' : breaks(1, 3) ? 'pending' : 'succeeded'
      const refund = refunds.get(order.publicId) ?? { order, state }
      refunds.set(order.publicId, refund)
      if (breaks(1, 8)) throw new Error('the answer got lost')
      return answerOf(refund)
    },
    async status(_platform, _provider, order) {
      if (breaks(1, 8)) throw new Error('no answer in time')
      const refund = refunds.get(order.publicId)
      if (refund?.state === 'pending') refund.state = breaks(1, 3) ? 'failed' : 'succeeded'
      return answerOf(refund)
    },
  }
}

export const notificationHeaders = (forged: boolean): Record<string, string> => ({
  authorization: forged ? 'guessed' : proof,
  'content-type': 'text/plain',
})
