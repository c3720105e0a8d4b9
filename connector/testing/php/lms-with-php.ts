import { startBridge } from '../../src/bridge/index.ts'
import type { Engine } from '../../src/platform/index.ts'
import { type LinksWorld, startLinksWorld } from '../fake-gateway-context.ts'
import { type Stage, setStage } from './php.ts'

export interface Mail {
  body: string
  headers: Record<string, string>
}

/** An LMS database, a gateway, the connector’s bridge, and PHP that asks it. */
export interface LmsWithPhp extends LinksWorld {
  stage: Stage
  /** Milliseconds that an answer may wait for a link; far more than usual, for machines that are busy. */
  waits: { page: number; mail: number }
  newCustomer(): Promise<number>
  /** As LMS sends a document: with both placeholders in its body and a header of its own. */
  sendInvoice(documentId: number, customerId: number, format?: string): Promise<Mail & { log: string[] }>
}

export async function startLmsWithPhp(engine: Engine): Promise<LmsWithPhp> {
  const links = await startLinksWorld(engine)
  const stage = await setStage()
  const waits = { page: 9_000, mail: 9_000 }
  const bridge = await startBridge(links.context, stage.place, waits)
  return {
    ...links,
    stage,
    waits,
    newCustomer: () => links.world.addCustomer({ name: 'Jan', lastname: 'Żółć', email: 'jan@example.org' }),
    async sendInvoice(documentId, customerId, format = 'html') {
      const body = '<p>%billtech_btn %billtech_balance_btn</p>'
      const doc = { id: String(documentId), customerid: String(customerId) }
      const data = { body, doc, mail_format: format, headers: { From: 'lms@example.org' } }
      const { results, log } = await stage.play({
        steps: [{ kind: 'hook', hook: 'invoice_email_before_send', data }],
      })
      return { ...(results[0]?.data as unknown as Mail), log }
    },
    async close() {
      await bridge.close()
      await stage.close()
      await links.close()
    },
  }
}

/** Where the buttons of a text lead. */
export function hrefsIn(html: string): URL[] {
  return [...html.matchAll(/href="([^"]+)"/g)].map(
    ([, href]) => new URL((href ?? '').replaceAll('&amp;', '&'), 'http://lms.example'),
  )
}
