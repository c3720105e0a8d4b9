import type { Speech } from '../speech.ts'
import type { Transfer, TransferPage } from './models.ts'
import { Icon, Notices } from './parts.tsx'
import { TransferData } from './transfer-data.tsx'

interface Props {
  speech: Speech
  page: TransferPage
}

/** What to put into a transfer, and what to expect of it; several where the bills have several accounts. */
export function TransferView({ speech, page }: Props) {
  const { say } = speech
  const several = page.transfers.length > 1
  const open = page.transfers.filter(({ state }) => state === 'open').length
  return (
    <main
      id="main"
      className="two transfer"
      tabIndex={-1}
      data-events={page.events ?? undefined}
      data-state={page.state}
    >
      <Notices speech={speech} notices={page.notices} />
      <section className="card sum" aria-labelledby="sum">
        <h1 id="sum" tabIndex={-1}>
          <span className="label">
            {open > 1 ? say('transfer.titleSeveral', { count: open }) : say('transfer.title')}
          </span>{' '}
          <span className="amount">{speech.money(page.amount, page.currency)}</span>
        </h1>
        <p className="key">{say('transfer.keepTitle')}</p>
        {page.test && <p className="key late">{say('transfer.test')}</p>}
      </section>
      <div className="stack">
        {page.transfers.map((transfer, index) => (
          <OneTransfer
            key={transfer.picture}
            speech={speech}
            page={page}
            transfer={transfer}
            nth={several ? index + 1 : 0}
          />
        ))}
      </div>
      <section className="card after" aria-labelledby="after">
        <h2 id="after">{say('transfer.next')}</h2>
        <p>{say('transfer.days')}</p>
        <p>{say('transfer.once')}</p>
        {page.other && (
          <div className="actions">
            <a className="second" href={page.other}>
              {say('wait.other')}
            </a>
          </div>
        )}
      </section>
    </main>
  )
}

function OneTransfer({
  speech,
  page,
  transfer,
  nth,
}: Props & {
  transfer: Transfer
  /** 0 where it is the only one. */
  nth: number
}) {
  const { say } = speech
  const id = `transfer-${nth}`
  const all = page.transfers.length
  const data = { ...transfer, currency: page.currency }
  return (
    <section className="card manual" aria-labelledby={id}>
      <h2 id={id}>{nth > 0 ? say('transfer.nth', { nth, all }) : say('transfer.data')}</h2>
      {transfer.state === 'open' ? (
        <>
          <TransferData speech={speech} transfer={data} />
          {transfer.qr && <QrCode speech={speech} transfer={transfer} qr={transfer.qr} />}
        </>
      ) : (
        <p className={`done ${transfer.state === 'booked' ? 'good' : ''}`}>
          <Icon name="done" />
          {say(transfer.state === 'booked' ? 'transfer.booked' : 'refused.notOwed')}
        </p>
      )}
    </section>
  )
}

/** Scanned from a screen; on the phone that shows it, handed to the bank’s app as a picture. */
function QrCode({
  speech,
  transfer,
  qr,
}: {
  speech: Speech
  transfer: Transfer
  qr: NonNullable<Transfer['qr']>
}) {
  const { say } = speech
  const box = `0 0 ${qr.size} ${qr.size}`
  return (
    <div className="scan">
      <svg
        className="qr"
        viewBox={box}
        role="img"
        aria-label={say('transfer.qr')}
        shapeRendering="crispEdges"
      >
        <rect width={qr.size} height={qr.size} fill="#fff" />
        <path d={qr.path} fill="#000" />
      </svg>
      <div>
        <p>{say('transfer.scan')}</p>
        <p className="fine">{say('transfer.onPhone')}</p>
        <a
          className="second"
          href={transfer.picture}
          download=""
          data-share={say('transfer.share')}
          rel="noreferrer"
        >
          {say('transfer.save')}
        </a>
      </div>
    </div>
  )
}
