import { formatDecimal, parseDecimal, type Tx, transact } from '../../src/platform/index.ts'
import { type Desk, insert, now } from './desk.ts'

export interface NewInvoice {
  customerId: number
  /** What each line charges, such as `['50.00', '19.00']`; a correction that gives back has negative lines. */
  lines: string[]
  /** 1 invoice, 3 correction, 5 debit note, 6 pro forma. */
  type?: number
  fullnumber?: string | null
  /** Epoch seconds; now unless told. */
  cdate?: number
  /** Days; 14 unless told. */
  paytime?: number
  currency?: string
  currencyvalue?: string
  reference?: number
  divAccount?: string
  /** Text of each line. */
  description?: string
  /** Whether the ledger is charged; pro formas seldom do. */
  charges?: boolean
}

export interface AddedInvoice {
  documentId: number
  /** One row of the ledger a line. */
  cashIds: number[]
}

type Charged = Required<
  Pick<NewInvoice, 'customerId' | 'lines' | 'type' | 'cdate' | 'currency' | 'currencyvalue'>
> &
  Pick<NewInvoice, 'description' | 'charges'>

export async function addInvoice(desk: Desk, options: NewInvoice): Promise<AddedInvoice> {
  const { customerId, type = 1, paytime = 14, currency = 'PLN', currencyvalue = '1' } = options
  const cdate = options.cdate ?? (await now(desk))
  const number = desk.next()
  const head = {
    type,
    number,
    fullnumber: options.fullnumber === undefined ? `${number}/LMS/2026` : options.fullnumber,
    cdate,
    sdate: cdate,
    customerid: customerId,
    divisionid: desk.division,
    paytime,
    paytype: 2,
    reference: options.reference ?? null,
    div_account: options.divAccount ?? '10901014',
    div_name: 'Osiedlowa',
    div_shortname: 'Osiedlowa',
    currency,
    currencyvalue,
  }
  return transact(desk.lms, async (tx) => {
    const documentId = await insert(desk, 'documents', head, tx)
    const charged = { charges: type !== 6, ...options, type, cdate, currency, currencyvalue }
    return { documentId, cashIds: await chargeDocument(desk, tx, documentId, charged) }
  })
}

async function chargeDocument(desk: Desk, tx: Tx, documentId: number, invoice: Charged): Promise<number[]> {
  const ids: number[] = []
  for (const [index, line] of invoice.lines.entries()) {
    const description = invoice.description ?? `Internet ${index + 1}`
    const itemid = index + 1
    const contents = { docid: documentId, itemid, value: line, description }
    if (invoice.type === 5) await tx.insertInto('debitnotecontents').values(contents).execute()
    else {
      const sold = { ...contents, taxid: null, count: '1', content: 'szt' }
      await tx.insertInto('invoicecontents').values(sold).execute()
    }
    if (invoice.charges === false) continue
    const row = {
      time: invoice.cdate,
      type: 0,
      value: formatDecimal(-parseDecimal(line)),
      customerid: invoice.customerId,
      comment: description,
      docid: documentId,
      itemid,
      currency: invoice.currency,
      currencyvalue: invoice.currencyvalue,
    }
    ids.push(await insert(desk, 'cash', row, tx))
  }
  return ids
}

/** As LMS edits an invoice: all its rows of the ledger go, new ones with new ids come. */
export async function editInvoice(desk: Desk, documentId: number, lines: string[]): Promise<AddedInvoice> {
  return transact(desk.lms, async (tx) => {
    const document = await tx
      .selectFrom('documents')
      .selectAll()
      .where('id', '=', documentId)
      .executeTakeFirstOrThrow()
    await tx.deleteFrom('cash').where('docid', '=', documentId).execute()
    await tx.deleteFrom('invoicecontents').where('docid', '=', documentId).execute()
    await tx.deleteFrom('debitnotecontents').where('docid', '=', documentId).execute()
    const cashIds = await chargeDocument(desk, tx, documentId, {
      customerId: Number(document.customerid),
      lines,
      type: document.type,
      cdate: document.cdate,
      currency: document.currency ?? 'PLN',
      currencyvalue: document.currencyvalue ?? '1',
    })
    return { documentId, cashIds }
  })
}

/** As LMS cancels: the document stays, its rows of the ledger go. */
export async function cancelDocument({ lms }: Desk, documentId: number): Promise<void> {
  await transact(lms, async (tx) => {
    await tx.deleteFrom('cash').where('docid', '=', documentId).execute()
    await tx.updateTable('documents').set({ cancelled: 1 }).where('id', '=', documentId).execute()
  })
}

/** As LMS deletes: the foreign key takes the rows of the ledger along, on MariaDB past its triggers. */
export async function deleteDocument({ lms }: Desk, documentId: number): Promise<void> {
  await lms.db.deleteFrom('documents').where('id', '=', documentId).execute()
}
