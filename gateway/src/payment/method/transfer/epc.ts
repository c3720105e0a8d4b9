import { isNrb } from '@bill-gateway/contract'

export interface EpcOrder {
  recipient: string
  /** 26 digits. */
  account: string
  /** Minor units of EUR, above zero. */
  amount: bigint
  /** At most 140 characters. */
  title: string
  /** Stands in where the title makes the code too long. */
  shortTitle: string
}

const recipientMax = 70
const titleMax = 140
const bytesMax = 331
/** 999,999,999.99 */
const amountMax = 99_999_999_999n

/**
 * The text of the QR code for transfers in euro (guideline EPC069-12 of the European Payments Council), version
 * 002 in UTF-8, without a BIC, which transfers inside the European Economic Area do not need. At most 331 bytes.
 *
 * @returns null where there is nothing to pay, or the code cannot carry it
 */
export function epcText({ recipient, account, amount, title, shortTitle }: EpcOrder): string | null {
  const name = line(recipient, recipientMax)
  if (amount <= 0n || amount > amountMax || !isNrb(account) || name === '') return null
  const written = (subject: string) =>
    ['BCD', '002', '1', 'SCT', '', name, `PL${account}`, `EUR${decimal(amount)}`, '', '', subject].join('\n')
  return (
    [title, shortTitle]
      .map((subject) => written(line(subject, titleMax)))
      .find((text) => Buffer.byteLength(text) <= bytesMax) ?? null
  )
}

function line(text: string, charactersMax: number): string {
  const clean = text.normalize('NFC').replace(/\p{C}/gu, ' ').replace(/\s+/g, ' ').trim()
  return [...clean].slice(0, charactersMax).join('').trim()
}

/** `123.45` */
function decimal(minorUnits: bigint): string {
  const digits = String(minorUnits).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
