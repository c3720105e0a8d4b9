import type { Speech } from '../speech.ts'
import type { Bill, PaymentPage } from './models.ts'
import { groupedAccount, Pair } from './parts.tsx'

interface Transfer {
  payee: string
  account: string
  title: string
  amount: bigint
}

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
  const transfers = transfersOf(page.userId, chosen)
  return (
    <section className="card manual" aria-labelledby="manual">
      <h2 id="manual">{speech.say('manual.title')}</h2>
      <p className="fine">{speech.say('manual.lead')}</p>
      {transfers.length > 1 && <p className="fine">{speech.say('manual.several')}</p>}
      {transfers.map((transfer) => (
        <dl key={transfer.account + transfer.payee} className="kv">
          <Copied speech={speech} term={speech.say('manual.payee')} text={transfer.payee} />
          <Copied
            speech={speech}
            term={speech.say('manual.account')}
            text={groupedAccount(transfer.account)}
          />
          <Copied speech={speech} term={speech.say('manual.transferTitle')} text={transfer.title} />
          <Copied
            speech={speech}
            term={speech.say('manual.amount')}
            text={speech.money(transfer.amount, page.currency)}
          />
        </dl>
      ))}
    </section>
  )
}

/** The button works by script only, and only the script shows it. */
function Copied({ speech, term, text }: { speech: Speech; term: string; text: string }) {
  return (
    <Pair term={term}>
      <span className="copy">
        <span>{text}</span>
        <button
          type="button"
          className="second"
          hidden
          data-copy={speech.say('manual.copied')}
          aria-label={speech.say('manual.copyWhat', { what: term })}
        >
          {speech.say('manual.copy')}
        </button>
      </span>
    </Pair>
  )
}

/** Characters that a Polish transfer’s title holds. */
const titleLengthMax = 140

/** One transfer pays the bills of one account. Its title begins with what the biller finds the payer by. */
function transfersOf(userId: string, bills: Bill[]): Transfer[] {
  const transfers = new Map<string, Transfer>()
  for (const { payee, account, title, amount } of bills) {
    const known = transfers.get(account)
    const text = known ? `${known.title}, ${title}` : `ID ${userId} ${title}`
    transfers.set(account, {
      payee,
      account,
      title: [...text].slice(0, titleLengthMax).join(''),
      amount: amount + (known?.amount ?? 0n),
    })
  }
  return [...transfers.values()]
}
