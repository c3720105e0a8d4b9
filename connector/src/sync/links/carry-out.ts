import { randomUUID } from 'node:crypto'
import { linksPerRequestMax } from '@bill-gateway/contract'
import { cancelLink, inFlight, type SendOutcome, type SentLink, sendLinks } from '../../gateway/index.ts'
import { transact } from '../../platform/index.ts'
import { clearRefused, recordRefused } from '../../store/index.ts'
import { refusalHash, type WantedLink } from './item.ts'
import type { Pass } from './pass.ts'
import type { CustomerPlan, Ending, Sending } from './plan.ts'
import {
  claimCustomers,
  disputeClaims,
  lostClaims,
  outdatedClaims,
  releaseClaims,
  storeFingerprints,
} from './queries/customers.ts'
import type { StandingLink } from './queries/standing.ts'
import { dropIntents, endLink, touchLinks, writeAnswers, writeIntents } from './queries/store.ts'
import type { Look } from './snapshot.ts'

const requestsInFlight = 4

interface Work {
  pass: Pass
  look: Look
  claim: string
  /** Customers with something undone: their fingerprint is not stored. */
  undone: Set<number>
  /** Customers whose links may be other than the look showed: neither is theirs. */
  outdatedLook: Set<number>
  /** Links that end because the gateway refuses what they should say now. */
  outdated: Ending[]
}

/** Does what the plans say and stores the fingerprints of those customers for whom all of it worked. */
export async function carryOut(
  pass: Pass,
  look: Look,
  plans: readonly CustomerPlan[],
  fingerprints: ReadonlyMap<number, string | null>,
): Promise<void> {
  if (plans.length === 0) return
  const work: Work = {
    pass,
    look,
    claim: randomUUID(),
    undone: new Set(),
    outdatedLook: new Set(),
    outdated: [],
  }
  const sendings = plans.flatMap(({ send }) => send)
  await begin(work, plans, sendings)
  for (const link of plans.flatMap(({ refuse }) => refuse))
    if (link.refused) logRefusal(pass, link, link.refused)
  await inFlight(requestsInFlight, batchesOf(sendings), (batch) => sendBatch(work, batch))
  const endings = plans.flatMap(({ end, customerId }) => (work.undone.has(customerId) ? [] : end))
  await inFlight(requestsInFlight, [...endings, ...work.outdated], (ending) => end(work, ending))
  await finish(work, plans, fingerprints)
}

function* batchesOf(sendings: readonly Sending[]): Generator<Sending[]> {
  for (let from = 0; from < sendings.length; from += linksPerRequestMax)
    yield sendings.slice(from, from + linksPerRequestMax)
}

/** The intent is committed before the first request: a process that dies leaves rows that say so. */
async function begin(work: Work, plans: readonly CustomerPlan[], sendings: readonly Sending[]) {
  const { pass, look, claim } = work
  const { lms } = pass.context
  const ids = plans.map(({ customerId }) => customerId)
  await transact(lms, async (tx) => {
    work.outdatedLook = await outdatedClaims(tx, ids, look.claims)
    await claimCustomers(lms, tx, ids, claim)
    await writeIntents(
      lms,
      tx,
      pass.gateway.id,
      sendings.map(({ link }) => link),
      look.now,
    )
    const refused = plans.flatMap(({ refuse }) => refuse)
    await recordRefused(
      lms,
      tx,
      refused.flatMap((link) => (link.refused ? refusal(link, link.refused) : [])),
      look.now,
    )
    await touchLinks(
      tx,
      plans.flatMap(({ touch }) => touch),
    )
  })
}

async function sendBatch(work: Work, batch: readonly Sending[]): Promise<void> {
  const { pass, look } = work
  const items = batch.map(({ link }) =>
    look.seen !== undefined && !look.unsure.has(link.customerId)
      ? { ...link.item, seen: look.seen }
      : link.item,
  )
  const outcomes = await pass.attempt(() => sendLinks(pass.gateway, items, { signal: pass.context.signal }))
  if (!outcomes) {
    for (const { link } of batch) work.undone.add(link.customerId)
    return
  }
  await writeBatch(work, batch, outcomes)
  batch.forEach(({ link, stands }, place) => {
    const outcome = outcomes[place]
    if (outcome && 'refused' in outcome) {
      pass.report.refused++
      logRefusal(pass, link, outcome.refused)
      // What it asks for is no longer true, and cannot be put right.
      if (stands?.token) work.outdated.push({ link: stands, resolution: 'CANCELLED', state: 'cancelled' })
    } else if (stands?.token) pass.report.updated++
    else pass.report.made++
  })
}

