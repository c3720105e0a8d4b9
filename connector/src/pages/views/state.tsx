import { customerHref, hrefOf } from '../href.ts'
import type { Speech } from '../speech.ts'
import type { Pass, Work } from '../state/passes.ts'
import type { Queue } from '../state/queries.ts'
import { type Frame, Heading, type Notice, Notices } from './frame.tsx'
import { Cell, Head, Row, Table } from './table.tsx'

export interface FindingView {
  level: 'ok' | 'warning' | 'problem'
  code: string
  says: string
  mend: string
  /** Of the two sentences. */
  language: string
}

export interface RefusedView {
  id: number
  kind: 'link' | 'payment' | 'statement'
  customerId: number | null
  /** The document's number, else what the row is called. */
  document: string
  field: string
  says: string
  since: number
}

export interface StateView {
  /** `slow`: they did not come in time; `away`: there is nobody to ask. */
  findings: FindingView[] | 'slow' | 'away'
  work: Work
  /** Now, and whether `watch` was heard of lately. */
  alive: boolean
  queue: Queue
  refused: { rows: RefusedView[]; count: number }
  /** Whether the operator may open the list of payments. */
  mayOpenPayments: boolean
}

export function StatePage({ frame, view }: { frame: Frame; view: StateView }) {
  const { speech } = frame
  return (
    <>
      <Heading title={speech.say('state.title')} lead={speech.say('state.lead')} />
      <section>
        <h2>{speech.say('findings.title')}</h2>
        <Findings speech={speech} findings={view.findings} />
      </section>
      <section>
        <h2>{speech.say('queue.title')}</h2>
        <Counts frame={frame} view={view} />
      </section>
      <section>
        <h2>{speech.say('passes.title')}</h2>
        <Watch speech={speech} view={view} />
        <Passes speech={speech} passes={view.work.passes} />
      </section>
      <section id="refused">
        <h2>{speech.say('refused.title')}</h2>
        <Refused speech={speech} refused={view.refused} />
      </section>
    </>
  )
}

