import { confirmMs } from '../blik.ts'
import { type Fake, startFakeServer } from '../fake-server.ts'
import { type Notifications, newNotifications, sendPost } from '../notifications.ts'
import { type PayuWorld, payuRoutes } from './routes.ts'
import { account, type Order, orderNotice, type Refund, refundNotice } from './state.ts'

/** Minutes 1, 2, 5, 10, 30 and 60 at PayU, and then hours; ten milliseconds stand for a minute. */
const retryMs = [1, 2, 5, 10, 30, 60, 120].map((minutes) => minutes * 10)

export interface PayuFake extends Fake {
  /** The shop takes payments by hand: a payment waits until the merchant captures it. */
  captureByHand(isOn: boolean): void
  /** PayU takes none of its tokens any more. */
  dropTokens(): void
}

/** How a test lets the shop behave. */
interface Habits {
  refundsEnd: 'succeeded' | 'failed' | 'later'
  byHand: boolean
}

/**
 * PayU on loopback: OAuth, orders, the payer's page, BLIK by code and alias, cards, captures, refunds. It tells
 * of every state but a new order's, until the answer is 200.
 */
export async function startPayuFake(): Promise<PayuFake> {
  const orders = new Map<string, Order>()
  const notifications = newNotifications({ retryMs, isTaken: ({ status }) => status === 200 })
  const habits: Habits = { refundsEnd: 'succeeded', byHand: false }
  const acts = actsOf(notifications, habits)
  let sequence = 0
  const world: PayuWorld = {
    url: () => server.url,
    orders,
    tokens: new Map(),
    saved: new Map(),
    newId: () => `FAKE${String(++sequence).padStart(6, '0')}GUEST000P01`,
    move: acts.move,
    confirmSoon: (order) => {
      setTimeout(() => void acts.payOrder(order), confirmMs)
    },
    async decide(order, decision) {
      if (order.state !== 'open') return
      if (decision === 'pay') await acts.payOrder(order)
      if (decision === 'refuse') await acts.move(order, 'CANCELED')
    },
    refund(order, extRefundId, amount) {
      const id = String(5_000_000_000 + ++sequence)
      return acts.takeRefund(order, { id, extRefundId, amount, status: 'PENDING', at: new Date() })
    },
  }
  const server = await startFakeServer(payuRoutes(world))
  return {
    ...controls(orders, acts),
    url: server.url,
    environment: { METHOD_PAYU_TEST_URL: server.url },
    credentials: { ...account },
    requests: server.requests,
    next: server.next,
    notifications,
    refundsEnd(how) {
      habits.refundsEnd = how
    },
    captureByHand(isOn) {
      habits.byHand = isOn
    },
    dropTokens: () => world.tokens.clear(),
    async close() {
      notifications.close()
      await server.close()
    },
  }
}

function actsOf(notifications: Notifications, habits: Habits) {
  const move: PayuWorld['move'] = async (order, status) => {
    order.status = status
    if (status === 'COMPLETED') order.state = 'paid'
    if (status === 'CANCELED') order.state = 'refused'
    const notice = orderNotice(order)
    if (notice) await notifications.post(notice)
  }
  const settle = async (order: Order, refund: Refund, how: 'succeeded' | 'failed') => {
    refund.status = how === 'succeeded' ? 'FINALIZED' : 'CANCELED'
    refund.at = new Date()
    if (how === 'succeeded') order.refunded += refund.amount
    await notifications.post(refundNotice(order, refund))
  }
  return {
    move,
    settle,
    payOrder(order: Order, money: { amount?: bigint; currency?: string } = {}) {
      order.paid = { amount: money.amount ?? order.amount, currency: money.currency ?? order.currency }
      return move(order, habits.byHand ? 'WAITING_FOR_CONFIRMATION' : 'COMPLETED')
    },
    takeRefund(order: Order, refund: Refund): Refund {
      order.refunds.push(refund)
      const how = habits.refundsEnd
      if (how !== 'later') setTimeout(() => void settle(order, refund, how), confirmMs)
      return refund
    },
  }
}

type Controls = Pick<
  Fake,
  'charge' | 'pay' | 'refuse' | 'expire' | 'notification' | 'notify' | 'decideRefund'
>

function controls(orders: Map<string, Order>, acts: ReturnType<typeof actsOf>): Controls {
  /** The last one: the answers to earlier orders of the checkout were lost. */
  const known = (checkoutId: string) => [...orders.values()].findLast((one) => one.checkoutId === checkoutId)
  const orderOf = (checkoutId: string): Order => {
    const order = known(checkoutId)
    if (!order) throw new Error(`PayU never heard of ${checkoutId}`)
    return order
  }
  return {
    charge: known,
    pay: (checkoutId, money) => acts.payOrder(orderOf(checkoutId), money),
    refuse: (checkoutId) => acts.move(orderOf(checkoutId), 'CANCELED'),
    async expire(checkoutId) {
      const order = orderOf(checkoutId)
      await acts.move(order, 'CANCELED')
      order.state = 'expired'
    },
    notification: (checkoutId) => orderNotice(orderOf(checkoutId)),
    async notify(checkoutId) {
      const notice = orderNotice(orderOf(checkoutId))
      if (!notice) throw new Error('PayU tells nothing of a new order')
      return sendPost(notice)
    },
    async decideRefund(refundId, how) {
      for (const order of orders.values()) {
        const refund = order.refunds.find(
          ({ extRefundId, status }) => extRefundId === refundId && status === 'PENDING',
        )
        if (refund) return acts.settle(order, refund, how)
      }
      throw new Error(`no refund ${refundId} waits`)
    },
  }
}
