import type { Awaiting, BookedRow } from '../queries.ts'
import { money, Scroll } from './layout.tsx'

const states: Record<string, { says: string; tone: string }> = {
  used: { says: 'settled a temporary payment', tone: 'go' },
  difference: { says: 'differs from what was expected', tone: 'stop' },
  open: { says: 'waits for its payment', tone: 'wait' },
  none: { says: 'no ref of ours', tone: '' },
}

/** LMS's cashimport: a transfer of a bank statement is booked, and the connector is told. */
export function Bank({ awaiting, booked }: { awaiting: Awaiting[]; booked: BookedRow[] }) {
  return (
    <>
      <h1>Bank statement</h1>
      <p>
        The bank sends one transfer for each payment, with the payment’s ref in its title. LMS’s own import
        books it; change the amount to see what happens to a transfer that does not fit.
      </p>
      <section className="card">
        <h2>Transfers on their way</h2>
        {awaiting.length === 0 && <p className="soft">None: pay something first.</p>}
        {awaiting.map((each) => (
          <Transfer key={each.reference} transfer={each} />
        ))}
      </section>
      <section className="card">
        <h2>Booked lately</h2>
        <Booked rows={booked} />
      </section>
    </>
  )
}

function Transfer({ transfer }: { transfer: Awaiting }) {
  const { customerId, customer, amount, reference } = transfer
  return (
    <form className="acts" method="post" action="/cashimport" style={{ marginBottom: 16 }}>
      <input type="hidden" name="customer" value={customerId} />
      <div style={{ flex: '1 1 18rem' }}>
        <label htmlFor={`d${reference}`}>
          Title <small>({customer})</small>
        </label>
        <input
          id={`d${reference}`}
          name="description"
          defaultValue={`Oplata za internet ref: ${reference}`}
          style={{ width: '100%' }}
        />
      </div>
      <div>
        <label htmlFor={`v${reference}`}>Amount</label>
        <input
          id={`v${reference}`}
          name="amount"
          size={9}
          defaultValue={money(amount).replace(/[^\d,]/g, '')}
          inputMode="decimal"
        />
      </div>
      <button className="main" type="submit">
        Book the transfer
      </button>
    </form>
  )
}

function Booked({ rows }: { rows: BookedRow[] }) {
  return (
    <Scroll label="Booked lately">
      <table>
        <thead>
          <tr>
            <th scope="col">Customer</th>
            <th scope="col">Title</th>
            <th scope="col" className="num">
              Amount
            </th>
            <th scope="col">Connector</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ importId, customer, description, value, state }) => {
            const known = state === undefined ? undefined : states[state]
            return (
              <tr key={importId}>
                <td>{customer}</td>
                <td lang="pl">{description}</td>
                <td className="num">{money(value)}</td>
                <td>
                  <span className={`tag ${known?.tone ?? 'wait'}`}>{known?.says ?? 'not looked at yet'}</span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