function writeBatch(work: Work, batch: readonly Sending[], outcomes: readonly SendOutcome[]): Promise<void> {
  const { pass, look, claim } = work
  const { lms } = pass.context
  const pairs = batch.map(({ link }, place) => ({ link, outcome: outcomes[place] as SendOutcome }))
  const refused = pairs.filter(({ outcome }) => 'refused' in outcome)
  const made = pairs.filter(
    (pair): pair is { link: WantedLink; outcome: SentLink } => 'token' in pair.outcome,
  )
  const ids = [...new Set(batch.map(({ link }) => link.customerId))]
  return transact(lms, async (tx) => {
    const lost = await lostClaims(tx, ids, claim)
    const answers = made.map(({ link, outcome }) => ({
      link,
      sent: outcome,
      unsure: lost.has(link.customerId),
    }))
    await writeAnswers(lms, tx, pass.gateway.id, answers, look.now)
    await recordRefused(
      lms,
      tx,
      refused.flatMap(({ link, outcome }) => ('refused' in outcome ? refusal(link, outcome.refused) : [])),
      look.now,
    )
    await dropIntents(
      tx,
      pass.gateway.id,
      refused.map(({ link }) => link),
    )
    const settled = made.filter(({ link }) => look.refused.get(link.customerId)?.has(link.operationId))
    await clearRefused(
      tx,
      settled.map(({ link: { customerId, operationId } }) => ({
        kind: 'link' as const,
        customerId,
        operationId,
      })),
    )
    await disputeClaims(tx, [...lost])
  })
}

type Why = NonNullable<WantedLink['refused']>

function refusal(link: WantedLink, why: Why) {
  const { customerId, operationId } = link
  return { kind: 'link' as const, customerId, operationId, dataHash: refusalHash(link), ...why }
}

async function end(work: Work, ending: Ending): Promise<void> {
  const { pass, look, claim } = work
  const { link, resolution, state, referenceNumber } = ending
  const done = ending.onlyHere || (await cancelThere(pass, link, { resolution, referenceNumber }))
  if (!done) {
    work.undone.add(link.customerId)
    return
  }
  await transact(pass.context.lms, async (tx) => {
    const lost = await lostClaims(tx, [link.customerId], claim)
    await endLink(tx, link.id, state, look.now)
    await disputeClaims(tx, [...lost])
  })
  pass.report.cancelled++
}

/** Whether the link has ended at its gateway, or there is no way to reach that any more. */
async function cancelThere(
  pass: Pass,
  link: StandingLink,
  cancellation: { resolution: 'PAID' | 'CANCELLED'; referenceNumber?: string | undefined },
): Promise<boolean> {
  const { signal, log } = pass.context
  const gateway = await pass.gatewayOf(link.gateway)
  if (!gateway) {
    log.warn(
      { customer: link.customerId, operation: link.operationId, gateway: link.gateway },
      'a link of a former gateway is given up: its credentials are not known any more',
    )
    return true
  }
  const ended = await pass.attempt(async () => {
    const token = link.token || (await tokenOf(link))
    if (token) await cancelLink(gateway, token, cancellation, { signal })
    return true
  }, link.gateway)
  return ended ?? false

  /** A pass died before it learned the token: the same request once more tells it. */
  async function tokenOf({ customerId, operationId, amount, title, dueDate, nrb }: StandingLink) {
    if (!gateway) return undefined
    const [outcome] = await sendLinks(
      gateway,
      [pass.itemOf({ customerId, operationId, amount, title, due: dueDate, nrb: nrb ?? undefined })],
      { signal },
    )
    return outcome && 'token' in outcome ? outcome.token : undefined
  }
}

/** Stores fingerprints where all of it worked on a look that held; everybody else is looked at again. */
async function finish(
  { pass, look, claim, undone, outdatedLook }: Work,
  plans: readonly CustomerPlan[],
  fingerprints: ReadonlyMap<number, string | null>,
): Promise<void> {
  const { lms } = pass.context
  const done = plans.filter(({ customerId }) => !undone.has(customerId))
  const ids = plans.map(({ customerId }) => customerId).sort((a, b) => a - b)
  await transact(lms, async (tx) => {
    const lost = await lostClaims(tx, ids, claim)
    const right = ids.filter((id) => !lost.has(id) && !undone.has(id) && !outdatedLook.has(id))
    const seen = right.flatMap((customerId) => {
      const fingerprint = fingerprints.get(customerId)
      return fingerprint ? [{ customerId, fingerprint }] : []
    })
    await storeFingerprints(lms, tx, seen, look.now)
    await releaseClaims(tx, right)
    await clearRefused(
      tx,
      done.flatMap(({ customerId, forget }) =>
        forget.map((operationId) => ({ kind: 'link' as const, customerId, operationId })),
      ),
    )
    const isRight = new Set(right)
    await disputeClaims(
      tx,
      ids.filter((id) => !isRight.has(id)),
    )
  })
}

function logRefusal(pass: Pass, { customerId, operationId }: WantedLink, { field, code, says }: Why): void {
  pass.context.log.warn(
    { customer: customerId, document: operationId, field, code, says },
    'a link is refused',
  )
}
