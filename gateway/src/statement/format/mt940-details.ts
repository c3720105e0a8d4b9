import { isNrb } from '@bill-gateway/contract'
import { accountOf, cleanText, joinPieces, referenceOf, textOrNull, withCheckDigits } from './text.ts'

/** What the text of a :86: tells of its entry. */
export interface Details {
  title: string
  counterpartyName: string | null
  counterpartyAccount: string | null
  targetAccount: string | null
  transactionCode: string | null
  /** The bank's unique number, where the dialect has one. */
  bankReference: string | null
}

/**
 * Reads a :86: in the dialect that it is found to be in: numbered subfields after any separator, labels, or
 * neither. Lines break wherever they are full, even inside a number, so they are put together first.
 *
 * @param ownAccount the account of the statement
 */
export function readDetails(lines: readonly string[], isCredit: boolean, ownAccount: string): Details {
  const text = lines.join('')
  const separated = /^([A-Z0-9]{0,4}) ?([^A-Za-z0-9\s/.,:;()-])(\d{2})/.exec(text)
  if (separated && subfieldCodes.has(separated[3] ?? '')) {
    return readSubfields(text, separated[1] ?? '', separated[2] ?? '')
  }
  const labels = labelsOf(text)
  return labels.length > 0 ? readLabels(text, labels, isCredit, ownAccount) : readFreeText(text)
}

/** Subfields that Polish banks use. Other digits after a separator belong to the text. */
const subfieldCodes = new Set(
  '00 10 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 60 61 62 63'.split(' '),
)

/** Characters of one subfield. */
const pieceChars = 27

function readSubfields(text: string, operation: string, separator: string): Details {
  const [, ...parts] = text.split(separator)
  const subfields = new Map<string, string>()
  let last = ''
  for (const part of parts) {
    const code = part.slice(0, 2)
    // A separator before anything else, or before a subfield that was there already, is one of the text's own.
    if (subfieldCodes.has(code) && !subfields.has(code)) {
      last = code
      subfields.set(code, part.slice(2))
    } else {
      subfields.set(last, `${subfields.get(last) ?? ''}${separator}${part}`)
    }
  }
  const pieces = (codes: string) => codes.split(' ').map((code) => subfields.get(code) ?? '')
  return {
    title: cleanText(titleOf(subfields)),
    counterpartyName: textOrNull(joinPieces(pieces('32 33'), pieceChars)),
    counterpartyAccount: counterpartyOf(subfields),
    targetAccount: null,
    transactionCode: textOrNull(operation) ?? textOrNull(subfields.get('00')?.slice(0, pieceChars)),
    bankReference: null,
  }
}

/** The pieces put together as they are; extra data only where the title has run over into it. */
function titleOf(subfields: ReadonlyMap<string, string>): string {
  const join = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => subfields.get(String(from + index)) ?? '').join('')
  const title = join(20, 29)
  const isFull = ['20', '21', '22', '23', '24', '25'].every(
    (code) => (subfields.get(code) ?? '').length >= pieceChars,
  )
  return isFull ? title + join(60, 63) : title
}

/** The whole account of ~38, or the one that ~30 (sort code) and ~31 make, with check digits or without. */
function counterpartyOf(subfields: ReadonlyMap<string, string>): string | null {
  const whole = accountOf(subfields.get('38'))
  if (whole !== null && whole.length > 10) return whole
  const rest = (subfields.get('31') ?? '').replace(/\s/g, '')
  const digits = `${(subfields.get('30') ?? '').replace(/\s/g, '')}${rest}`
  if (/^\d{24}$/.test(digits)) return withCheckDigits(digits)
  return isNrb(digits) ? digits : accountOf(rest)
}

interface Label {
  name: string
  /** Where the label begins and where its value does. */
  from: number
  value: number
}

const labelShape =
  /(?:^|;)\s*(Z\s*RACH\.|NA\s*RACH\.|OD|DLA|TYT\.|DATA\s*STEMPLA|DATA\s*NOSTRO|WALUTA|KWOTA|KURS|REF\.\s*KLIENTA|REF\.\s*MT103|ID\s*IPH|TNR)\s*:/g

function labelsOf(text: string): Label[] {
  const found = [...text.matchAll(labelShape)].map((match) => ({
    name: (match[1] ?? '').replace(/\s/g, ''),
    from: match.index,
    value: match.index + match[0].length,
  }))
  const tells = new Set(['ZRACH.', 'NARACH.', 'OD', 'DLA', 'TYT.', 'IDIPH', 'TNR'])
  return found.some(({ name }) => tells.has(name)) ? found : []
}

/** Come after the title, and end it. */
const afterTitle = new Set(
  'DATASTEMPLA DATANOSTRO WALUTA KWOTA KURS REF.KLIENTA REF.MT103 IDIPH TNR'.split(' '),
)

/**
 * Who pays writes name and title, and could write a label into them. So whatever stands before the title counts
 * where it stands first, what the bank writes after it where it stands last, and inside the title only the
 * latter end it.
 */
function readLabels(text: string, found: readonly Label[], isCredit: boolean, ownAccount: string): Details {
  const start = found.find(({ name }) => name === 'TYT.')
  const isBefore = ({ from }: Label) => !start || from < start.from
  const labels = found.filter((label) => isBefore(label) || label === start || afterTitle.has(label.name))
  const valueAt = (label: Label | undefined) => {
    if (!label) return undefined
    const next = labels[labels.indexOf(label) + 1]
    return text.slice(label.value, next?.from ?? text.length).replace(/[\s;]+$/, '')
  }
  const before = (name: string) => valueAt(labels.find((label) => label.name === name && isBefore(label)))
  const last = (name: string) => valueAt(labels.findLast((label) => label.name === name))
  const operation = /^(\d{2,4})(?!\d)/.exec(text)?.[1] ?? null
  const paid = accountOf(before('NARACH.'))
  const virtual = before('IDIPH') ?? (operation === '911' ? last('IDIPH') : undefined)
  return {
    title: cleanText(valueAt(start) ?? ''),
    counterpartyName: textOrNull(isCredit ? before('OD') : before('DLA')),
    counterpartyAccount: isCredit ? accountOf(before('ZRACH.')) : paid,
    targetAccount: accountOf(virtual) ?? (isCredit && paid !== ownAccount ? paid : null),
    transactionCode: operation,
    bankReference: referenceOf(last('TNR')),
  }
}

function readFreeText(text: string): Details {
  const operation = /^(\d{3})(?!\d)/.exec(text)?.[1]
  return {
    title: cleanText(operation === undefined ? text : text.slice(operation.length)),
    counterpartyName: null,
    counterpartyAccount: null,
    targetAccount: null,
    transactionCode: operation ?? null,
    bankReference: null,
  }
}
