import { createHash, createHmac } from 'node:crypto'
import type { StatementEntry } from './format/index.ts'

/**
 * What tells an entry from others of its bank account: the bank's own reference with sign and amount where there
 * is one, else the day, amount, title and counterparty. Two bookings that are equal in all of these are real; the
 * caller numbers them within the file.
 */
export function baseKeyOf(entry: StatementEntry): string {
  const { account, currency, amount, direction, bankReference } = entry
  const what = [account, currency, direction, String(amount)]
  if (bankReference) return digest(['reference', ...what, bankReference])
  const told = [entry.bookedOn, plain(entry.title), plain(entry.counterpartyAccount ?? '')]
  return digest(['told', ...what, ...told])
}

/** Letters and digits alone: files of one bank break and pad titles in different ways. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)
}

/** Finds again who pays from an account, without keeping the account. */
export function sourceHashOf(secret: Buffer, providerId: number, account: string): Buffer {
  return createHmac('sha256', secret)
    .update(`${providerId} ${account.replace(/\s/g, '')}`)
    .digest()
    .subarray(0, 16)
}
