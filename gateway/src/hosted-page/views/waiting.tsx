import type { Speech } from '../speech.ts'
import type { Biller, Waiting } from './models.ts'
import { Icon } from './parts.tsx'

interface Props {
  speech: Speech
  waiting: Waiting
  biller: Biller | null
}

/** Says what is awaited, how long it may take, and what to do if it lasts. */
export function WaitingView({ speech, waiting, biller }: Props) {
  const { say } = speech
  const { kind } = waiting
  const phone = biller?.phone
  const time = speech.clock(waiting.since)
  return (
    <main
      id="main"
      className="one"
      tabIndex={-1}
      data-events={waiting.events ?? undefined}
      data-state={waiting.state}
    >
      <section className="card state">
        <div className={`ring ${['unfinished', 'lost', 'held'].includes(kind) ? 'warn' : 'live'}`}>
          <Icon name={kind === 'blik' ? 'phone' : 'wait'} size={38} />
        </div>
        <h1 tabIndex={-1}>{say(waitingTitles[kind])}</h1>
        <p className="amount">{speech.money(waiting.amount, waiting.currency)}</p>
        {kind === 'blik' && <Blik speech={speech} waiting={waiting} />}
        {kind === 'bank' && <p>{say('wait.bankLead')}</p>}
        {kind === 'long' && <p>{say('wait.longLead', { time })}</p>}
        {kind === 'over' && <p>{say('wait.blikDone')}</p>}
        {kind === 'held' && <p>{say('wait.heldLead', { who: biller?.name ?? '' })}</p>}
        {kind === 'bank' && <p className="label">{say('wait.checking', { time })}</p>}
        {kind === 'held' && phone && <p className="label">{say('wait.heldHelp', { phone })}</p>}
        {kind === 'long' && phone && <p className="label">{say('wait.help', { phone })}</p>}
        {kind === 'unfinished' && <Unfinished speech={speech} waiting={waiting} />}
        {kind === 'leaving' && <Leaving speech={speech} waiting={waiting} />}
        {kind === 'lost' && <Lost speech={speech} waiting={waiting} />}
        {waiting.events && ['blik', 'over', 'bank', 'long'].includes(kind) && (
          <WhereTheResultIs speech={speech} />
        )}
      </section>
    </main>
  )
}

export const waitingTitles = {
  blik: 'wait.blikTitle',
  over: 'wait.bankTitle',
  bank: 'wait.bankTitle',
  long: 'wait.longTitle',
  held: 'wait.heldTitle',
  unfinished: 'wait.goTitle',
  leaving: 'wait.leaveTitle',
  lost: 'wait.lostTitle',
} as const

function Blik({ speech, waiting }: { speech: Speech; waiting: Waiting }) {
  const { say } = speech
  return (
    <>
      <p className="left" role="timer">
        <span
          data-left={waiting.secondsLeft}
          data-say={say('wait.blikLead', { left: '#' })}
          data-over={say('wait.blikDone')}
        >
          {say('wait.blikLead', { left: minutesText(waiting.secondsLeft) })}
        </span>
      </p>
      <progress
        aria-label={say('wait.progress')}
        max={waiting.secondsInAll}
        value={Math.min(waiting.secondsLeft, waiting.secondsInAll)}
      />
      <ol className="steps">
        <li>{say('wait.blikSteps1')}</li>
        <li>{say('wait.blikSteps2', { amount: speech.money(waiting.amount, waiting.currency) })}</li>
        <li>{say('wait.blikSteps3')}</li>
      </ol>
    </>
  )
}

/** `0:52` */
function minutesText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function Unfinished({ speech, waiting }: { speech: Speech; waiting: Waiting }) {
  return (
    <>
      <p>{speech.say('wait.goLead')}</p>
      {waiting.goOn && (
        <div className="actions">
          <a className="pay" href={waiting.goOn} rel="noreferrer">
            {speech.say(waiting.channel === 'card' ? 'wait.goCard' : 'wait.go')}
          </a>
          {waiting.other && (
            <a className="second" href={waiting.other}>
              {speech.say('wait.other')}
            </a>
          )}
        </div>
      )}
    </>
  )
}

/** The page goes on by itself; the button is for whom it does not. */
function Leaving({ speech, waiting }: { speech: Speech; waiting: Waiting }) {
  return (
    <>
      <p>{speech.say('wait.leaveLead')}</p>
      {waiting.goOn && (
        <div className="actions">
          <a className="pay" href={waiting.goOn} rel="noreferrer">
            {speech.say(waiting.channel === 'card' ? 'wait.goCard' : 'wait.go')}
          </a>
        </div>
      )}
    </>
  )
}

function Lost({ speech, waiting }: { speech: Speech; waiting: Waiting }) {
  return (
    <>
      <p>{speech.say('wait.lostLead')}</p>
      {waiting.other && (
        <div className="actions">
          <a className="pay" href={waiting.other}>
            {speech.say('wait.again')}
          </a>
        </div>
      )}
    </>
  )
}

function WhereTheResultIs({ speech }: { speech: Speech }) {
  return (
    <>
      <p className="fine" hidden data-script="">
        {speech.say('wait.here')}
      </p>
      <noscript>
        <p className="fine">{speech.say('wait.hereReload')}</p>
      </noscript>
    </>
  )
}
