import type { CallOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type { SettlementPage, SettlementReport, SettlementTransfer } from './settlement.ts'

export interface SettlementReportOptions extends CallOptions {
  /** The first day, `yyyy-mm-dd`, in Warsaw. */
  from: string
  /** The last day, included; at most 399 days after the first. */
  to: string
}

/** What the operator collected for you and passed on. */
export interface SettlementCalls {
  /** Transfers to you, the newest first, page after page as the loop goes on. */
  list(options?: CallOptions): AsyncIterable<SettlementTransfer>
  /**
   * What came in, went back and was passed on, by day and method.
   *
   * @throws BillGatewayError `validation_failed` where a day does not exist or there are more than 400
   * @example
   * const { rows, held } = await client.settlements.report({ from: '2030-07-01', to: '2030-07-31' })
   */
  report(options: SettlementReportOptions): Promise<SettlementReport>
}

const path = '/pay/v1/settlements'

export function settlementCalls(transport: Transport): SettlementCalls {
  return {
    async *list({ signal } = {}) {
      for (let before: string | undefined, more = true; more; ) {
        const query = { before }
        const call = 'settlements.list'
        const answer = await transport.send({ call, method: 'GET', path, query, repeatable: true, signal })
        const page = answer.body as SettlementPage
        yield* page.transfers
        before = page.transfers.at(-1)?.id
        more = page.more && before !== undefined
      }
    },
    async report({ from, to, signal }) {
      const { body } = await transport.send({
        call: 'settlements.report',
        method: 'GET',
        path: `${path}/report`,
        query: { from, to },
        repeatable: true,
        signal,
      })
      return body as SettlementReport
    },
  }
}
