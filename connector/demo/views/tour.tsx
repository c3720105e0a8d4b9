import type { Person } from '../cast.ts'
import type { CustomerNow } from '../queries.ts'
import { money, Scroll } from './layout.tsx'

export interface TourView {
  people: (CustomerNow & { story: string })[]
  others: CustomerNow[]
  pin: string
  access: { providerCode: string; apiKey: string }
}

export function storiesOf(cast: Person[], customers: CustomerNow[]): TourView['people'] {
  return customers.map((customer) => ({
    ...customer,
    story: cast.find(({ id }) => id === customer.id)?.story ?? '',
  }))
}

export function Tour({ people, others, pin, access }: TourView) {
  const blocked = people.find((person) => person.blocked)?.id ?? people[0]?.id
  return (
    <>
      <h1>From an invoice to a settled balance</h1>
      <p>
        This is an internet provider that runs LMS. The connector stands beside the database, the gateway is
        the sandbox. No money moves. Every page here reads the real database, and reloads by itself when it
        changes.
      </p>
      <Steps blocked={blocked} />
      <section className="card">
        <h2>Customers with a story</h2>
        <Customers label="Customers with a story" people={people} />
      </section>
      <section className="card">
        <h2>The provider’s other debtors</h2>
        <Customers label="Other debtors" people={others.map((other) => ({ ...other, story: '' }))} />
      </section>
      <Secret pin={pin} access={access} />
    </>
  )
}

function Steps({ blocked }: { blocked: number | undefined }) {
  return (
    <section className="card">
      <h2>Walk the circle</h2>
      <ol className="steps">
        <li>
          <b>An invoice appears.</b> Open a customer below and press <i>Issue an invoice</i>. The connector
          gives it a payment link with its next pass, within a minute, or at once when its mail goes out.
        </li>
        <li>
          <b>The link reaches the customer</b> in the panel, in the invoice mail, and on the page of a blocked
          connection: <a href={`/customer/${blocked}/blocked`}>see it</a>.
        </li>
        <li>
          <b>The customer pays.</b> Press <span lang="pl">Opłać teraz</span>, choose BLIK and type{' '}
          <b>777&nbsp;123</b>: it is paid after two seconds.
        </li>
        <li>
          <b>LMS knows.</b> Within a second the balance is settled, the block is lifted, and a temporary
          payment stands in the ledger and under{' '}
          <a href="/lms?m=billtechpayments" lang="pl">
            Płatności BillTech
          </a>
          .
        </li>
        <li>
          <b>The bank statement comes.</b> Book the transfer at <a href="/cashimport">Bank statement</a>: its
          title carries the ref, the temporary payment goes, and the balance is what it was.
        </li>
      </ol>
    </section>
  )
}

function Secret({ pin, access }: Pick<TourView, 'pin' | 'access'>) {
  return (
    <section className="card">
      <h2>
        To try <span lang="pl">Generuj API secret</span>
      </h2>
      <p>
        Under <a href="/lms?m=billtechconfig">LMS operator → Konfiguracja</a> type this PIN. It works once.
      </p>
      <dl>
        <dt>PIN</dt>
        <dd>
          <code>{pin}</code>
        </dd>
        <dt>Provider code</dt>
        <dd>
          <code>{access.providerCode}</code>
        </dd>
        <dt>API key</dt>
        <dd>
          <code>{access.apiKey}</code>
        </dd>
      </dl>
    </section>
  )
}

function Customers({ label, people }: { label: string; people: TourView['people'] }) {
  return (
    <Scroll label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Customer</th>
            <th scope="col" className="num">
              Balance
            </th>
            <th scope="col">Internet</th>
            {people.some(({ story }) => story) && <th scope="col">Case</th>}
          </tr>
        </thead>
        <tbody>
          {people.map(({ id, name, balance, blocked, story }) => (
            <tr key={id}>
              <td>
                <a href={`/customer/${id}`}>{name || `no. ${id}`}</a> <small>no. {id}</small>
              </td>
              <td className={`num ${balance < 0n ? 'debt' : 'fine'}`}>{money(balance)}</td>
              <td>
                <span className={`tag ${blocked ? 'stop' : 'go'}`}>{blocked ? 'blocked' : 'works'}</span>
              </td>
              {story && <td>{story}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
