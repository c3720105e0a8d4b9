import { SandboxOutcome } from '@bill-gateway/contract'
import { Value } from 'typebox/value'
import { decideSandboxCharge, findSandboxCharge } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider } from '../provider/index.ts'
import { type Answer, frameFor, languageQuery, localAddress, type Visit } from './context.ts'
import { drawSandbox } from './draw.tsx'

/**
 * The sandbox’s own page, where the payer chooses how a payment ends.
 *
 * @returns undefined where there is no such charge
 */
export async function showSandbox(
  platform: Platform,
  visit: Visit,
  chargeId: string,
): Promise<Answer | undefined> {
  const charge = await findSandboxCharge(platform, chargeId)
  const provider = charge && (await findProvider(platform.db, charge.providerId))
  if (!provider || charge.channel === 'blik') return undefined
  const frame = await frameFor(platform, visit, provider)
  const html = drawSandbox(frame, {
    channel: charge.channel,
    action: `${frame.base}/sandbox/${charge.id}${languageQuery(visit)}`,
    amount: charge.amount,
    currency: charge.currency,
    title: charge.title,
    payee: provider.name,
    returnUrl: localAddress(platform, charge.returnUrl),
    decided: charge.state !== 'open',
  })
  return { status: 200, html }
}

/** @returns undefined where there is no such charge or no such outcome */
export async function decideSandbox(
  platform: Platform,
  chargeId: string,
  body: unknown,
): Promise<Answer | undefined> {
  const outcome = typeof body === 'object' && body !== null && 'outcome' in body ? body.outcome : undefined
  if (!Value.Check(SandboxOutcome, outcome)) return undefined
  const decided = await decideSandboxCharge(platform, chargeId, outcome)
  return decided && { status: 303, location: localAddress(platform, decided.returnUrl) }
}
