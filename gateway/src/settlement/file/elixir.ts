import iconv from 'iconv-lite'
import { bankText, type PaymentOrder, payeeText, type TransferOrder } from './order.ts'

export const elixirEncodings = ['cp1250', 'iso-8859-2', 'cp852'] as const
export type ElixirEncoding = (typeof elixirEncodings)[number]

/** What banks want differently. */
export interface ElixirProfile {
  /** Default cp1250. */
  encoding?: ElixirEncoding
  /** How fields 13 and 14, which nobody uses, are written: in quotes or as nothing at all. Default quoted. */
  emptyFields?: 'quoted' | 'bare'
}

const lineCharacters = 35
const nameLines = 4
const titleLines = 4
/** An ordinary transfer between banks, and the code of its kind. */
const paymentCode = '110'
const transactionCode = '51'

/** Elixir-0: one line of sixteen fields for each transfer, ended by CR LF, without a head or a foot. */
export function elixir0(order: PaymentOrder, profile: ElixirProfile = {}): Buffer {
  const text = order.transfers.map((transfer) => `${lineOf(order, transfer, profile)}\r\n`).join('')
  return iconv.encode(text, profile.encoding ?? 'cp1250')
}

function lineOf(
  order: PaymentOrder,
  transfer: TransferOrder,
  { emptyFields = 'quoted' }: ElixirProfile,
): string {
  const { from } = order
  const empty = emptyFields === 'quoted' ? '""' : ''
  const payer = [bankText(from.name, lineCharacters * 2), bankText(from.address ?? '', lineCharacters * 2)]
  return [
    paymentCode,
    order.executesOn.replaceAll('-', ''),
    transfer.amount.toString(),
    sortCode(from.nrb),
    '0',
    quoted(from.nrb),
    quoted(transfer.nrb),
    quoted(inLines(payer, nameLines)),
    quoted(inLines([payeeText(transfer.payeeName, lineCharacters * nameLines)], nameLines)),
    '0',
    sortCode(transfer.nrb),
    quoted(inLines([bankText(transfer.title, lineCharacters * titleLines)], titleLines)),
    empty,
    empty,
    quoted(transactionCode),
    quoted(transfer.id),
  ].join(',')
}

function sortCode(nrb: string): string {
  return nrb.slice(2, 10)
}

/** Texts have no quotes or bars left: bankText takes them out. */
function quoted(text: string): string {
  return `"${text}"`
}

/** Each text begins on a line of its own and goes on in the next; always as many lines as the field has. */
function inLines(texts: readonly string[], lines: number): string {
  const cut = texts.flatMap((text) => text.match(new RegExp(`.{1,${lineCharacters}}`, 'gu')) ?? [])
  return Array.from({ length: lines }, (_, index) => cut[index] ?? '').join('|')
}
