import { queueMail } from '../mail/index.ts'
import { type Tx, transact } from '../platform/db/transaction.ts'
import type { Platform } from '../platform/platform.ts'
import { warsawTime } from '../platform/warsaw-time.ts'
import { findProvider, type Language, languages, type Provider } from '../provider/index.ts'
import {
  lockCursor,
  moveCursor,
  type News,
  newestEventId,
  newsAfter,
  providersWithNews,
  type ReceiptRow,
  type RefundRow,
  receiptRows,
  refundRows,
} from './queries.ts'

/** Events looked at in one transaction. */
const batchMax = 500
/** What happened longer ago is no news to a payer: a gateway that stood still sends no old receipts. */
const newsForMs = 24 * 3_600_000

/**
 * Queues receipts and refund notices of what was recorded since it was last done. The mails and the cursor are one
 * transaction, so each is queued once.
 *
 * @returns how many mails
 */
export async function sendReceipts(platform: Platform): Promise<number> {
  const { db, settings, log } = platform
  // Without a mail server nothing is looked at: what is still news once there is one is told then.
  if (!settings.smtpUrl || !settings.mailFrom) return 0
  let queued = 0
  for (const id of await providersWithNews(db)) {
    try {
      const provider = await findProvider(db, id)
      if (provider) queued += await sendReceiptsOf(platform, provider)
    } catch (error) {
      // One provider's trouble holds up no other; the next minute tries again.
      log.error({ err: error, provider: id }, 'receipts could not be queued')
    }
  }
  return queued
}

async function sendReceiptsOf({ db }: Platform, provider: Provider): Promise<number> {
  let queued = 0
  for (let more = true; more; ) {
    const done = await transact(db, (tx) => lookOnce(tx, provider))
    queued += done.queued
    more = done.more
  }
  return queued
}

async function lookOnce(tx: Tx, provider: Provider): Promise<{ queued: number; more: boolean }> {
  const cursor = await lockCursor(tx, provider.id)
  if (cursor === undefined) return { queued: 0, more: false }
  if (!provider.receipts) {
    await moveCursor(tx, provider.id, await newestEventId(tx, provider.id))
    return { queued: 0, more: false }
  }
  // Ids of events are microseconds of the real clock.
  const oldest = BigInt(Date.now() - newsForMs) * 1000n
  const news = await newsAfter(tx, provider.id, cursor > oldest ? cursor : oldest, batchMax)
  let queued = 0
  for (const each of news) queued += await tell(tx, provider, each)
  // Not the newest event there is now: it may have come since the news were read.
  const last = news.at(-1)?.id ?? oldest
  await moveCursor(tx, provider.id, last > cursor ? last : cursor)
  return { queued, more: news.length === batchMax }
}

async function tell(tx: Tx, provider: Provider, { paymentId, refundId }: News): Promise<number> {
  if (paymentId !== null) {
    const addresses = byAddress(await receiptRows(tx, provider.id, paymentId))
    for (const [to, rows] of addresses) await queueReceipt(tx, provider, to, rows)
    return addresses.size
  }
  if (refundId !== null) {
    const addresses = byAddress(await refundRows(tx, provider.id, refundId))
    for (const [to, rows] of addresses) await queueNotice(tx, provider, to, rows)
    return addresses.size
  }
  return 0
}

/** Whoever is named by some bills of a payment reads of those and of no others. */
function byAddress<Row extends { email: string }>(rows: readonly Row[]): Map<string, [Row, ...Row[]]> {
  const addresses = new Map<string, [Row, ...Row[]]>()
  for (const row of rows) {
    const known = addresses.get(row.email)
    if (known) known.push(row)
    else addresses.set(row.email, [row])
  }
  return addresses
}

async function queueReceipt(
  tx: Tx,
  provider: Provider,
  to: string,
  rows: [ReceiptRow, ...ReceiptRow[]],
): Promise<void> {
  const { language, referenceNumber, currency, paidAt, channel } = rows[0]
  await queueMail(tx, {
    providerId: provider.id,
    to,
    template: 'receipt',
    language: languageOf(language, provider),
    data: {
      referenceNumber,
      currency,
      paidAt: warsawTime(paidAt),
      channel,
      amount: sumOf(rows, (row) => row.taken + row.unallocated),
      bills: rows
        .filter((row) => row.taken > 0n)
        .map(({ title, taken }) => ({ title, amount: taken.toString() })),
      unallocated: sumOf(rows, (row) => row.unallocated),
    },
  })
}

async function queueNotice(
  tx: Tx,
  provider: Provider,
  to: string,
  rows: [RefundRow, ...RefundRow[]],
): Promise<void> {
  const { language, referenceNumber, currency, at, manual } = rows[0]
  await queueMail(tx, {
    providerId: provider.id,
    to,
    template: 'refund',
    language: languageOf(language, provider),
    data: {
      referenceNumber,
      currency,
      at: warsawTime(at),
      byProvider: manual,
      amount: sumOf(rows, (row) => row.amount),
    },
  })
}

function sumOf<Row>(rows: readonly Row[], amount: (row: Row) => bigint): string {
  return rows.reduce((sum, row) => sum + amount(row), 0n).toString()
}

function languageOf(code: string, provider: Provider): Language {
  return languages.find((language) => language === code) ?? provider.language
}
