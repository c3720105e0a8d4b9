export { checkDue, nextDueAt, planAgain } from './check-due.ts'
export { type Checkout, type CheckoutLink, checkoutTopic, type Failure, failures } from './checkout.ts'
export { confirmMoney } from './confirm.ts'
export { type IncomingTransfer, openIncomingTransfer } from './incoming-transfer.ts'
export { paymentCrontab, paymentTasks } from './jobs.ts'
export {
  type Collector,
  connectMethod,
  disconnectMethod,
  type NewMethodAccount,
  openAtMethod,
} from './method/accounts.ts'
export { type BankToChoose, banksToChoose } from './method/banks.ts'
export { type Method, MethodError } from './method/method.ts'
export { blikHint, methodOf, methods, waysToPay } from './method/methods.ts'
export { listMethods, type MethodOverview, testMethod } from './method/overview.ts'
export type { Days, PayoutReports, ReportedItem, ReportedPayout } from './method/payouts.ts'
export { lostAccounts, type ResealedAccounts, resealAccounts } from './method/reseal.ts'
export {
  blikCodes as sandboxBlikCodes,
  findSandboxCharge,
  type SandboxCharge,
} from './method/sandbox/index.ts'
export { type TransferDetails, transferDetails } from './method/transfer/index.ts'
export { changeWays, type WayChanges } from './method/ways.ts'
export { paymentOnItsWay } from './on-its-way.ts'
export { payerReturned } from './payer-returned.ts'
export type { LinkPayment, PaymentSummary } from './payment.ts'
export { paymentRow } from './payment-row.ts'
export { nonceOfNth } from './press.ts'
export {
  checkoutsOfPress,
  findCheckout,
  findCheckoutById,
  pendingCheckoutOfLinks,
} from './queries/checkouts.ts'
export { paymentsOfLink } from './queries/payments.ts'
export { awaitsPerson, newestReviews, type Review, type ReviewFilter } from './queries/reviews.ts'
export { rowsOfCheckout } from './queries/rows.ts'
export { newReferenceNumber } from './reference-number.ts'
export { refundAnswers } from './refund/answer.ts'
export { type HandRefund, listRefunds, refundPayment } from './refund/by-hand.ts'
export { refundDue } from './refund/due.ts'
export { orderRefunds, type RefundWish } from './refund/order.ts'
export { type Returned, returnedOf } from './refund/queries/returned.ts'
export type { Refund, RefundState } from './refund/refund.ts'
export { type Reversed, recordReversal, reverseMoney } from './refund/reversal.ts'
export { closeReview } from './review.ts'
export { paymentRoutes } from './routes.ts'
export { decideSandboxCharge } from './sandbox-page.ts'
export { linksPerCheckoutMax, type NewCheckout, type StartedCheckout, startCheckout } from './start.ts'
export { transferTitle } from './transfer-title.ts'
