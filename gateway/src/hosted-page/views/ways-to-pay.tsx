import type { Channel } from '@bill-gateway/contract'
import type { Speech } from '../speech.ts'
import type { Bill, PaymentPage } from './models.ts'
import { Icon, shortAccount } from './parts.tsx'

interface Props {
  speech: Speech
  page: PaymentPage
  chosen: Bill[]
  total: bigint
}

/** The ways to pay as radio buttons; the open one shows its field and the button. */
export function WaysToPay({ speech, page, chosen, total }: Props) {
  const problem = page.problems.find(({ field }) => field === 'channel')
  return (
    <form className="card" method="post" action={page.action} noValidate data-pay="">
      <input type="hidden" name="form" value={page.formToken} />
      <input type="hidden" name="bills" value={chosen.map(({ key }) => key).join(' ')} />
      <input type="hidden" name="amount" value={String(total)} />
      <fieldset aria-describedby={problem && 'm-err'}>
        <legend>
          <h2>{speech.say('ways.title')}</h2>
        </legend>
        {problem && (
          <p className="err" id="m-err">
            {speech.say(problem.text)}
          </p>
        )}
        <div className="methods">
          {page.channels.map((channel) => (
            <Way key={channel} channel={channel} speech={speech} page={page} total={total} />
          ))}
        </div>
      </fieldset>
      <Payees speech={speech} chosen={chosen} />
      {page.termsUrl && (
        <p className="fine terms">
          <a href={page.termsUrl} rel="noreferrer">
            {speech.say('pay.terms')}
          </a>
        </p>
      )}
    </form>
  )
}

function Way({ channel, speech, page, total }: Omit<Props, 'chosen'> & { channel: Channel }) {
  const id = `m-${channel}`
  return (
    <div className="m">
      <input type="radio" name="channel" id={id} value={channel} defaultChecked={channel === page.channel} />
      <label htmlFor={id}>
        <span>
          {speech.say(`${channel}.name`)}
          <small>{speech.say(`${channel}.hint`)}</small>
        </span>
        {channel === 'blik' ? (
          <span className="tag" aria-hidden="true">
            BLIK
          </span>
        ) : (
          <Icon name={channel} />
        )}
      </label>
      <div className="body">
        {channel === 'blik' && <BlikField speech={speech} page={page} />}
        {channel === 'bank' && page.banks.length > 0 && <BankField speech={speech} page={page} />}
        {channel !== 'blik' && <p>{speech.say(`${channel}.after`)}</p>}
        <button
          className="pay"
          type="submit"
          data-say={channel === 'transfer' ? undefined : speech.say('pay.button', { amount: '#' })}
          data-busy={speech.say(channel === 'transfer' ? 'transfer.busy' : 'pay.busy')}
        >
          {channel === 'transfer'
            ? speech.say('transfer.button')
            : speech.say('pay.button', { amount: speech.money(total, page.currency) })}
        </button>
        {channel === 'blik' && (
          <p id="blik-after">
            {speech.say('blik.after')} {page.blikHint && speech.say('blik.test', { code: page.blikHint })}
          </p>
        )}
      </div>
    </div>
  )
}

function BlikField({ speech, page }: { speech: Speech; page: PaymentPage }) {
  const problem = page.problems.find(({ field }) => field === 'blik')
  return (
    <>
      <label htmlFor="blik">{speech.say('blik.label')}</label>
      {problem && (
        <p className="err" id="blik-err">
          {speech.say(problem.text)}
        </p>
      )}
      <input
        className="code"
        id="blik"
        name="code"
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={9}
        defaultValue={page.blikCode}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? 'blik-err blik-after' : 'blik-after'}
        data-code=""
      />
    </>
  )
}

/** The names of the method’s banks; who chooses none chooses at the method. */
function BankField({ speech, page }: { speech: Speech; page: PaymentPage }) {
  const problem = page.problems.find(({ field }) => field === 'bank')
  return (
    <>
      <label htmlFor="bank">{speech.say('bank.label')}</label>
      {problem && (
        <p className="err" id="bank-err">
          {speech.say(problem.text)}
        </p>
      )}
      <select
        className="choice"
        id="bank"
        name="bank"
        defaultValue={page.bank}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? 'bank-err' : undefined}
      >
        <option value="">{speech.say('bank.any')}</option>
        {page.banks.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </>
  )
}

function Payees({ speech, chosen }: { speech: Speech; chosen: Bill[] }) {
  const payees = new Map(chosen.map((bill) => [`${bill.payee} ${bill.account}`, bill]))
  return [...payees.entries()].map(([key, { payee, account }]) => (
    <p key={key} className="fine">
      {speech.say('pay.payee', { who: payee, account: shortAccount(account) })}
    </p>
  ))
}
