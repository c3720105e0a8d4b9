import { awaitsPerson, type Checkout } from '../payment/index.ts'
import type { Platform } from '../platform/platform.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import type { Waiting } from './views/models.ts'

/** How long a bank’s app lets the payer confirm a BLIK payment. */
const blikSeconds = 60
/** A bank that has said nothing by then is slow: the page says what to do. */
const longAfterSeconds = 120

/**
 * What a page says of a checkout that is not decided.
 *
 * @param leaving the payer is on the way to the method
 */
export async function waitingOf(
  { db }: Platform,
  checkout: Checkout,
  provider: Provider,
  addresses: Pick<Waiting, 'events' | 'other'>,
  leaving = false,
): Promise<Waiting> {
  const since = checkout.submittedAt ?? checkout.createdAt
  const seconds = Math.floor((providerNow(provider).getTime() - since.getTime()) / 1000)
  // A method that is not asked any more has said all it knows.
  const asked = checkout.status !== 'pending' || checkout.nextCheckAt !== null
  const held = !asked && (await awaitsPerson(db, provider.id, checkout.id))
  return {
    kind: held ? 'held' : kindOf(checkout, seconds, leaving),
    channel: checkout.channel,
    amount: checkout.amount,
    currency: checkout.currency,
    since,
    secondsLeft: Math.min(blikSeconds, Math.max(0, blikSeconds - seconds)),
    secondsInAll: blikSeconds,
    goOn: checkout.redirectUrl,
    state: checkout.status,
    ...addresses,
  }
}

function kindOf(checkout: Checkout, seconds: number, leaving: boolean): Waiting['kind'] {
  if (checkout.status === 'created') {
    // Nobody can have paid at a page whose address the method never said.
    if (!checkout.redirectUrl) return 'lost'
    return leaving ? 'leaving' : 'unfinished'
  }
  if (seconds >= longAfterSeconds) return 'long'
  if (checkout.channel !== 'blik') return 'bank'
  return seconds >= blikSeconds ? 'over' : 'blik'
}

/** Seconds until a page without script asks again. */
export function refreshSeconds({ kind }: Pick<Waiting, 'kind'>): number {
  return kind === 'blik' || kind === 'over' || kind === 'bank' ? 5 : 30
}
