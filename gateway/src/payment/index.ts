export { checkDue, nextDueAt, planAgain } from './check-due.ts'
export { type Checkout, type CheckoutLink, checkoutTopic, type Failure, failures } from './checkout.ts'
export { paymentCrontab, paymentTasks } from './jobs.ts'
export { waysToPay } from './method/methods.ts'
export {
  blikCodes as sandboxBlikCodes,
  findSandboxCharge,
  type SandboxCharge,
} from './method/sandbox/index.ts'
export { paymentOnItsWay } from './on-its-way.ts'
export { payerReturned } from './payer-returned.ts'
export type { LinkPayment, PaymentSummary } from './payment.ts'
export { paymentRow } from './payment-row.ts'
export { findCheckout, pendingCheckoutOfLinks } from './queries/checkouts.ts'
export { paymentsOfLink } from './queries/payments.ts'
export { rowsOfCheckout } from './queries/rows.ts'
export { paymentRoutes } from './routes.ts'
export { decideSandboxCharge } from './sandbox-page.ts'
export { linksPerCheckoutMax, type NewCheckout, type StartedCheckout, startCheckout } from './start.ts'
