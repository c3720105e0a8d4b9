import type { Speech } from '../speech.ts'
import type { Bill, PaymentPage } from './models.ts'
import { TransferData } from './transfer-data.tsx'

/** No way to pay online: what to put into an ordinary transfer, so that nobody is left at a dead end. */
export function ManualTransfer({
  speech,
  page,
  chosen,
}: {
  speech: Speech
  page: PaymentPage
  chosen: Bill[]
}) {
  const transfers = transfersOf(page, chosen)
  return (
    <section className="card manual" aria-labelledby="manual">
      <h2 id="manual">{speech.say('manual.title')}</h2>
      <p className="fine">{speech.say('manual.lead')}</p>
      {transfers.length > 1 && <p className="fine">{speech.say('manual.several')}</p>}
      {transfers.map((transfer) => (
        <TransferData key={transfer.account} speech={speech} transfer={transfer} />
      ))}
    </section>
  )
}

/** Characters that a Polish transfer’s title holds. */
const titleLengthMax = 140

/** One transfer pays the bills of one account. Its title begins with what the biller finds the payer by. */
function transfersOf({ userId, currency }: PaymentPage, bills: Bill[]): TransferData[] {
  const transfers = new Map<string, TransferData>()
  for (const { payee: recipient, account, title, amount } of bills) {
    const known = transfers.get(account)
    const text = known ? `${known.title}, ${title}` : `ID ${userId} ${title}`
    transfers.set(account, {
      recipient,
      account,
      title: [...text].slice(0, titleLengthMax).join(''),
      amount: amount + (known?.amount ?? 0n),
      currency,
    })
  }
  return [...transfers.values()]
}
