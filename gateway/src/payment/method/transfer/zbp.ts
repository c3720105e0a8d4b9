import { isNrb } from '@bill-gateway/contract'

export interface ZbpOrder {
  /** As the provider wrote it; left out of the code unless it is a Polish tax number. */
  taxId: string | null
  recipient: string
  /** 26 digits. */
  account: string
  /** Minor units of PLN, above zero. */
  amount: bigint
  title: string
}

const recipientMax = 20
const titleMax = 32
/** The standard says six; apps read more, and a field of ten keeps the whole within its 160 characters. */
const amountDigitsMax = 10
const textMax = 160

/**
 * The text of the QR code that Polish banking apps scan (the Polish Bank Association’s standard of 2013): nine
 * fields with a bar between two, at most 160 characters: tax number, country, account, amount in grosze of at least six
 * digits, recipient of at most 20 characters, title of at most 32, and three that stay empty. Apps check the tax
 * number and the account and refuse a code with a wrong one.
 *
 * @returns null where there is nothing to pay, or an app would refuse it
 */
export function zbpText({ taxId, recipient, account, amount, title }: ZbpOrder): string | null {
  const name = field(recipient, recipientMax)
  const subject = field(title, titleMax)
  if (amount <= 0n || !isNrb(account) || name === '' || subject === '') return null
  const digits = String(amount).padStart(6, '0')
  // The payer types an amount that the field cannot hold.
  const grosze = digits.length > amountDigitsMax ? '000000' : digits
  const text = [polishTaxNumber(taxId), 'PL', account, grosze, name, subject, '', '', ''].join('|')
  return text.length <= textMax ? text : null
}

/** Ten digits that carry the right check digit; else nothing, as for a person. */
export function polishTaxNumber(written: string | null): string {
  const digits = (written ?? '').replace(/^PL/i, '').replace(/[\s-]/g, '')
  if (!/^\d{10}$/.test(digits)) return ''
  const weights = [6, 5, 7, 2, 3, 4, 5, 6, 7]
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0)
  return sum % 11 === Number(digits[9]) ? digits : ''
}

/**
 * Without what would end the field, and without Polish marks on letters, which some apps misread; a name that
 * another script is written in stays as it is. Cut by characters.
 */
function field(text: string, charactersMax: number): string {
  const clean = text
    .normalize('NFC')
    .replace(/[|\p{C}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const plain = clean
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replace(/[„”“]/g, '"')
    .replace(/[’‘]/g, "'")
    .replace(/[–—]/g, '-')
  const kept = /^[ -~]*$/.test(plain) ? plain : clean
  return [...kept].slice(0, charactersMax).join('').trim()
}
