import { BillGatewayError, type PaymentLinkItem } from '@bill-gateway/contract'
import { connectGateway, type Gateway, GatewaySettingError } from '../../gateway/index.ts'
import { formerGateways } from '../../store/index.ts'
import type { Context } from './context.ts'
import { type LinkParts, linkItem } from './item.ts'

/** What a pass over the links came to. */
export interface LinksReport {
  /** Why nothing was looked at: LMS has the plugin switched off. */
  skipped?: 'plugin-off'
  /** Customers whose links were looked at. */
  customers: number
  made: number
  updated: number
  /** Links that were right already, of those customers. */
  unchanged: number
  cancelled: number
  refused: number
  /** HTTP requests to the gateway of the settings. */
  requests: number
  /** Why the pass ended early. What it did not come to is done by the next one. */
  failed?: { code: string; says: string }
}

/** One pass: what its parts share. */
export interface Pass {
  context: Context
  gateway: Gateway
  report: LinksReport
  /** Whether the pass goes on. */
  isStopped(): boolean
  /**
   * Does something at a gateway; undefined where it failed. The gateway of the settings failing three times in a
   * row, or refusing the key, stops the pass; a former one failing stops only what is left to do there.
   */
  attempt<T>(work: () => Promise<T>, gatewayId?: string): Promise<T | undefined>
  /** The gateway of this id; undefined for a former one whose credentials are forgotten. */
  gatewayOf(id: string): Promise<Gateway | undefined>
  itemOf(parts: LinkParts): PaymentLinkItem
}

const failuresMax = 3
/** A former gateway may be gone for good: one try a pass is enough, and a short one. */
const formerTuning = { timeoutMs: 10_000, retries: 0 }
const keyRefused = new Set([401, 403])

export function emptyReport(): LinksReport {
  return { customers: 0, made: 0, updated: 0, unchanged: 0, cancelled: 0, refused: 0, requests: 0 }
}

export function startPass(context: Context): Pass {
  const gateway = context.gateway()
  const report = emptyReport()
  const failures = new Map<string, number>()
  let former: Promise<Map<string, Gateway>> | undefined
  return {
    context,
    gateway,
    report,
    isStopped: () => (failures.get(gateway.id) ?? 0) >= failuresMax,
    async attempt(work, gatewayId = gateway.id) {
      const failed = failures.get(gatewayId) ?? 0
      if (failed >= failuresMax) return undefined
      try {
        const result = await work()
        failures.set(gatewayId, 0)
        return result
      } catch (error) {
        if (context.signal?.aborted || !(error instanceof BillGatewayError)) throw error
        const isHopeless = keyRefused.has(error.status) || gatewayId !== gateway.id
        failures.set(gatewayId, isHopeless ? failuresMax : failed + 1)
        context.log.warn({ gateway: gatewayId, code: error.code, status: error.status }, 'the gateway failed')
        if (gatewayId === gateway.id) report.failed = { code: error.code, says: error.message }
        return undefined
      }
    },
    async gatewayOf(id) {
      if (id === gateway.id) return gateway
      former ??= formerOnes(context, gateway.id)
      return (await former).get(id)
    },
    itemOf: linkItem,
  }
}

async function formerOnes({ lms, log }: Context, nowId: string): Promise<Map<string, Gateway>> {
  const gateways = new Map<string, Gateway>()
  for (const access of await formerGateways(lms, nowId)) {
    try {
      gateways.set(access.id, connectGateway(access, formerTuning))
    } catch (error) {
      if (!(error instanceof GatewaySettingError)) throw error
      log.warn({ gateway: access.id }, 'a former gateway’s address cannot be used')
    }
  }
  return gateways
}
