import type { SandboxOutcome } from '@bill-gateway/contract'
import type { Speech } from '../speech.ts'
import type { SandboxPage } from './models.ts'
import { Pair } from './parts.tsx'

const others = [
  'slow',
  'late',
  'twice',
  'early',
  'silent',
  'wrong-amount',
  'expired',
] as const satisfies SandboxOutcome[]

/** Plainly not a bank: nothing is typed here, buttons choose how the payment ends. */
export function SandboxView({ speech, page }: { speech: Speech; page: SandboxPage }) {
  const { say } = speech
  return (
    <main id="main" className="one" tabIndex={-1}>
      <form className="card" method="post" action={page.action}>
        <div className="sim">
          <strong>{say(`sandbox.${page.channel}`)}</strong>
        </div>
        <p>{say('sandbox.notReal')}</p>
        <dl className="kv">
          <Pair term={say('paid.to')}>{page.payee}</Pair>
          <Pair term={say('manual.transferTitle')}>{page.title}</Pair>
          <Pair term={say('paid.amount')}>{speech.money(page.amount, page.currency)}</Pair>
        </dl>
        {page.decided ? <Decided speech={speech} page={page} /> : <Outcomes speech={speech} page={page} />}
      </form>
    </main>
  )
}

function Decided({ speech, page }: { speech: Speech; page: SandboxPage }) {
  return (
    <div className="actions">
      <h1>{speech.say('sandbox.decided')}</h1>
      <a className="pay" href={page.returnUrl}>
        {speech.say('sandbox.return')}
      </a>
    </div>
  )
}

function Outcomes({ speech, page }: { speech: Speech; page: SandboxPage }) {
  const { say } = speech
  return (
    <div className="actions">
      <h1>{say('sandbox.question')}</h1>
      <button className="pay" type="submit" name="outcome" value="paid">
        {say('sandbox.paid')} {speech.money(page.amount, page.currency)}
      </button>
      <button className="second" type="submit" name="outcome" value="refused">
        {say('sandbox.refused')}
      </button>
      <details className="what">
        <summary>{say('sandbox.others')}</summary>
        <div className="actions">
          {others.map((outcome) => (
            <button key={outcome} className="second" type="submit" name="outcome" value={outcome}>
              {say(`sandbox.${outcome}`)}
            </button>
          ))}
        </div>
      </details>
      <a className="second" href={page.returnUrl}>
        {say('sandbox.back')}
      </a>
    </div>
  )
}