function Findings({ speech, findings }: { speech: Speech; findings: StateView['findings'] }) {
  if (typeof findings === 'string') {
    return <Notices notices={[{ tone: 'warn', text: speech.say(`findings.${findings}`) }]} />
  }
  const bad = findings.filter(({ level }) => level !== 'ok')
  const fine = findings.filter(({ level }) => level === 'ok')
  const good: Notice[] = [
    { tone: 'good', text: speech.say('findings.good', { count: speech.number(fine.length) }) },
  ]
  return (
    <>
      {bad.length === 0 && <Notices notices={good} />}
      <ul className="findings">
        {bad.map((finding) => (
          <Finding key={`${finding.code} ${finding.says}`} speech={speech} finding={finding} />
        ))}
      </ul>
      {fine.length > 0 && (
        <details>
          <summary>{speech.say('findings.fine', { count: speech.number(fine.length) })}</summary>
          <ul>
            {fine.map(({ code, says, language }) => (
              <li key={`${code} ${says}`} lang={language}>
                {says}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function Finding({ speech, finding }: { speech: Speech; finding: FindingView }) {
  const { level, says, mend, language } = finding
  return (
    <li className={`note ${level === 'problem' ? 'bad' : 'warn'}`}>
      <span className={`tag ${level === 'problem' ? 'stop' : 'wait'}`}>{speech.say(`level.${level}`)}</span>{' '}
      <b className="lines" lang={language}>
        {says}
      </b>
      {mend && (
        <p>
          {speech.say('findings.mend', { mend: '' })}
          <span className="lines" lang={language}>
            {mend}
          </span>
        </p>
      )}
    </li>
  )
}

function Counts({ frame, view }: { frame: Frame; view: StateView }) {
  const { speech, keep } = frame
  const { queue, refused } = view
  const payments = (state: string) => hrefOf('payments', { state, ...keep })
  const counts = [
    { key: 'queue.open', count: queue.payments.open, href: payments('open') },
    { key: 'queue.awaited', count: queue.payments.awaited, href: payments('awaited') },
    { key: 'queue.kept', count: queue.payments.kept, href: payments('kept') },
    { key: 'queue.refused', count: refused.count, href: '#refused' },
    { key: 'queue.dirty', count: queue.dirty, href: '' },
    { key: 'queue.links', count: queue.activeLinks, href: '' },
  ] as const
  return (
    <ul className="counts">
      {counts.map(({ key, count, href }) => {
        const opens = href !== '' && count > 0 && (view.mayOpenPayments || href.startsWith('#'))
        return (
          <li key={key}>
            <span id={key.replace('.', '-')}>{speech.say(key)}</span>
            <b>
              {opens ? (
                <a href={href} aria-describedby={key.replace('.', '-')}>
                  {speech.number(count)}
                </a>
              ) : (
                speech.number(count)
              )}
            </b>
          </li>
        )
      })}
    </ul>
  )
}

function Watch({ speech, view }: { speech: Speech; view: StateView }) {
  const { aliveAt, stream } = view.work
  if (aliveAt === undefined) return <p>{speech.say('watch.never')}</p>
  const at = speech.moment(aliveAt)
  if (!view.alive) {
    return <Notices notices={[{ tone: 'bad', text: speech.say('watch.silent', { at }) }]} />
  }
  return (
    <p>
      {speech.say('watch.alive', { at })}{' '}
      {stream &&
        speech.say(stream.state === 'open' ? 'stream.open' : 'stream.away', { at: speech.moment(stream.at) })}
    </p>
  )
}

function Passes({ speech, passes }: { speech: Speech; passes: Pass[] }) {
  const columns = ['passes.what', 'passes.when', 'passes.took', 'passes.result'] as const
  const head = columns.map((key) => <Head key={key}>{speech.say(key)}</Head>)
  return (
    <Table head={head}>
      {passes.map(({ name, at, ms, ok, says }) => (
        <Row key={name}>
          <Cell label={speech.say('passes.what')}>{speech.say(`pass.${name}`)}</Cell>
          <Cell label={speech.say('passes.when')} className="day">
            {at === undefined ? speech.say('pass.never') : speech.moment(at)}
          </Cell>
          <Cell label={speech.say('passes.took')} className="day">
            {ms === undefined ? '' : speech.duration(ms)}
          </Cell>
          <Cell label={speech.say('passes.result')}>
            {ok !== undefined && (
              <span className={`tag ${ok ? 'fine' : 'stop'}`}>
                {speech.say(ok ? 'pass.good' : 'pass.bad')}
              </span>
            )}
            {says && <small lang="en">{says}</small>}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}

function Refused({ speech, refused }: { speech: Speech; refused: StateView['refused'] }) {
  const { rows, count } = refused
  if (rows.length === 0) return <p>{speech.say('refused.none')}</p>
  const columns = ['what', 'customer', 'document', 'field', 'says', 'since'] as const
  const head = columns.map((key) => <Head key={key}>{speech.say(`refused.${key}`)}</Head>)
  return (
    <>
      <p>
        {speech.say('refused.lead')}{' '}
        {rows.length < count &&
          speech.say('refused.more', { shown: speech.number(rows.length), count: speech.number(count) })}
      </p>
      <Table head={head}>
        {rows.map((row) => (
          <RefusedRow key={row.id} speech={speech} row={row} />
        ))}
      </Table>
    </>
  )
}

function RefusedRow({ speech, row }: { speech: Speech; row: RefusedView }) {
  return (
    <Row>
      <Cell label={speech.say('refused.what')}>{speech.say(`refused.${row.kind}`)}</Cell>
      <Cell label={speech.say('refused.customer')}>
        {row.customerId !== null && (
          <a href={customerHref(row.customerId)}>{speech.say('row.customer', { id: row.customerId })}</a>
        )}
      </Cell>
      <Cell label={speech.say('refused.document')} className="any">
        {row.document}
      </Cell>
      <Cell label={speech.say('refused.field')}>{row.field && <code>{row.field}</code>}</Cell>
      <Cell label={speech.say('refused.says')} className="any">
        <span lang="en">{row.says}</span>
      </Cell>
      <Cell label={speech.say('refused.since')} className="day">
        {speech.moment(row.since)}
      </Cell>
    </Row>
  )
}
