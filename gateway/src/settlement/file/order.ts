import type { DebitAccount } from '../run.ts'

/** One transfer of a payment file. */
export interface TransferOrder {
  /** At most 35 letters, digits and `-`; unique in the file. */
  id: string
  /** Minor units, above zero. */
  amount: bigint
  /** 26 digits. */
  nrb: string
  payeeName: string
  title: string
}

/** A payment file, in whatever format. */
export interface PaymentOrder {
  /** At most 30 letters and digits, unique for ever. */
  id: string
  createdAt: Date
  /** `yyyy-mm-dd` */
  executesOn: string
  currency: string
  from: DebitAccount
  transfers: readonly TransferOrder[]
}

/** `123.45`, exactly. */
export function decimalOf(minorUnits: bigint): string {
  const digits = minorUnits.toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const notInFiles = /[^A-Za-z0-9ĄĆĘŁŃÓŚŹŻąćęłńóśźż/\-?:().,'+ ]/gu
const nearest: Record<string, string> = { _: '-', '&': '+', '"': "'", ';': ',', '–': '-', '—': '-', '’': "'" }

/**
 * A text in the characters that every Polish bank takes; a letter with a mark that they do not know loses the
 * mark.
 */
export function bankText(text: string, charactersMax: number): string {
  const plain = text
    .normalize('NFC')
    .replace(/[^ĄĆĘŁŃÓŚŹŻąćęłńóśźż\p{ASCII}]/gu, (letter) => letter.normalize('NFD').replace(/\p{M}/gu, ''))
    .replace(notInFiles, (character) => nearest[character] ?? ' ')
  return plain.replace(/ +/g, ' ').trim().slice(0, charactersMax).trimEnd()
}

/** What stands for a payee whose name has no letter that banks take, such as one in Cyrillic: no file may leave it out. */
const unnamed = 'ODBIORCA'

/** {@link bankText} of a payee's name, never empty. */
export function payeeText(name: string, charactersMax: number): string {
  return bankText(name, charactersMax) || unnamed
}
