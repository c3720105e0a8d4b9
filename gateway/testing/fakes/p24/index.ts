import { chargeOf, confirmMs } from '../blik.ts'
import { type Fake, startFakeServer } from '../fake-server.ts'
import { type Notifications, newNotifications, sendPost } from '../notifications.ts'
import { newReports, type Reports } from './reports.ts'
import { type P24World, p24Routes } from './routes.ts'
import { account, paidNotice, type Refund, refundNotice, type Transaction } from './state.ts'

/** Minutes 3, 5, 15, 30, 60, 150 and 450 at Przelewy24; ten milliseconds stand for one. */
const retryMs = [3, 5, 15, 30, 60, 150, 450].map((minutes) => minutes * 10)

export interface P24Fake extends Fake {
  reports: Reports
}

type RefundsEnd = 'succeeded' | 'failed' | 'later'

/**
 * Przelewy24 on loopback: registration, the payer's page, BLIK by code and alias, cards, verification, refunds,
 * reports of payouts.
 * A refused BLIK code or payment stays in state 0, as a payer who has not answered; only payments are told of,
 * until they are verified.
 */
export async function startP24Fake(): Promise<P24Fake> {
  const transactions = new Map<string, Transaction>()
  const notifications = newNotifications({
    retryMs,
    isTaken: ({ status }, { body }) => {
      const { sessionId, refundsUuid } = JSON.parse(body)
      return refundsUuid ? status < 300 && status > 0 : transactions.get(sessionId)?.isVerified === true
    },
  })
  const orders = { next: 300_000_000 + Math.floor(Math.random() * 1_000_000) }
  const ends: { refunds: RefundsEnd } = { refunds: 'succeeded' }
  const reports = newReports(transactions)
  const acts = actsOf(transactions, notifications)
  const world: P24World = {
    url: () => server.url,
    transactions,
    reports,
    aliases: new Set(),
    nextOrderId: () => orders.next++,
    confirmSoon: ({ checkoutId }) => {
      setTimeout(() => void acts.pay(checkoutId), confirmMs)
    },
    async decide({ state, checkoutId }, decision) {
      if (state !== 'open') return
      if (decision === 'pay') await acts.pay(checkoutId)
      if (decision === 'refuse') await acts.refuse(checkoutId)
    },
    refund: (transaction, id, amount, notifyUrl) =>
      acts.takeRefund(transaction, { id, amount, status: 2, notifyUrl }, ends.refunds),
  }
  const server = await startFakeServer(p24Routes(world))
  const { takeRefund: _, ...controls } = acts
  return {
    ...controls,
    reports,
    url: server.url,
    environment: { METHOD_P24_TEST_URL: server.url },
    credentials: { ...account },
    requests: server.requests,
    next: server.next,
    notifications,
    refundsEnd(how) {
      ends.refunds = how
    },
    async close() {
      notifications.close()
      await server.close()
    },
  }
}

function actsOf(transactions: Map<string, Transaction>, notifications: Notifications) {
  const settle = async (transaction: Transaction, refund: Refund, how: 'succeeded' | 'failed') => {
    refund.status = how === 'succeeded' ? 1 : 4
    if (how === 'succeeded') transaction.refunded += refund.amount
    if (refund.notifyUrl) await notifications.post(refundNotice(transaction, refund))
  }
  const notification = (checkoutId: string) => paidNotice(chargeOf(transactions, checkoutId))
  return {
    charge: (checkoutId: string) => transactions.get(checkoutId),
    notification,
    async pay(checkoutId: string, money: { amount?: bigint; currency?: string } = {}) {
      const transaction = chargeOf(transactions, checkoutId)
      const { amount = transaction.amount, currency = transaction.currency } = money
      const paid = { isKnown: true, state: 'paid', paid: { amount, currency }, paidAt: new Date() }
      const notice = paidNotice(Object.assign(transaction, paid))
      if (notice) await notifications.post(notice)
    },
    async refuse(checkoutId: string) {
      Object.assign(chargeOf(transactions, checkoutId), { isKnown: true, state: 'refused' })
    },
    async expire(checkoutId: string) {
      chargeOf(transactions, checkoutId).state = 'expired'
    },
    async notify(checkoutId: string) {
      const notice = notification(checkoutId)
      if (!notice) throw new Error('Przelewy24 tells only of payments')
      return sendPost(notice)
    },
    takeRefund(transaction: Transaction, refund: Refund, how: RefundsEnd) {
      transaction.refunds.push(refund)
      if (how !== 'later') setTimeout(() => void settle(transaction, refund, how), confirmMs)
    },
    async decideRefund(refundId: string, how: 'succeeded' | 'failed') {
      for (const transaction of transactions.values()) {
        const refund = transaction.refunds.find(({ id, status }) => id === refundId && status === 2)
        if (refund) return settle(transaction, refund, how)
      }
      throw new Error(`no refund ${refundId} waits`)
    },
  }
}
