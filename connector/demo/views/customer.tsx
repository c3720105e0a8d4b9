import type { Mail } from '../hooks.ts'
import type { CustomerNow, LedgerRow } from '../queries.ts'
import { day, money, Raw, Scroll } from './layout.tsx'

export interface PanelView {
  customer: CustomerNow
  rows: LedgerRow[]
  /** What the connector wants shown, by hook `panel`. */
  buttons: { balance?: string; rows?: Record<string, string> }
}

/** The customer panel's page of finances, newest first as LMS prints it. */
export function Panel({ customer, rows, buttons }: PanelView) {
  const { id, balance, blocked } = customer
  const lastDocument = rows.findLast(({ docid }) => docid !== null)?.docid
  return (
    <>
      <h1 lang="pl">Panel klienta: {customer.name}</h1>
      <section className="card" lang="pl">
        <div className="panel-top">
          <div>
            <div className="soft">Saldo</div>
            <div className={`big ${balance < 0n ? 'debt' : 'fine'}`}>{money(balance)}</div>
            <span className={`tag ${blocked ? 'stop' : 'go'}`}>
              {blocked ? 'internet zablokowany' : 'internet działa'}
            </span>
          </div>
          {buttons.balance && <Raw html={buttons.balance} />}
        </div>
      </section>
      <section className="card" lang="pl">
        <h2>Finanse</h2>
        <Ledger customerId={id} rows={rows} buttons={buttons.rows ?? {}} />
      </section>
      <section className="card">
        <h2>What LMS and its people do</h2>
        <Acts customerId={id} lastDocument={lastDocument} />
      </section>
    </>
  )
}

interface LedgerProps {
  customerId: number
  rows: LedgerRow[]
  /** By the row's place in the list. */
  buttons: Record<string, string>
}

function Ledger({ customerId, rows, buttons }: LedgerProps) {
  const places = rows.map((row, place) => ({ row, button: buttons[place] })).reverse()
  return (
    <Scroll label="Finanse">
      <table>
        <thead>
          <tr>
            <th scope="col">Data</th>
            <th scope="col">Operacja</th>
            <th scope="col" className="num">
              Kwota
            </th>
          </tr>
        </thead>
        <tbody>
          {places.map(({ row, button }) => (
            <tr key={row.id}>
              <td>{day(row.time)}</td>
              <td>
                {row.comment} {row.number && <small>{row.number}</small>}{' '}
                {row.docid !== null && (
                  <a href={`/customer/${customerId}/mail/${row.docid}`}>
                    <small>mail z fakturą</small>
                  </a>
                )}
                {button && <Raw html={button} />}
              </td>
              <td className={`num ${row.value < 0n ? '' : 'fine'}`}>{money(row.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Acts({ customerId, lastDocument }: { customerId: number; lastDocument: number | null | undefined }) {
  return (
    <>
      <form className="acts" method="post" action={`/customer/${customerId}/invoice`}>
        <div>
          <label htmlFor="title">Invoice for</label>
          <input id="title" name="title" defaultValue="Internet 600 Mb/s" maxLength={120} lang="pl" />
        </div>
        <div>
          <label htmlFor="amount">Amount</label>
          <input id="amount" name="amount" defaultValue="69,00" size={9} inputMode="decimal" />
        </div>
        <button className="main" type="submit">
          Issue an invoice
        </button>
      </form>
      <form className="acts" method="post" action={`/customer/${customerId}/block`} style={{ marginTop: 14 }}>
        <button type="submit">Block for debt, as lms-cutoff does</button>
        <a className="button" href={`/customer/${customerId}/blocked`}>
          The page of a blocked connection
        </a>
        {lastDocument && (
          <a className="button" href={`/customer/${customerId}/mail/${lastDocument}`}>
            The newest invoice’s mail
          </a>
        )}
      </form>
    </>
  )
}

export function Blocked({ customer, button }: { customer: CustomerNow; button: string | undefined }) {
  return (
    <section className="card blocked" lang="pl">
      <h1>{customer.blocked ? 'Dostęp do internetu jest zablokowany' : 'Internet działa'}</h1>
      <p>
        {customer.name}, saldo:{' '}
        <b className={customer.balance < 0n ? 'debt' : 'fine'}>{money(customer.balance)}</b>
      </p>
      {button ? (
        <Raw html={button} />
      ) : (
        <p className="soft">
          {customer.balance < 0n ? 'Skontaktuj się z biurem.' : 'Nie ma nic do zapłaty.'}
        </p>
      )}
      <p>
        <a href={`/customer/${customer.id}`}>Panel klienta</a>
      </p>
    </section>
  )
}

export function MailPage({
  customer,
  subject,
  mail,
}: {
  customer: CustomerNow
  subject: string
  mail: Mail
}) {
  const headers = { To: customer.email, Subject: subject, ...mail.headers }
  return (
    <>
      <h1>The invoice mail, as it goes out</h1>
      <p>
        LMS fills its template and asks the connector for <code>%billtech_btn</code> and{' '}
        <code>%billtech_balance_btn</code>. A link that is not there yet is made at this moment.
      </p>
      <section className="card">
        <dl>
          {Object.entries(headers).map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value || '—'}</dd>
            </div>
          ))}
        </dl>
        <iframe
          title="The mail as HTML"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={`<base target="_blank">${mail.html}`}
        />
      </section>
      <section className="card">
        <h2>The same as plain text</h2>
        <pre lang="pl">{mail.text}</pre>
      </section>
      <p>
        <a href={`/customer/${customer.id}`}>Back to the customer panel</a>
      </p>
    </>
  )
}
