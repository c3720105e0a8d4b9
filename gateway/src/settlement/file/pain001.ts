import { create } from 'xmlbuilder2'
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js'
import { warsawTime } from '../../platform/warsaw-time.ts'
import { bankText, decimalOf, type PaymentOrder, payeeText, type TransferOrder } from './order.ts'

export type PainVersion = 'pain.001.001.03' | 'pain.001.001.09'

/**
 * An ISO 20022 customer credit transfer. The standard fixes the order of the elements and allows no empty one;
 * counts and sums are of the whole file. In version 09 the date has an element of its own and the BIC another
 * name.
 */
export function pain001(order: PaymentOrder, version: PainVersion): string {
  const namespace = `urn:iso:std:iso:20022:tech:xsd:${version}`
  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele(namespace, 'Document')
  const initiation = document.ele('CstmrCdtTrfInitn')
  addHeader(initiation, order)
  addPayment(initiation, order, version)
  return `${document.doc().end({ prettyPrint: true })}\n`
}

function addHeader(initiation: XMLBuilder, order: PaymentOrder): void {
  const header = initiation.ele('GrpHdr')
  add(header, 'MsgId', order.id)
  add(header, 'CreDtTm', warsawTime(order.createdAt).slice(0, 19))
  addSums(header, order)
  add(header.ele('InitgPty'), 'Nm', bankText(order.from.name, 70))
}

function addPayment(initiation: XMLBuilder, order: PaymentOrder, version: PainVersion): void {
  const { from } = order
  const payment = initiation.ele('PmtInf')
  add(payment, 'PmtInfId', `${order.id}-1`)
  add(payment, 'PmtMtd', 'TRF')
  add(payment, 'BtchBookg', 'false')
  addSums(payment, order)
  if (version === 'pain.001.001.03') add(payment, 'ReqdExctnDt', order.executesOn)
  else add(payment.ele('ReqdExctnDt'), 'Dt', order.executesOn)
  const debtor = payment.ele('Dbtr')
  add(debtor, 'Nm', bankText(from.name, 70))
  const street = bankText(from.address ?? '', 70)
  if (street) {
    const address = debtor.ele('PstlAdr')
    add(address, 'Ctry', 'PL')
    add(address, 'AdrLine', street)
  }
  addAccount(payment.ele('DbtrAcct'), from.nrb)
  addBank(payment.ele('DbtrAgt').ele('FinInstnId'), from, version)
  add(payment, 'ChrgBr', 'SLEV')
  for (const transfer of order.transfers) addTransfer(payment, transfer, order.currency)
}

function addBank(bank: XMLBuilder, { bic, nrb }: PaymentOrder['from'], version: PainVersion): void {
  if (bic) {
    add(bank, version === 'pain.001.001.03' ? 'BIC' : 'BICFI', bic)
    return
  }
  const member = bank.ele('ClrSysMmbId')
  add(member.ele('ClrSysId'), 'Cd', 'PLKNR')
  add(member, 'MmbId', nrb.slice(2, 10))
}

function addTransfer(payment: XMLBuilder, transfer: TransferOrder, currency: string): void {
  const one = payment.ele('CdtTrfTxInf')
  add(one.ele('PmtId'), 'EndToEndId', transfer.id)
  one.ele('Amt').ele('InstdAmt', { Ccy: currency }).txt(decimalOf(transfer.amount))
  add(one.ele('Cdtr'), 'Nm', payeeText(transfer.payeeName, 70))
  addAccount(one.ele('CdtrAcct'), transfer.nrb)
  add(one.ele('RmtInf'), 'Ustrd', bankText(transfer.title, 140))
}

function addSums(parent: XMLBuilder, { transfers }: PaymentOrder): void {
  add(parent, 'NbOfTxs', String(transfers.length))
  add(parent, 'CtrlSum', decimalOf(transfers.reduce((sum, { amount }) => sum + amount, 0n)))
}

function addAccount(account: XMLBuilder, nrb: string): void {
  add(account.ele('Id'), 'IBAN', `PL${nrb}`)
}

function add(parent: XMLBuilder, name: string, text: string): void {
  parent.ele(name).txt(text)
}
