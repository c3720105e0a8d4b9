import type { Speech } from '../speech.ts'
import { Pair } from './parts.tsx'

/** What goes into the fields of a bank’s transfer form. */
export interface TransferData {
  recipient: string
  /** 26 digits or an IBAN. */
  account: string
  title: string
  /** Minor units. */
  amount: bigint
  currency: string
}

/** Each beside a button that copies what the bank’s field takes: an account without spaces, an amount without a unit. */
export function TransferData({ speech, transfer }: { speech: Speech; transfer: TransferData }) {
  const { recipient, account, title, amount, currency } = transfer
  const { say } = speech
  const iban = /^[A-Z]/.test(account)
  return (
    <dl className="kv">
      <Copied speech={speech} term={say('manual.payee')} text={recipient} />
      <Copied
        speech={speech}
        term={say(iban ? 'transfer.iban' : 'manual.account')}
        text={iban ? groupedIban(account) : groupedAccount(account)}
        value={account}
      />
      <Copied speech={speech} term={say('manual.transferTitle')} text={title} />
      <Copied
        speech={speech}
        term={say('manual.amount')}
        text={speech.money(amount, currency)}
        value={decimalText(amount)}
      />
    </dl>
  )
}

/** The button works by script only, and only the script shows it; without it one press marks the text. */
function Copied({
  speech,
  term,
  text,
  value,
}: {
  speech: Speech
  term: string
  text: string
  value?: string
}) {
  return (
    <Pair term={term}>
      <span className="copy">
        <span className="all">{text}</span>
        <button
          type="button"
          className="second"
          hidden
          data-copy={speech.say('manual.copied')}
          data-value={value}
          aria-label={speech.say('manual.copyWhat', { what: term })}
        >
          {speech.say('manual.copy')}
        </button>
      </span>
    </Pair>
  )
}

/** `28 1161 0238 …`, as banks print it. */
function groupedAccount(account: string): string {
  return account.replace(/^(\d{2})/, '$1 ').replace(/(\d{4})(?=\d)/g, '$1 ')
}

/** `PL28 1161 0238 …` */
function groupedIban(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, '$1 ')
}

/** `1234,50`, as Polish banks’ forms take it whatever language the page is in. */
function decimalText(minorUnits: bigint): string {
  const digits = String(minorUnits).padStart(3, '0')
  return `${digits.slice(0, -2)},${digits.slice(-2)}`
}
