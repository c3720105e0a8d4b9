import { sql } from 'kysely'
import { accountsOf, documentNumber } from '../lms/index.ts'
import { parseDecimal, toGrosze } from '../platform/index.ts'
import type { Context } from '../sync/links/index.ts'
import type { MailDocument } from './hooks/invoice-mail.ts'

const daySeconds = 86_400

/** What a mail’s headers tell of a document, debit notes too; undefined for one that is gone or nobody’s. */
export async function readMailDocument(
  { lms, settings, zone }: Pick<Context, 'lms' | 'settings' | 'zone'>,
  id: number,
): Promise<MailDocument | undefined> {
  const charge = lms.has('cash', 'currencyvalue') ? sql`c.value * c.currencyvalue` : sql`c.value`
  const row = await lms.db
    .selectFrom('documents as d')
    .leftJoin('numberplans as p', 'p.id', 'd.numberplanid')
    .select(['d.customerid', 'd.number', 'd.fullnumber', 'd.extnumber', 'd.cdate', 'd.paytime', 'p.template'])
    .select((of) =>
      of
        .selectFrom('cash as c')
        .select(sql<string | null>`-sum(${charge})`.as('charged'))
        .whereRef('c.docid', '=', 'd.id')
        .as('charged'),
    )
    .where('d.id', '=', id)
    .executeTakeFirst()
  if (!row?.customerid) return undefined
  const [account] = await accountsOf(lms.db, settings(), [{ customerId: row.customerid, documentId: id }])
  return {
    customerId: row.customerid,
    number: row.fullnumber || documentNumber({ ...row, customerId: row.customerid }, zone),
    charged: toGrosze(parseDecimal(row.charged ?? '0')),
    dueDate: localDay(row.cdate + row.paytime * daySeconds, zone),
    nrb: account?.nrb,
  }
}

/** yyyy-mm-dd as a clock on the wall there shows it. */
function localDay(epoch: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(epoch * 1000)
}
