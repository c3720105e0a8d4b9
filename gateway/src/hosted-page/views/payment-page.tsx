import type { Speech } from '../speech.ts'
import { Bills } from './bills.tsx'
import { ManualTransfer } from './manual-transfer.tsx'
import type { PaymentPage } from './models.ts'
import { Notices } from './parts.tsx'
import { ReceiptFolded } from './receipt.tsx'
import { WaysToPay } from './ways-to-pay.tsx'

/** One amount, one way to pay already open, one button. */
export function PaymentPageView({ speech, page }: { speech: Speech; page: PaymentPage }) {
  const chosen = page.bills.filter((bill) => bill.chosen)
  const total = chosen.reduce((sum, bill) => sum + bill.amount, 0n)
  return (
    <main id="main" className="two" tabIndex={-1}>
      {page.problems.length > 0 && <Problems speech={speech} page={page} />}
      <Notices speech={speech} notices={page.notices} />
      {page.receipt && <ReceiptFolded speech={speech} receipt={page.receipt} />}
      <section className="card" aria-labelledby="sum">
        <h1 id="sum">
          <span className="label">{speech.say('pay.amount')}</span>{' '}
          <span className="amount" data-total={page.currency}>
            {speech.money(total, page.currency)}
          </span>
        </h1>
        <Bills speech={speech} page={page} chosen={chosen} />
        {page.payer && <p className="fine">{speech.say('pay.payer', { name: page.payer })}</p>}
      </section>
      {page.channels.length > 0 ? (
        <WaysToPay speech={speech} page={page} chosen={chosen} total={total} />
      ) : (
        <ManualTransfer speech={speech} page={page} chosen={chosen} />
      )}
    </main>
  )
}

const fieldIds = { blik: 'blik', bank: 'bank', channel: 'm-blik', bills: 'what' } as const

function Problems({ speech, page }: { speech: Speech; page: PaymentPage }) {
  return (
    <div className="errors wide" role="alert" id="errors" tabIndex={-1}>
      <h2>{speech.say(page.problemTitle)}</h2>
      {page.problems.map(({ field, text, values }) =>
        field ? (
          <ul key={text}>
            <li>
              <a href={`#${fieldIds[field]}`}>{speech.say(text, values)}</a>
            </li>
          </ul>
        ) : (
          <p key={text}>{speech.say(text, values)}</p>
        ),
      )}
    </div>
  )
}
