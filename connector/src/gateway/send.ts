import { BillGatewayError, linksPerRequestMax, type PaymentLinkItem } from '@bill-gateway/contract'
import type { Gateway } from './connect.ts'

/** Why the gateway refuses an item. */
export interface Refusal {
  /** The item’s field, such as `title`; empty where the gateway named none. */
  field: string
  /** For programs: `required`, `too_long`, `invalid_nrb`, … */
  code: string
  /** For people. */
  says: string
}

export interface SentLink {
  token: string
  link: string
  shortLink: string | undefined
}

export type SendOutcome = SentLink | { refused: Refusal }

/**
 * Makes or updates at most 100 links. A refused request is sent again without the items that the gateway
 * named, so that one bad item never stops another; where it names none, halves are tried.
 *
 * @returns outcomes in the order of the items
 * @throws BillGatewayError where the gateway cannot be reached, refuses the key, or fails whatever it is sent
 */
export async function sendLinks(
  gateway: Gateway,
  items: readonly PaymentLinkItem[],
  options: { signal?: AbortSignal | undefined } = {},
): Promise<SendOutcome[]> {
  if (items.length > linksPerRequestMax)
    throw new RangeError(`${items.length} links in a request: at most ${linksPerRequestMax}`)
  const outcomes = new Map<number, SendOutcome>()
  await sendPart(gateway, items, [...items.keys()], outcomes, options.signal)
  return items.map((_, place) => outcomes.get(place) as SendOutcome)
}

async function sendPart(
  gateway: Gateway,
  items: readonly PaymentLinkItem[],
  places: readonly number[],
  outcomes: Map<number, SendOutcome>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let left = places
  while (left.length > 0) {
    try {
      const sent = left.map((place) => items[place] as PaymentLinkItem)
      const links = await gateway.client.paymentLinks.create(sent, signal ? { signal } : {})
      links.forEach(({ token, link, shortLink }, index) => {
        outcomes.set(left[index] as number, { token, link, shortLink })
      })
      return
    } catch (error) {
      if (!(error instanceof BillGatewayError) || !blamesItems(error)) throw error
      const named = error.code === 'validation_failed' ? refusalsOf(error, left.length) : new Map()
      if (named.size === 0) return sendHalves(gateway, items, left, outcomes, signal, error)
      for (const [index, refused] of named) outcomes.set(left[index] as number, { refused })
      left = left.filter((_, index) => !named.has(index))
    }
  }
}

/** Both halves failing for no named reason means that the gateway is ill, not the items. */
async function sendHalves(
  gateway: Gateway,
  items: readonly PaymentLinkItem[],
  places: readonly number[],
  outcomes: Map<number, SendOutcome>,
  signal: AbortSignal | undefined,
  error: BillGatewayError,
): Promise<void> {
  if (places.length === 1) {
    // A lone item that the gateway answers with its own failure may be the next one’s fate too.
    if (error.status >= 500 && items.length === 1) throw error
    const refused = { field: '', code: error.code, says: error.detail ?? error.message }
    outcomes.set(places[0] as number, { refused })
    return
  }
  const middle = Math.ceil(places.length / 2)
  const halves = [places.slice(0, middle), places.slice(middle)]
  const probe = halves[0] as number[]
  await sendPart(gateway, items, probe, outcomes, signal)
  await sendPart(gateway, items, halves[1] as number[], outcomes, signal)
  const failed = places.filter((place) => isServerFailure(outcomes.get(place)))
  if (error.status >= 500 && failed.length > 1) throw error
}

function isServerFailure(outcome: SendOutcome | undefined): boolean {
  return outcome !== undefined && 'refused' in outcome && outcome.refused.code === 'internal_error'
}

function blamesItems(error: BillGatewayError): boolean {
  return error.code === 'validation_failed' || error.status === 413 || error.status === 500
}

/** The first fault of each item that the gateway named, by the item’s place in the request. */
function refusalsOf(error: BillGatewayError, count: number): Map<number, Refusal> {
  const refusals = new Map<number, Refusal>()
  for (const { pointer, code, detail } of error.fieldErrors) {
    const [, index, field = ''] = /^\/payments\/(\d+)(?:\/([^/]*))?/.exec(pointer) ?? []
    const place = Number(index)
    if (index === undefined || place >= count || refusals.has(place)) continue
    refusals.set(place, { field, code, says: detail })
  }
  return refusals
}
