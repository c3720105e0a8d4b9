import { chargeOf } from '../blik.ts'
import { decisionPage, type Fake, type FakeReply, type Routes, startFakeServer } from '../fake-server.ts'
import { newNotifications, type Post, sendPost } from '../notifications.ts'
import { apiRoutes, login, refuse, settle } from './api.ts'
import { type TpayCharge, type TpayWorld, textOf } from './charges.ts'
import { leaf, leafPath, merchantId, noticeOf, postOf, root, type Signing, securityCode } from './notices.ts'

export interface TpayFake extends Fake {
  charge(checkoutId: string): TpayCharge | undefined
  /** Any body, signed as Tpay signs or otherwise, to an address. */
  sign(notifyUrl: string, body: string, signing?: Signing): Post
  /** The form of the charge as it is, with its sum under any security code. */
  form(checkoutId: string, code?: string): string
  /** Certificates that lie on the server, by path. */
  certificates: Map<string, string>
  /** Takes every token back that was given. */
  dropTokens(): void
}

/** Between tries of a notification that was not answered with TRUE. */
const retryMs = [50, 150, 450, 1_000]

/** Tpay's OpenAPI, page, certificates and notifications, as far as the gateway uses them. */
export async function startTpayFake(): Promise<TpayFake> {
  const world: TpayWorld = {
    charges: new Map(),
    all: [],
    aliases: new Set(),
    tokens: new Set(),
    refundsEnd: 'succeeded',
  }
  const isTaken = ({ status, text }: { status: number; text: string }) => status === 200 && text === 'TRUE'
  const notifications = newNotifications({ retryMs, isTaken })
  const certificates = new Map([
    ['/x509/tpay-jws-root.pem', root.pem],
    [leafPath, leaf.pem],
  ])
  const tell = (charge: TpayCharge) =>
    notifications.post(postOf(server.url, charge.notifyUrl, formOf(charge)))
  const succeed: Succeed = async (charge, { amount = charge.amount, currency = charge.currency } = {}) => {
    charge.paid = { amount, currency }
    charge.paidAt = new Date()
    charge.status = 'correct'
    charge.state = 'paid'
    await tell(charge)
  }
  const server = await startFakeServer({
    ...apiRoutes(world, { succeed }, () => server.url),
    ...pageRoutes(world, succeed),
    'GET /x509/:name': ({ path }) => {
      const pem = certificates.get(path)
      return pem ? { status: 200, body: pem } : { status: 404 }
    },
  })
  return {
    ...server,
    ...chargeControls(world, server.url, succeed, tell),
    ...refundControls(world),
    environment: { METHOD_TPAY_TEST_URL: server.url, METHOD_TPAY_TEST_CERTIFICATE_URL: server.url },
    credentials: { merchantId, email: 'biuro@netix.example', ...login, securityCode },
    certificates,
    sign: (notifyUrl, body, signing) => postOf(server.url, notifyUrl, body, signing),
    dropTokens: () => world.tokens.clear(),
    notifications,
    async close() {
      notifications.close()
      await server.close()
    },
  }
}

type Succeed = (charge: TpayCharge, money?: { amount?: bigint; currency?: string }) => Promise<void>

/** What payers and their banks do. */
function chargeControls(
  world: TpayWorld,
  url: string,
  succeed: Succeed,
  tell: (charge: TpayCharge) => Promise<void>,
) {
  const find = (checkoutId: string) => chargeOf(world.charges, checkoutId)
  const notification = (checkoutId: string): Post | undefined => {
    const charge = find(checkoutId)
    return charge.paid ? postOf(url, charge.notifyUrl, formOf(charge)) : undefined
  }
  return {
    charge: (checkoutId: string) => world.charges.get(checkoutId),
    form: (checkoutId: string, code?: string) => formOf(find(checkoutId), code),
    pay: (checkoutId: string, money?: Parameters<Succeed>[1]) => succeed(find(checkoutId), money),
    async refuse(checkoutId: string) {
      refuse(find(checkoutId), '102')
    },
    async expire(checkoutId: string) {
      const charge = find(checkoutId)
      charge.state = 'expired'
      if (charge.groupId === 150) charge.attempts.push('104')
    },
    takeBack(checkoutId: string) {
      const charge = find(checkoutId)
      charge.status = 'chargeback'
      return tell(charge)
    },
    notification,
    async notify(checkoutId: string) {
      const post = notification(checkoutId)
      if (!post) throw new Error(`Tpay has nothing to tell of ${checkoutId}`)
      return sendPost(post)
    },
  }
}

function refundControls(world: TpayWorld): Pick<Fake, 'refundsEnd' | 'decideRefund'> {
  return {
    refundsEnd(how) {
      world.refundsEnd = how
    },
    // Tpay knows no id of ours: of another id the one that waits is meant.
    async decideRefund(refundId, how) {
      const waiting = world.all.flatMap((charge) =>
        charge.refunds.filter(({ status }) => status === 'pending').map((refund) => ({ charge, refund })),
      )
      const one = waiting.find(({ refund }) => refund.refundId === refundId) ?? waiting.at(-1)
      if (!one) throw new Error(`Tpay has no refund ${refundId} that waits`)
      settle(one.charge, one.refund, how)
    },
  }
}

function formOf(charge: TpayCharge, code?: string): string {
  const { title, checkoutId, amount, paid, status } = charge
  return noticeOf(
    {
      tr_id: title,
      tr_crc: checkoutId,
      tr_amount: textOf(amount),
      tr_paid: textOf(paid?.amount ?? 0n),
      tr_status: status === 'chargeback' ? 'CHARGEBACK' : 'TRUE',
    },
    code,
  )
}

/** Tpay's page: the payer decides with a button, and may try again after a refusal. */
function pageRoutes({ all }: TpayWorld, succeed: (charge: TpayCharge) => Promise<void>): Routes {
  const gone: FakeReply = { status: 404, body: '<!doctype html><title>Tpay</title>' }
  const isOpen = ({ status }: TpayCharge) => status === 'pending'
  const pageOf = (query: URLSearchParams) => all.find(({ title }) => title === query.get('title'))
  return {
    'GET /': ({ query }) => {
      const charge = pageOf(query)
      if (!charge) return gone
      return decisionPage('Tpay', { ...charge, state: isOpen(charge) ? 'open' : charge.state })
    },
    'POST /': async ({ query, body }) => {
      const charge = pageOf(query)
      if (!charge) return gone
      const decision = new URLSearchParams(body.toString()).get('decision')
      if (decision === 'pay' && isOpen(charge)) await succeed(charge)
      if (decision === 'refuse' && isOpen(charge)) refuse(charge, '102')
      return { status: 303, headers: { location: charge.returnUrl } }
    },
  }
}
