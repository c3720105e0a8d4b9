import { refusalHash, type WantedLink } from './item.ts'
import { moneyKey } from './queries/money.ts'
import { activeKeyOf, type StandingLink } from './queries/standing.ts'

/** A link that is to end, and what becomes of its row. */
export interface Ending {
  link: StandingLink
  resolution: 'PAID' | 'CANCELLED'
  state: 'paid' | 'cancelled' | 'moved'
  referenceNumber?: string | undefined
  /** Another row stands for the same link: only this row ends. */
  onlyHere?: boolean
}

export interface Sending {
  link: WantedLink
  /** The link that stands for it now. */
  stands: StandingLink | undefined
}

/** What is to be done for one customer. */
export interface CustomerPlan {
  customerId: number
  send: Sending[]
  end: Ending[]
  /** Rows whose link is right, but whose source reads differently now. */
  touch: { id: number; print: string }[]
  /** Refused by us, without asking the gateway. */
  refuse: WantedLink[]
  /** Operations whose recorded refusal has no object any more. */
  forget: string[]
  unchanged: number
}

export interface PlanQuestion {
  customerId: number
  gatewayId: string
  /** Whether LMS still has the customer, undeleted. */
  isThere: boolean
  wanted: readonly WantedLink[]
  standing: readonly StandingLink[]
  /** `customer|operation` of all that charges now. */
  charged: ReadonlySet<string>
  /** Hash of what was refused before, by operation. */
  refused: ReadonlyMap<string, string>
  reference?: string | undefined
  /** Ask again for what was refused before. */
  retryRefused?: boolean
}

/** Compares links as they should be with those that stand. */
export function planCustomer(question: PlanQuestion): CustomerPlan {
  const { customerId, gatewayId, wanted, standing, refused } = question
  const plan: CustomerPlan = {
    customerId,
    send: [],
    end: [],
    touch: [],
    refuse: [],
    forget: [],
    unchanged: 0,
  }
  const isOurs = (link: StandingLink) =>
    link.gateway === gatewayId && link.activeKey === activeKeyOf(gatewayId, customerId, link.operationId)
  const ours = new Map(standing.filter(isOurs).map((link) => [link.operationId, link]))
  const wantedHere = new Set<string>()
  const refusedHere = new Set<string>()
  for (const link of wanted) {
    const stands = ours.get(link.operationId)
    const known = refused.get(link.operationId)
    if (known === refusalHash(link) && !question.retryRefused && !stands) {
      refusedHere.add(link.operationId)
      continue
    }
    if (link.refused) {
      refusedHere.add(link.operationId)
      plan.refuse.push(link)
      if (stands) plan.end.push({ link: stands, resolution: 'CANCELLED', state: 'cancelled' })
      wantedHere.add(link.operationId)
      continue
    }
    wantedHere.add(link.operationId)
    if (stands?.state === 'active' && stands.sentHash === link.hash) {
      plan.unchanged++
      if (stands.sourceHash !== link.print) plan.touch.push({ id: stands.id, print: link.print })
    } else plan.send.push({ link, stands })
  }
  for (const link of standing) {
    if (isOurs(link) && wantedHere.has(link.operationId)) continue
    // Better a link at the former gateway than none.
    if (link.gateway !== gatewayId && refusedHere.has(link.operationId)) continue
    plan.end.push(endingOf(link, question, wantedHere))
  }
  const asked = new Set(wanted.map(({ operationId }) => operationId))
  plan.forget.push(...[...refused.keys()].filter((operationId) => !asked.has(operationId)))
  return plan
}

function endingOf(link: StandingLink, question: PlanQuestion, wantedHere: ReadonlySet<string>): Ending {
  const { customerId, gatewayId, isThere, standing, charged, reference } = question
  const twin = standing.find((other) => other.id !== link.id && other.token === link.token && other.activeKey)
  const onlyHere = link.token !== '' && twin !== undefined && link.activeKey === null
  const cancelled = { link, resolution: 'CANCELLED' as const, ...(onlyHere ? { onlyHere } : {}) }
  if (link.gateway !== gatewayId && wantedHere.has(link.operationId)) return { ...cancelled, state: 'moved' }
  const isPaid = isThere && link.activeKey !== null && charged.has(moneyKey(customerId, link.operationId))
  if (!isPaid) return { ...cancelled, state: 'cancelled' }
  return { link, resolution: 'PAID', state: 'paid', referenceNumber: reference }
}
