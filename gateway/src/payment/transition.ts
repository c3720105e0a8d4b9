import type { CheckoutState } from '@bill-gateway/contract'
import { askedForMs, startGraceMs } from './check-schedule.ts'
import type { Checkout, Failure } from './checkout.ts'
import type { MethodStatus } from './method/method.ts'

/** What is known of a checkout at a moment: the method's word, or none where it could not be asked. */
export type Known = Exclude<MethodStatus, { state: 'paid' }> | { state: 'unreachable' }

export interface Transition {
  status: Exclude<CheckoutState, 'created' | 'succeeded'>
  failure: Failure | null
  /** The method has decided: it is not asked again. What it says by itself is heard all the same. */
  final: boolean
}

type Standing = Pick<Checkout, 'status' | 'createdAt' | 'submittedAt' | 'expiresAt'>

/**
 * The state that a checkout comes to by what is known of it; undefined: it stays as it is. Money is not decided
 * here: it makes a checkout succeed from every state.
 */
export function transitionOf(checkout: Standing, known: Known, now: Date): Transition | undefined {
  switch (checkout.status) {
    case 'created':
      return ofCreated(checkout, known, now)
    case 'pending':
      return ofPending(checkout, known, now)
    case 'failed':
    case 'expired':
      // The payer authorised after all: nobody may be asked to pay again meanwhile.
      return known.state === 'pending' ? { status: 'pending', failure: null, final: false } : undefined
    case 'succeeded':
      return undefined
  }
}

function ofCreated(checkout: Standing, known: Known, now: Date): Transition | undefined {
  if (known.state === 'pending') return { status: 'pending', failure: null, final: false }
  const decided = decisionOf(known)
  if (decided) return decided
  return now >= checkout.expiresAt ? { status: 'expired', failure: null, final: false } : undefined
}

function ofPending(checkout: Standing, known: Known, now: Date): Transition | undefined {
  const decided = decisionOf(known)
  if (decided) return decided
  const submittedAt = checkout.submittedAt ?? checkout.createdAt
  if (known.state === 'absent' && now.getTime() >= submittedAt.getTime() + startGraceMs)
    return { status: 'failed', failure: 'not-started', final: true }
  // Nobody waits for longer: a person looks into it, and the link can be paid again.
  if (now.getTime() >= checkout.createdAt.getTime() + askedForMs)
    return { status: 'expired', failure: 'no-final-status', final: true }
  return undefined
}

function decisionOf(known: Known): Transition | undefined {
  if (known.state === 'failed') return { status: 'failed', failure: known.failure, final: true }
  if (known.state === 'expired')
    return { status: 'expired', failure: known.failure, final: known.mayStillPay !== true }
  return undefined
}
