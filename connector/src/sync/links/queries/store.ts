import { sql } from 'kysely'
import type { SentLink } from '../../../gateway/index.ts'
import { formatGrosze, type Lms, type Tx } from '../../../platform/index.ts'
import type { WantedLink } from '../item.ts'
import { activeKeyOf } from './standing.ts'
import { upsert } from './upsert.ts'

const rowsPerStatement = 500

function rowOf(gatewayId: string, link: WantedLink, now: number) {
  return {
    customer_id: link.customerId,
    src_cash_id: link.cashId,
    src_document_id: link.documentId,
    type: 'linked',
    amount: formatGrosze(link.amount),
    operation_id: link.operationId,
    gateway: gatewayId,
    title: link.item.title,
    due_date: link.item.paymentDue,
    nrb: link.item.nrb ?? null,
    created_at: now,
    active_key: activeKeyOf(gatewayId, link.customerId, link.operationId),
  }
}

/** Writes down what is about to be sent: until the answer is there, nobody relies on what these rows say. */
export async function writeIntents(
  lms: Lms,
  tx: Tx,
  gatewayId: string,
  links: readonly WantedLink[],
  now: number,
): Promise<void> {
  const rows = sorted(links).map((link) => ({
    ...rowOf(gatewayId, link, now),
    ...{ state: 'sending', token: '', link: '', short_link: null, sent_hash: null, source_hash: null },
  }))
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    await upsert(
      lms,
      tx,
      'billtech_payment_links',
      rows.slice(from, from + rowsPerStatement),
      'active_key',
      () => ({ sent_hash: sql`null` }),
    )
  }
}

export interface AnsweredLink {
  link: WantedLink
  sent: SentLink
  /** Somebody else may have sent other data meanwhile: it is not known what the gateway holds. */
  unsure: boolean
}

/** Writes what the gateway answered. */
export async function writeAnswers(
  lms: Lms,
  tx: Tx,
  gatewayId: string,
  answers: readonly AnsweredLink[],
  now: number,
): Promise<void> {
  const byKey = new Map(answers.map((answer) => [answer.link, answer]))
  const rows = sorted(answers.map(({ link }) => link)).flatMap((link) => {
    const answer = byKey.get(link)
    if (!answer) return []
    const { sent, unsure } = answer
    return {
      ...rowOf(gatewayId, link, now),
      state: 'active',
      token: sent.token,
      link: sent.link,
      short_link: sent.shortLink ?? null,
      sent_hash: unsure ? null : link.hash,
      source_hash: link.print,
    }
  })
  const changing = [
    ...[
      'src_cash_id',
      'src_document_id',
      'link',
      'short_link',
      'token',
      'amount',
      'title',
      'due_date',
      'nrb',
    ],
    ...['state', 'sent_hash', 'source_hash'],
  ]
  await upsert(lms, tx, 'billtech_payment_links', rows, 'active_key', ({ given }) =>
    Object.fromEntries(changing.map((column) => [column, given(column)])),
  )
}

/** In one order everywhere, so that two passes wait for each other instead of locking up. */
function sorted(links: readonly WantedLink[]): WantedLink[] {
  return [...links].sort(
    (a, b) =>
      a.customerId - b.customerId ||
      (a.operationId < b.operationId ? -1 : a.operationId > b.operationId ? 1 : 0),
  )
}

/** The gateway made no link: what was written down before the request is void. */
export async function dropIntents(
  tx: Tx,
  gatewayId: string,
  links: readonly { customerId: number; operationId: string }[],
): Promise<void> {
  if (links.length === 0) return
  await tx
    .deleteFrom('billtech_payment_links')
    .where('state', '=', 'sending')
    .where(
      'active_key',
      'in',
      links.map(({ customerId, operationId }) => activeKeyOf(gatewayId, customerId, operationId)),
    )
    .execute()
}

export async function endLink(
  tx: Tx,
  id: number,
  state: 'paid' | 'cancelled' | 'moved',
  now: number,
): Promise<void> {
  await tx
    .updateTable('billtech_payment_links')
    .set({ state, ended_at: now, active_key: null })
    .where('id', '=', id)
    .where('state', 'in', ['active', 'sending'])
    .execute()
}

/** The link is right as it is, and its source reads differently: it is not looked at again for that. */
export async function touchLinks(tx: Tx, touched: readonly { id: number; print: string }[]): Promise<void> {
  for (const { id, print } of touched) {
    await tx.updateTable('billtech_payment_links').set({ source_hash: print }).where('id', '=', id).execute()
  }
}
