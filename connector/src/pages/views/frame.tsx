import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { hrefOf } from '../href.ts'
import type { PageName } from '../request.ts'
import type { Speech, Values, WordKey } from '../speech.ts'
import { pageStyle } from '../style.ts'

/** What stands around every page. */
export interface Frame {
  speech: Speech
  /** The page shown; undefined where none of them is. */
  page?: PageName | undefined
  /** The pages that the operator may open. */
  pages: readonly PageName[]
  /** `lang` where it was asked for in the address: every link and form keeps it. */
  keep: { lang?: string }
}

export interface Notice {
  tone: 'good' | 'warn' | 'bad'
  text: string
}

/** A field that cannot be used as it was typed. */
export interface FieldProblem {
  field: string
  text: string
}

/** The fragment that LMS puts into its page. */
export function renderFragment(frame: Frame, content: ReactNode): string {
  const { speech } = frame
  return renderToStaticMarkup(
    <div id="billtech-page" lang={speech.language}>
      <style>{pageStyle}</style>
      <Navigation frame={frame} />
      {content}
    </div>,
  )
}

/** A whole page around a fragment, for where LMS is not around it. */
export function documentOf(language: string, title: string, fragment: string): string {
  const head = renderToStaticMarkup(
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <link rel="icon" href="data:," />
      <title>{title}</title>
    </head>,
  )
  return `<!doctype html><html lang="${language === 'en' ? 'en' : 'pl'}">${head}<body><main>${fragment}</main></body></html>`
}

function Navigation({ frame: { speech, page, pages, keep } }: { frame: Frame }) {
  const other = speech.language === 'pl' ? 'en' : 'pl'
  return (
    <nav className="top" aria-label={speech.say('nav.label')}>
      {pages.map((each) => (
        <a key={each} href={hrefOf(each, keep)} aria-current={each === page ? 'page' : undefined}>
          {speech.say(`nav.${each}`)}
        </a>
      ))}
      {page && (
        <a className="lang" href={hrefOf(page, { lang: other })} lang={other} hrefLang={other}>
          {speech.say('language.other')}
        </a>
      )}
    </nav>
  )
}

export function Heading({ title, lead }: { title: string; lead?: string }) {
  return (
    <>
      <h1>{title}</h1>
      {lead && <p className="lead">{lead}</p>}
    </>
  )
}

export function Notices({ notices }: { notices: readonly Notice[] }) {
  return notices.map(({ tone, text }) => (
    <div key={text} className={`note ${tone}`} role={tone === 'good' ? 'status' : 'alert'}>
      <p>{text}</p>
    </div>
  ))
}

/** The summary of what is wrong, each line leading to its field. */
export function Problems({ speech, problems }: { speech: Speech; problems: readonly FieldProblem[] }) {
  if (problems.length === 0) return null
  return (
    <div className="note bad" role="alert">
      <h2>{speech.say('error.title')}</h2>
      <ul>
        {problems.map(({ field, text }) => (
          <li key={field}>
            <a href={`#bt-${field}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function Wrong({ field, problems }: { field: string; problems: readonly FieldProblem[] }) {
  const problem = problems.find((each) => each.field === field)
  return problem ? (
    <p className="wrong" id={`bt-${field}-wrong`}>
      {problem.text}
    </p>
  ) : null
}

/** The attributes that tie a field to its error and its hint. */
export function tied(field: string, problems: readonly FieldProblem[], hint = false) {
  const wrong = problems.some((each) => each.field === field)
  const described = [hint && `bt-${field}-hint`, wrong && `bt-${field}-wrong`].filter(Boolean).join(' ')
  return {
    id: `bt-${field}`,
    name: field,
    ...(wrong ? { 'aria-invalid': true } : {}),
    ...(described ? { 'aria-describedby': described } : {}),
  }
}

/** The hidden fields of a form that LMS routes: the module, and what every address keeps. */
export function Hidden({ values }: { values: Readonly<Record<string, string | undefined>> }) {
  return Object.entries(values).map(([name, value]) =>
    value ? <input key={name} type="hidden" name={name} value={value} /> : null,
  )
}

export interface MessageView {
  title: WordKey
  text: WordKey
  values?: Values
  /** Where to go on, and how the way is called. */
  next?: { href: string; label: WordKey }
}

export function Message({ speech, message }: { speech: Speech; message: MessageView }) {
  return (
    <>
      <h1>{speech.say(message.title)}</h1>
      <p>{speech.say(message.text, message.values)}</p>
      {message.next && (
        <p>
          <a className="button" href={message.next.href}>
            {speech.say(message.next.label)}
          </a>
        </p>
      )}
    </>
  )
}
