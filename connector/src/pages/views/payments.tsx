import { pageModules, pageRights } from '../request.ts'
import type { Speech } from '../speech.ts'
import { Filter } from './filter.tsx'
import { type Frame, Heading, Hidden, Notices, Problems } from './frame.tsx'
import type { CsvPartsView, PaymentsView } from './models.ts'
import { PaymentsTable } from './payments-table.tsx'

export function PaymentsPage({ frame, view }: { frame: Frame; view: PaymentsView }) {
  const { speech } = frame
  return (
    <>
      <Heading title={speech.say('payments.title')} lead={speech.say('payments.lead')} />
      <Notices notices={view.notices} />
      <Problems speech={speech} problems={view.problems} />
      <Filter frame={frame} view={view} />
      {view.lines.length === 0 ? (
        <p role="status">{speech.say(view.narrowed ? 'found.none' : 'found.empty')}</p>
      ) : (
        <Found frame={frame} view={view} />
      )}
    </>
  )
}

function Found({ frame, view }: { frame: Frame; view: PaymentsView }) {
  const { speech } = frame
  const { count, sum } = view.found
  return (
    <form method="post" action={`?m=${pageModules.payments}`}>
      <Hidden values={{ token: view.token, back: view.back, ...frame.keep }} />
      <div className="row apart">
        <p role="status">
          {sum === undefined
            ? speech.say('found.more', { count: speech.number(count) })
            : speech.say('found.exact', { count: speech.number(count), sum: speech.money(sum) })}
        </p>
        <a href={view.links.csv}>{speech.say('csv.link')}</a>
      </div>
      <PaymentsTable speech={speech} view={view} />
      <div className="row apart">
        <Acts speech={speech} view={view} />
        <Pages speech={speech} links={view.links} />
      </div>
    </form>
  )
}

function Acts({ speech, view }: { speech: Speech; view: PaymentsView }) {
  if (!view.maySettle) {
    return <p className="soft">{speech.say('settle.denied', { right: pageRights.settle })}</p>
  }
  const all = view.lines.every(({ id }) => view.chosen.has(id))
  return (
    <div className="row">
      <button className="main" type="submit" name="act" value="settle">
        {speech.say('settle.button')}
      </button>
      <button type="submit" name="act" value="reopen">
        {speech.say('reopen.button')}
      </button>
      <a href={all ? view.links.unchoose : view.links.choose}>
        {speech.say(all ? 'page.unchoose' : 'page.choose')}
      </a>
    </div>
  )
}

function Pages({ speech, links }: { speech: Speech; links: PaymentsView['links'] }) {
  if (!links.first && !links.previous && !links.next) return null
  return (
    <nav className="pages" aria-label={speech.say('page.label')}>
      {(['first', 'previous', 'next'] as const).map((name) => {
        const href = links[name]
        return href ? (
          <a key={name} className="button" href={href} rel={name === 'previous' ? 'prev' : name}>
            {speech.say(`page.${name}`)}
          </a>
        ) : null
      })}
    </nav>
  )
}

export function CsvPartsPage({ frame, view }: { frame: Frame; view: CsvPartsView }) {
  const { speech } = frame
  return (
    <>
      <Heading
        title={speech.say('csv.title')}
        lead={speech.say('csv.lead', { size: speech.number(view.size) })}
      />
      <ul>
        {view.parts.map((href, index) => (
          <li key={href}>
            <a href={href}>{speech.say('csv.part', { number: index + 1 })}</a>
          </li>
        ))}
      </ul>
      <p className="row">
        <a className="button" href={view.back}>
          {speech.say('csv.back')}
        </a>
      </p>
    </>
  )
}
