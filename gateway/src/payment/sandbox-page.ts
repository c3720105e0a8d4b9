import type { SandboxOutcome } from '@bill-gateway/contract'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { hearNotification } from './hear.ts'
import { decide, notify, providerOfCharge, sandbox } from './method/sandbox/index.ts'

/**
 * The payer pressed a button on the sandbox's own page. The first press stands; none counts after the charge
 * has expired or was stopped.
 *
 * @returns where the payer goes next; undefined where there is no such charge
 */
export async function decideSandboxCharge(
  platform: Platform,
  chargeId: string,
  outcome: SandboxOutcome,
): Promise<{ returnUrl: string } | undefined> {
  const provider = await providerOfCharge(platform, chargeId)
  const charge = provider && (await decide(platform, provider, chargeId, outcome))
  if (!charge) return undefined
  if (charge.outcome === 'early') await notifyOfCharge(platform, provider, chargeId)
  return { returnUrl: charge.returnUrl }
}

/** Sends the sandbox's notification through the very function that the HTTP route calls. */
export async function notifyOfCharge(
  platform: Platform,
  provider: Provider,
  chargeId: string,
): Promise<boolean> {
  return notify(platform, provider, chargeId, (notification) =>
    hearNotification(platform, sandbox.code, provider.code, notification),
  )
}
