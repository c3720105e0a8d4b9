import { type NewShortLink, shortCodeMaker } from '../short-link/index.ts'
import { type Bill, givesNames } from './bill.ts'
import { tokenMaker } from './payment-link.ts'
import type { ActiveLink, Paid } from './queries/pairs.ts'
import type { ChangedLink, NewLink } from './queries/store.ts'

/** A bill and what the database knows of its pair. */
export interface Case {
  bill: Bill
  payerId: bigint
  /** The pair’s active link. */
  active: ActiveLink | undefined
  /** Payments of the pair after the event that the caller has seen. */
  paid: Paid | undefined
}

/** The answer to one item. */
export interface Answered {
  token: string
  shortCode: string | null
}

/** What a request comes to: everything that is to be written. */
export interface Plan {
  made: NewLink[]
  changed: (ChangedLink & { token: string })[]
  superseded: { bill: Bill; link: ActiveLink }[]
  codes: NewShortLink[]
  /** By the item’s place; a number is the id of a link that is answered as it is. */
  answers: (Answered | bigint)[]
}

export type Decision =
  | { kind: 'make'; open: bigint }
  | { kind: 'update'; link: ActiveLink; open: bigint }
  /** Nothing is left to pay: the answer is the link that took the money, and no other stays active. */
  | { kind: 'settled'; linkId: bigint; superseded: ActiveLink | undefined }

/**
 * Payments that the caller had not seen are subtracted from what it says is still owed; `open`, in minor
 * units, is the rest. Nothing left: an active link that took some of that money itself is thereby paid
 * (`update` with nothing open), any other one of the pair asks for money that has come already and is
 * superseded.
 */
export function decide({ bill, active, paid }: Omit<Case, 'payerId'>): Decision {
  const open = bill.amount - (paid?.amount ?? 0n)
  if (open > 0n) return active ? { kind: 'update', link: active, open } : { kind: 'make', open }
  const linkIds = paid?.linkIds ?? []
  if (active && linkIds.includes(active.id)) return { kind: 'update', link: active, open: 0n }
  const linkId = linkIds[0]
  if (linkId === undefined) throw new Error('nothing is owed and nothing was paid')
  return { kind: 'settled', linkId, superseded: active }
}

/** @param shortCodes give short codes to links whose item has both names */
export function planLinks(cases: readonly Case[], shortCodes: boolean): Plan {
  const plan: Plan = { made: [], changed: [], superseded: [], codes: [], answers: [] }
  const newToken = tokenMaker()
  const newCode = shortCodeMaker()
  for (const { bill, payerId, active, paid } of cases) {
    const decision = decide({ bill, active, paid })
    if (decision.kind === 'settled') {
      if (decision.superseded) plan.superseded.push({ bill, link: decision.superseded })
      plan.answers.push(decision.linkId)
      continue
    }
    const known = decision.kind === 'update' ? decision.link : undefined
    const token = known?.token ?? newToken()
    const coded = shortCodes && givesNames(bill)
    const code = coded && !known?.shortCode ? newCode() : null
    if (code !== null) plan.codes.push({ code, token })
    const data = { bill, token, open: decision.open, shortCode: known?.shortCode ?? code }
    if (known) plan.changed.push({ ...data, id: known.id })
    else plan.made.push({ ...data, payerId })
    plan.answers.push({ token, shortCode: coded ? data.shortCode : null })
  }
  return plan
}
