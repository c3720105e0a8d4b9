import { pageModules } from '../request.ts'
import type { Speech } from '../speech.ts'
import { type Frame, Heading, Hidden, Notices } from './frame.tsx'
import { type ConfirmView, type PaymentLine, sortKeys } from './models.ts'
import { PaymentCells } from './payments-table.tsx'
import { Head, Row, Table } from './table.tsx'

/** Says what will happen before it does. */
export function ConfirmPage({ frame, view }: { frame: Frame; view: ConfirmView }) {
  const { speech } = frame
  const { act, lines, left } = view
  return (
    <>
      <Heading title={speech.say(`${act}.title`)} />
      {lines.length === 0 ? (
        <Notices notices={[{ tone: 'warn', text: speech.say('settle.nothing') }]} />
      ) : (
        <p>{speech.say(`${act}.text`)}</p>
      )}
      {act === 'reopen' && lines.some(({ byStatement }) => byStatement) && (
        <Notices notices={[{ tone: 'warn', text: speech.say('reopen.statement') }]} />
      )}
      {lines.length > 0 && <ConfirmTable speech={speech} lines={lines} sum />}
      {left.length > 0 && (
        <>
          <p>{speech.say('settle.left')}</p>
          <ConfirmTable speech={speech} lines={left} />
        </>
      )}
      <form method="post" action={`?m=${pageModules.payments}`}>
        <Hidden values={{ token: view.token, back: view.back, ...frame.keep, confirmed: '1' }} />
        {lines.map(({ id }) => (
          <input key={id} type="hidden" name="ids[]" value={id} />
        ))}
        <div className="row">
          {lines.length > 0 && (
            <button className="main" type="submit" name="act" value={act}>
              {speech.say(`${act}.confirm`)}
            </button>
          )}
          <a className="button" href={view.cancel}>
            {speech.say('cancel')}
          </a>
        </div>
      </form>
    </>
  )
}

function ConfirmTable({
  speech,
  lines,
  sum = false,
}: {
  speech: Speech
  lines: PaymentLine[]
  sum?: boolean
}) {
  const total = lines.reduce((all, { amount, refunded }) => all + amount - refunded, 0n)
  const head = sortKeys.map((key) => (
    <Head key={key} className={key === 'amount' ? 'num' : undefined}>
      {speech.say(`column.${key}`)}
    </Head>
  ))
  return (
    <>
      <Table head={head}>
        {lines.map((line) => (
          <Row key={line.id}>
            <PaymentCells speech={speech} line={line} />
          </Row>
        ))}
      </Table>
      {sum && (
        <p className="row">
          <b>{speech.say('settle.sum', { sum: speech.money(total) })}</b>
        </p>
      )}
    </>
  )
}
