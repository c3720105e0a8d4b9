import { parseGrosze, transact } from '../../platform/index.ts'
import { bookPayment } from './book.ts'
import { prepareBooking } from './book-rows.ts'
import { addReport, type BookReport, type Context, emptyReport } from './context.ts'
import type { Incoming } from './incoming.ts'
import { bookablePayments, type StoredPayment } from './queries/payments.ts'

const paymentsPerPass = 200

/** Books payments that were kept aside and whose customer is there now. */
export async function bookKept(context: Context): Promise<BookReport> {
  const report = emptyReport()
  const { lms } = context
  for (const payment of await bookablePayments(lms.db, paymentsPerPass)) {
    const booking = await prepareBooking(context, payment.gateway ?? '')
    try {
      addReport(report, await transact(lms, (tx) => bookPayment(tx, [incomingOf(payment)], booking)))
    } catch (error) {
      context.log.error({ err: error, payment: payment.id }, 'a payment that was kept aside is still refused')
    }
  }
  return report
}

function incomingOf(payment: StoredPayment): Incoming {
  return {
    rowId: payment.row_id ?? '',
    customerId: payment.customerid ?? undefined,
    operationId: payment.operation_id,
    amount: parseGrosze(payment.amount) - parseGrosze(payment.refunded),
    title: payment.title ?? '',
    token: payment.token ?? '',
    referenceNumber: payment.reference_number ?? '',
    references: payment.reference_digits,
    paidAt: payment.paid_at ?? payment.cdate,
    arrives: payment.arrives === 'batch' ? 'batch' : 'transfer',
    method: payment.method ?? '',
    companyTaxId: '',
    documentNumber: '',
    isTest: false,
  }
}
