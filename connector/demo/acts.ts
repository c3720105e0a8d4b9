import { type Lms, parseGrosze } from '../src/platform/index.ts'
import type { DemoLms } from './lms.ts'
import { readCustomers } from './queries.ts'

const amountMax = 1_000_000n

/** `69,00` as the ledger's text; undefined for what is no amount between a grosz and 10,000 zł. */
export function amountIn(text: string): string | undefined {
  const plain = text.replace(/\s/g, '').replace(',', '.')
  if (!/^\d{1,5}(\.\d{1,2})?$/.test(plain)) return undefined
  const grosze = parseGrosze(plain)
  return grosze > 0n && grosze <= amountMax ? plain : undefined
}

/** As LMS's billing: a document with one line and its row in the ledger. */
export async function issueInvoice(
  { lms, entries }: DemoLms,
  customerId: number,
  title: string,
  amount: string,
): Promise<{ documentId: number; number: string }> {
  const number = `${await nextNumber(lms)}/LMS/${new Date().getFullYear()}`
  const description = title.trim().slice(0, 120) || 'Internet'
  const { documentId } = await entries.addInvoice({
    customerId,
    lines: [amount],
    description,
    fullnumber: number,
  })
  return { documentId, number }
}

async function nextNumber(lms: Lms): Promise<number> {
  const { max } = await lms.db
    .selectFrom('documents')
    .select(({ fn }) => fn.max('id').as('max'))
    .executeTakeFirstOrThrow()
  return Number(max ?? 0) + 1
}

/** As LMS's import: a row of the statement, booked. */
export async function bookTransfer(
  { entries, lms }: DemoLms,
  customerId: number,
  amount: string,
  description: string,
): Promise<number | undefined> {
  const [customer] = await readCustomers(lms, [customerId])
  if (!customer) return undefined
  const { importId } = await entries.addStatement({
    customerId,
    value: amount,
    description: description.slice(0, 200),
  })
  return importId
}
