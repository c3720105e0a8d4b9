import { drawPlainPayment } from './plain-payment.ts'
import { type Frame, renderPage } from './render.tsx'
import { MessageView } from './views/message.tsx'
import type {
  Message,
  Notice,
  PaymentPage,
  Receipt,
  SandboxPage,
  TransferPage,
  Waiting,
} from './views/models.ts'
import { PaymentPageView } from './views/payment-page.tsx'
import { ReceiptView } from './views/receipt.tsx'
import { SandboxView } from './views/sandbox.tsx'
import { TransferView } from './views/transfer.tsx'
import { WaitingView, waitingTitles } from './views/waiting.tsx'

/** Whole pages out of plain facts: every state of every page can be drawn without a database. */

export function drawPayment(frame: Frame, page: PaymentPage): string | Buffer {
  return drawPlainPayment(frame, page, drawPaymentInFull) ?? drawPaymentInFull(frame, page)
}

export function drawPaymentInFull(frame: Frame, page: PaymentPage): string {
  const { speech } = frame
  const amount = page.bills.reduce((sum, bill) => (bill.chosen ? sum + bill.amount : sum), 0n)
  const what = speech.say('pay.title', { amount: speech.money(amount, page.currency) })
  return renderPage(frame, titled(frame, what), <PaymentPageView speech={speech} page={page} />)
}

export function drawReceipt(frame: Frame, receipt: Receipt, notices: Notice[] = []): string {
  const { speech } = frame
  const what = speech.say('paid.title', { amount: speech.money(receipt.amount, receipt.currency) })
  const view = <ReceiptView speech={speech} receipt={receipt} notices={notices} />
  return renderPage(frame, titled(frame, what), view)
}

/** The receipt of a bill that was paid before the payer came. */
export function drawPaidBefore(frame: Frame, receipt: Receipt, notices: Notice[] = []): string {
  const { speech } = frame
  const view = <ReceiptView speech={speech} receipt={receipt} notices={notices} before />
  return renderPage(frame, titled(frame, speech.say('notice.paidPlain')), view)
}

export function drawWaiting(frame: Frame, waiting: Waiting): string {
  const { speech, biller } = frame
  return renderPage(
    frame,
    titled(frame, speech.say(waitingTitles[waiting.kind])),
    <WaitingView speech={speech} waiting={waiting} biller={biller} />,
  )
}

export function drawTransfer(frame: Frame, page: TransferPage): string {
  const { speech } = frame
  const amount = speech.money(page.amount, page.currency)
  const what = `${speech.say('transfer.name')}, ${amount}`
  return renderPage(frame, titled(frame, what), <TransferView speech={speech} page={page} />)
}

export function drawMessage(frame: Frame, message: Message): string {
  const { speech } = frame
  return renderPage(
    frame,
    titled(frame, speech.say(message.title)),
    <MessageView speech={speech} message={message} />,
  )
}

export function drawSandbox(frame: Frame, page: SandboxPage): string {
  const { speech } = frame
  return renderPage(
    frame,
    titled(frame, speech.say(`sandbox.${page.channel}`)),
    <SandboxView speech={speech} page={page} />,
  )
}

function titled({ speech, biller }: Frame, what: string): string {
  return biller ? speech.say('documentTitle', { what, who: biller.name }) : what
}
