import type { Speech } from '../speech.ts'
import type { Notice, Receipt } from './models.ts'
import { Icon, Notices, Pair } from './parts.tsx'

interface Props {
  speech: Speech
  receipt: Receipt
}

interface Before {
  /** Of a payment that was there before the payer came. */
  before?: boolean
  notices?: Notice[]
}

/** The proof of a payment, to be kept or printed. */
export function ReceiptView({ speech, receipt, before = false, notices = [] }: Props & Before) {
  const { money, say } = speech
  const who = receipt.payee
  return (
    <main id="main" className="one" tabIndex={-1}>
      <Notices speech={speech} notices={[...notices, ...surprises(speech, receipt)]} />
      <section className="card state">
        <div className="ring good">
          <Icon name="done" size={38} />
        </div>
        <h1 tabIndex={-1}>
          {before
            ? say('notice.paidPlain')
            : say('paid.title', { amount: money(receipt.amount, receipt.currency) })}
        </h1>
        {(before || receipt.returned === 0n) && (
          <p className="label">
            {before
              ? say('paid.before', { day: speech.date(receipt.paidAt), reference: receipt.reference })
              : say('paid.lead', { who })}
          </p>
        )}
        <Details speech={speech} receipt={receipt} />
        <PrintButton speech={speech} />
      </section>
    </main>
  )
}

/** The same, folded under a notice on a page that asks for what else is owed. */
export function ReceiptFolded({ speech, receipt }: Props) {
  return (
    <details className="card wide folded">
      <summary>{speech.say('paid.receipt')}</summary>
      <Details speech={speech} receipt={receipt} />
      <PrintButton speech={speech} />
    </details>
  )
}

function Details({ speech, receipt }: Props) {
  const { money, say } = speech
  return (
    <dl className="kv">
      <Pair term={say('paid.to')}>{receipt.payee}</Pair>
      <div>
        <dt>{say('paid.for')}</dt>
        <dd className="lines">
          {receipt.lines.map(({ title, amount }) =>
            receipt.lines.length > 1 ? (
              <span key={title}>
                <span>{title}</span>
                <span>{money(amount, receipt.currency)}</span>
              </span>
            ) : (
              title
            ),
          )}
        </dd>
      </div>
      <Pair term={say('paid.amount')}>{money(receipt.amount, receipt.currency)}</Pair>
      {receipt.returned > 0n && (
        <Pair term={say('paid.back')}>{money(receipt.returned, receipt.currency)}</Pair>
      )}
      <Pair term={say('paid.when')}>{speech.moment(receipt.paidAt)}</Pair>
      <Pair term={say('paid.how')}>{say(`${receipt.channel}.name`)}</Pair>
      <Pair term={say('paid.reference')}>{receipt.reference}</Pair>
    </dl>
  )
}

/** Works by script only, and only the script shows it; without it the browser’s own print does the same. */
function PrintButton({ speech }: { speech: Speech }) {
  return (
    <div className="actions" hidden data-print="">
      <button type="button" className="second">
        {speech.say('paid.print')}
      </button>
    </div>
  )
}

/** Where the money was not what was asked, or came twice, the payer is told before anything else. */
function surprises(speech: Speech, receipt: Receipt): Notice[] {
  const { amount, asked, unallocated, returned, returning, currency } = receipt
  const notices: Notice[] = [...returns(speech, receipt)]
  const over = unallocated - returned - returning
  const values = { amount: speech.money(amount, currency), asked: speech.money(asked ?? amount, currency) }
  if (asked !== null) notices.push({ tone: 'warn', text: 'paid.different', values })
  if (over === amount) notices.push({ tone: 'warn', text: 'notice.overpaid', values: { who: receipt.payee } })
  else if (over > 0n)
    notices.push({
      tone: 'warn',
      text: 'paid.overpaid',
      values: { who: receipt.payee, amount: speech.money(over, currency) },
    })
  return notices
}

/** What went back to the payer, or is on its way. */
function returns(speech: Speech, { amount, returned, returning, currency }: Receipt): Notice[] {
  const notices: Notice[] = []
  const values = { amount: speech.money(returned, currency) }
  if (returned === amount) notices.push({ tone: 'info', text: 'paid.returnedAll' })
  else if (returned > 0n) notices.push({ tone: 'info', text: 'paid.returned', values })
  if (returning > 0n)
    notices.push({
      tone: 'info',
      text: 'paid.returning',
      values: { amount: speech.money(returning, currency) },
    })
  return notices
}
