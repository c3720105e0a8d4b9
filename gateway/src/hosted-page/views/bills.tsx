import type { Speech } from '../speech.ts'
import { daysBetween } from '../speech.ts'
import type { Bill, PaymentPage } from './models.ts'

interface Props {
  speech: Speech
  page: PaymentPage
  chosen: Bill[]
}

/** What is paid: the one bill, a fixed list, or a choice that folds on a phone. */
export function Bills({ speech, page, chosen }: Props) {
  const [first] = chosen
  const problem = page.problems.find(({ field }) => field === 'bills')
  return (
    <>
      {first && (
        <p className={`due ${urgency(first, page.today)}`} data-due="">
          {speech.due(first.due, page.today)}
        </p>
      )}
      {problem && <p className="err">{speech.say(problem.text, problem.values)}</p>}
      {page.bills.length === 1 && first ? (
        <OneBill speech={speech} page={page} bill={first} />
      ) : page.choosing ? (
        <Choice speech={speech} page={page} chosen={chosen} open={problem !== undefined} />
      ) : (
        <FixedList speech={speech} page={page} />
      )}
    </>
  )
}

function urgency(bill: Bill, today: string): string {
  const days = daysBetween(today, bill.due)
  return days < 0 ? 'late' : days === 0 ? 'soon' : ''
}

function OneBill({ speech, page, bill }: { speech: Speech; page: PaymentPage; bill: Bill }) {
  return (
    <div className="single">
      {bill.title}
      {bill.askedAmount !== null && <p className="fine">{partly(speech, page, bill)}</p>}
    </div>
  )
}

function partly(speech: Speech, page: PaymentPage, { amount, askedAmount }: Bill): string {
  const asked = askedAmount ?? amount
  return speech.say('notice.partly', {
    paid: speech.money(asked - amount, page.currency),
    asked: speech.money(asked, page.currency),
    open: speech.money(amount, page.currency),
  })
}

function FixedList({ speech, page }: { speech: Speech; page: PaymentPage }) {
  return (
    <ul className="bills what">
      {page.bills.map((bill) => (
        <li key={bill.key} className="row">
          <BillText speech={speech} page={page} bill={bill} />
          <b>{speech.money(bill.amount, page.currency)}</b>
        </li>
      ))}
    </ul>
  )
}

/**
 * The choice is a form of its own that asks for the page again: without script the button always says what
 * will be paid. The script does the same sums at once and takes the button away.
 */
function Choice({ speech, page, chosen, open }: Props & { open: boolean }) {
  const all = page.bills.length
  return (
    <>
      <details className="what" id="what" open={open}>
        <summary>
          <span
            data-chosen={speech.say('bills.chosen', { count: '#', all })}
            data-all={speech.say('bills.count', { count: all })}
          >
            {chosenText(speech, chosen, all)}
          </span>
          <span>{speech.say('bills.change')}</span>
        </summary>
        <form method="get" data-choice="">
          {page.keepLanguage && <input type="hidden" name="lang" value={speech.language} />}
          <input type="hidden" name="chosen" value="1" />
          <fieldset>
            <legend className="vh">{speech.say('bills.legend')}</legend>
            <ul className="bills">
              {page.bills.map((bill) => (
                <BillChoice key={bill.key} speech={speech} page={page} bill={bill} />
              ))}
            </ul>
          </fieldset>
          <div className="actions" data-recount="">
            <p className="fine">{speech.say('bills.recountHint')}</p>
            <button className="second" type="submit">
              {speech.say('bills.recount')}
            </button>
          </div>
        </form>
      </details>
      <More speech={speech} page={page} />
    </>
  )
}

function chosenText(speech: Speech, chosen: Bill[], all: number): string {
  if (chosen.length === all) return speech.say('bills.count', { count: all })
  const [only] = chosen
  if (only && chosen.length === 1) return only.title
  return speech.say('bills.chosen', { count: chosen.length, all })
}

function BillChoice({ speech, page, bill }: { speech: Speech; page: PaymentPage; bill: Bill }) {
  return (
    <li>
      <label className={bill.processing ? 'off' : undefined}>
        <input
          type="checkbox"
          name="bill"
          value={bill.key}
          defaultChecked={bill.chosen}
          disabled={bill.processing}
          data-amount={String(bill.amount)}
        />
        <BillText speech={speech} page={page} bill={bill} />
        <b>{speech.money(bill.amount, page.currency)}</b>
      </label>
    </li>
  )
}

function BillText({ speech, page, bill }: { speech: Speech; page: PaymentPage; bill: Bill }) {
  return (
    <span>
      {bill.title}
      {bill.processing ? (
        <small>{speech.say('bills.processing')}</small>
      ) : (
        <small className={urgency(bill, page.today) || undefined}>{speech.due(bill.due, page.today)}</small>
      )}
      {bill.askedAmount !== null && (
        <small>
          {speech.say('bills.partly', {
            paid: speech.money(bill.askedAmount - bill.amount, page.currency),
            asked: speech.money(bill.askedAmount, page.currency),
          })}
        </small>
      )}
    </span>
  )
}

/** “You have 1 more bill: … — add” */
function More({ speech, page }: { speech: Speech; page: PaymentPage }) {
  const others = page.bills.filter((bill) => !bill.chosen && !bill.processing)
  if (others.length === 0) return null
  const amount = others.reduce((sum, bill) => sum + bill.amount, 0n)
  const language = page.keepLanguage ? `&lang=${speech.language}` : ''
  return (
    <p className="more">
      <a href={`?type=balance${language}`} data-add="">
        {speech.say('bills.more', { count: others.length, amount: speech.money(amount, page.currency) })}
      </a>
    </p>
  )
}
