import { customerHref } from '../href.ts'
import type { Speech } from '../speech.ts'
import {
  type PaymentLine,
  type PaymentState,
  type PaymentsView,
  type SortKey,
  sortKeys,
  unsettledStates,
} from './models.ts'
import { Cell, Head, Row, Table } from './table.tsx'

export function PaymentsTable({ speech, view }: { speech: Speech; view: PaymentsView }) {
  const head = (
    <>
      {view.maySettle && (
        <Head className="pick">
          <span className="vh">{speech.say('column.choose')}</span>
        </Head>
      )}
      {sortKeys.map((key) => (
        <SortedHead key={key} speech={speech} view={view} by={key} />
      ))}
    </>
  )
  return (
    <Table head={head} caption={speech.say('payments.title')}>
      {view.lines.map((line) => (
        <Row key={line.id} className={unsettledStates.includes(line.state) ? undefined : 'done'}>
          {view.maySettle && <Pick speech={speech} line={line} chosen={view.chosen.has(line.id)} />}
          <PaymentCells speech={speech} line={line} />
        </Row>
      ))}
    </Table>
  )
}

interface SortedHeadProps {
  speech: Speech
  view: Pick<PaymentsView, 'sort' | 'links'>
  by: SortKey
}

function SortedHead({ speech, view: { sort, links }, by }: SortedHeadProps) {
  const name = speech.say(`column.${by}`)
  const now = sort.by === by
  const next = speech.say(now && !sort.down ? 'sort.down' : 'sort.up')
  return (
    <Head
      className={by === 'amount' ? 'num' : undefined}
      sort={now ? (sort.down ? 'descending' : 'ascending') : undefined}
    >
      <a href={links.sorted[by]} title={speech.say('sort.by', { column: name, order: next })}>
        {name}
        {now && <span aria-hidden="true">{sort.down ? ' ▾' : ' ▴'}</span>}
      </a>
    </Head>
  )
}

function Pick({ speech, line, chosen }: { speech: Speech; line: PaymentLine; chosen: boolean }) {
  const label = speech.say('row.choose', {
    reference: line.reference || `#${line.id}`,
    amount: speech.money(line.amount),
  })
  return (
    <Cell className="pick" label={speech.say('column.choose')}>
      <label>
        <input type="checkbox" name="ids[]" value={line.id} defaultChecked={chosen} aria-label={label} />
      </label>
    </Cell>
  )
}

/** The cells of a payment, the same in the list and in a confirmation. */
export function PaymentCells({ speech, line }: { speech: Speech; line: PaymentLine }) {
  const label = (key: SortKey) => speech.say(`column.${key}`)
  const day = speech.day(line.at)
  const paid = line.paidAt === null ? day : speech.day(line.paidAt)
  return (
    <>
      <Cell label={label('date')} className="day">
        {speech.moment(line.at)}
        {paid !== day && <small>{speech.say('column.paid', { day: paid })}</small>}
      </Cell>
      <Cell label={label('customer')} className="any">
        <Customer speech={speech} line={line} />
      </Cell>
      <Cell label={label('title')} className="any">
        {line.title}
        {line.document && line.document !== line.title && <small>{line.document}</small>}
      </Cell>
      <Cell label={label('reference')} className="day">
        {line.reference}
      </Cell>
      <Cell label={label('amount')} className="num">
        {speech.money(line.amount)}
        {line.refunded > 0n && (
          <small>{speech.say('column.refunded', { amount: speech.money(line.refunded) })}</small>
        )}
      </Cell>
      <Cell label={label('state')}>
        <State speech={speech} line={line} />
      </Cell>
    </>
  )
}

function Customer({ speech, line }: { speech: Speech; line: PaymentLine }) {
  const { customerId, customer } = line
  if (customerId === null) return <small>{speech.say('row.gone')}</small>
  const number = speech.say('row.customer', { id: customerId })
  if (customer === null) {
    return (
      <>
        {number}
        <small>{speech.say('row.gone')}</small>
      </>
    )
  }
  return (
    <>
      <a href={customerHref(customerId)}>{customer || number}</a>
      {customer && <small>{number}</small>}
    </>
  )
}

const tones: Record<PaymentState, 'wait' | 'fine' | 'stop' | ''> = {
  open: 'wait',
  awaited: 'wait',
  kept: 'stop',
  settled: 'fine',
  hand: 'fine',
  final: 'fine',
  expired: '',
  refunded: '',
  removed: '',
}

function State({ speech, line }: { speech: Speech; line: PaymentLine }) {
  const { state, byStatement, expiresAt, test } = line
  return (
    <>
      <span className={`tag ${tones[state]}`}>{stateText(speech, { state, byStatement })}</span>
      {state === 'open' && (
        <small>
          {expiresAt === null
            ? speech.say('state.open.never')
            : speech.say('state.open.until', { day: speech.day(expiresAt) })}
        </small>
      )}
      {test && <small>{speech.say('column.test')}</small>}
    </>
  )
}

export function stateText(
  speech: Speech,
  { state, byStatement }: Pick<PaymentLine, 'state' | 'byStatement'>,
): string {
  return speech.say(state === 'settled' && byStatement ? 'state.settled.statement' : `state.${state}`)
}
