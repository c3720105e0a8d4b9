import type { Checkout } from '../payment/index.ts'
import { type Provider, providerNow } from '../provider/index.ts'
import type { Waiting } from './views/models.ts'

/** How long a bank’s app lets the payer confirm a BLIK payment. */
const blikSeconds = 60
/** A bank that has said nothing by then is slow: the page says what to do. */
const longAfterSeconds = 120

/** What a page says of a checkout that is not decided. */
export function waitingOf(
  checkout: Checkout,
  provider: Provider,
  addresses: Pick<Waiting, 'events' | 'other'>,
): Waiting {
  const since = checkout.submittedAt ?? checkout.createdAt
  const seconds = Math.floor((providerNow(provider).getTime() - since.getTime()) / 1000)
  return {
    kind: kindOf(checkout, seconds),
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

function kindOf(checkout: Checkout, seconds: number): Waiting['kind'] {
  if (checkout.status === 'created' && checkout.redirectUrl) return 'unfinished'
  if (seconds >= longAfterSeconds) return 'long'
  return checkout.channel === 'blik' ? 'blik' : 'bank'
}

/** Seconds until a page without script asks again. */
export function refreshSeconds({ kind }: Pick<Waiting, 'kind'>): number {
  return kind === 'long' || kind === 'unfinished' ? 30 : 5
}
