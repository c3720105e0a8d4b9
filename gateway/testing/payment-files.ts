import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import { convert } from 'xmlbuilder2'

/** A transfer as a bank reads it out of a file. */
export interface ReadTransfer {
  id: string
  /** Minor units. */
  amount: bigint
  nrb: string
  payee: string
  title: string
}

interface Pain {
  Document: {
    CstmrCdtTrfInitn: {
      GrpHdr: { MsgId: string; NbOfTxs: string; CtrlSum: string }
      PmtInf: { NbOfTxs: string; CtrlSum: string; CdtTrfTxInf: PainTransfer | PainTransfer[] }
    }
  }
}

interface PainTransfer {
  PmtId: { EndToEndId: string }
  Amt: { InstdAmt: { '#': string; '@Ccy': string } }
  Cdtr: { Nm: string }
  CdtrAcct: { Id: { IBAN: string } }
  RmtInf: { Ustrd: string }
}

/** Reads a pain.001 file back. @throws Error where its counts or sums are not those of its transfers */
export function readPain(file: Buffer): ReadTransfer[] {
  const { GrpHdr, PmtInf } = (convert(file.toString('utf8'), { format: 'object' }) as unknown as Pain)
    .Document.CstmrCdtTrfInitn
  const transfers = [PmtInf.CdtTrfTxInf].flat().map((each) => ({
    id: each.PmtId.EndToEndId,
    amount: minorUnits(each.Amt.InstdAmt['#']),
    nrb: each.CdtrAcct.Id.IBAN.replace(/^PL/, ''),
    payee: each.Cdtr.Nm,
    title: each.RmtInf.Ustrd,
  }))
  const sum = transfers.reduce((all, { amount }) => all + amount, 0n)
  for (const said of [GrpHdr, PmtInf]) {
    if (Number(said.NbOfTxs) !== transfers.length || minorUnits(said.CtrlSum) !== sum)
      throw new Error(`${said.NbOfTxs} transfers of ${said.CtrlSum}: there are ${transfers.length} of ${sum}`)
  }
  return transfers
}

/** Reads an Elixir-0 file back. @throws Error where a line is not of sixteen fields as they have to be */
export function readElixir(file: Buffer, encoding: string): ReadTransfer[] {
  const text = iconv.decode(file, encoding)
  if (!text.endsWith('\r\n')) throw new Error('the last line does not end')
  const rows: string[][] = parse(text, { record_delimiter: '\r\n', quote: '"' })
  return rows.map((fields) => {
    const [code, day, amount = '', fromBank, five, from, nrb = '', payer = '', payee = '', ten, bank] = fields
    const [title = '', , , kind, id = ''] = fields.slice(11)
    const right =
      fields.length === 16 &&
      [code, five, ten, kind].join() === '110,0,0,51' &&
      /^\d{8}$/.test(day ?? '') &&
      /^\d{26}$/.test(from ?? '') &&
      fromBank === from?.slice(2, 10) &&
      bank === nrb.slice(2, 10) &&
      [payer, payee, title].every(isFourLines)
    if (!right) throw new Error(`no line of Elixir-0: ${fields.join(',')}`)
    return { id, amount: BigInt(amount), nrb, payee: joined(payee), title: joined(title) }
  })
}

function isFourLines(field: string): boolean {
  const lines = field.split('|')
  return lines.length === 4 && lines.every((line) => line.length <= 35)
}

function joined(field: string): string {
  return field.replaceAll('|', '')
}

function minorUnits(decimal: string): bigint {
  if (!/^\d+\.\d{2}$/.test(decimal)) throw new Error(`${decimal} has not two decimals`)
  return BigInt(decimal.replace('.', ''))
}
