import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { AssetNames } from './assets.ts'
import { type Call, callsOf } from './call.ts'
import { type ApiDocument, type Operation, operationsOf } from './document.ts'
import { guide } from './guide/index.ts'
import { notes } from './operations.ts'
import type { Guide } from './parts.tsx'
import { OperationSection } from './reference.tsx'

export interface Site extends Guide {
  assets: AssetNames
}

interface Group {
  tag: string
  id: string
  description: string | undefined
  calls: Call[]
}

/** The guide and the reference, made of the OpenAPI document. */
export function renderDocs(document: ApiDocument, site: Site): string {
  const groups = groupsOf(document)
  return renderFrame(
    site,
    'Bill Gateway API',
    <Contents groups={groups} />,
    <>
      <h1>Bill Gateway API</h1>
      {guide.map(({ id, title, Body }) => (
        <section id={id} key={id} aria-labelledby={`${id}-h`}>
          <h2 id={`${id}-h`}>{title}</h2>
          <Body {...site} />
        </section>
      ))}
      {groups.map(({ tag, id, description, calls }) => (
        <section id={id} key={id} className="group">
          <h2>{tag}</h2>
          <p>{description}</p>
          {calls.map((call) => (
            <OperationSection key={call.operation.id} call={call} site={site} />
          ))}
        </section>
      ))}
    </>,
  )
}

/** Operations by tag in the document’s order of tags, within a tag in the order of the notes. */
function groupsOf(document: ApiDocument): Group[] {
  const order = Object.keys(notes)
  const place = ({ name }: Operation) => (order.indexOf(name) + order.length + 1) % (order.length + 1)
  const operations = operationsOf(document).sort((a, b) => place(a) - place(b))
  const tags = document.tags ?? []
  const isOf = (tag: string) => (operation: Operation) => operation.tags?.[0] === tag
  const calls = callsOf(tags.flatMap(({ name }) => operations.filter(isOf(name))))
  return tags
    .map(({ name, description }) => ({
      tag: name,
      id: `ref-${name.toLowerCase().replace(/\W+/g, '-')}`,
      description,
      calls: calls.filter(({ operation }) => isOf(name)(operation)),
    }))
    .filter((group) => group.calls.length > 0)
}

function Contents({ groups }: { groups: Group[] }) {
  return (
    <>
      <p>Guide</p>
      <ul>
        {guide.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
          </li>
        ))}
      </ul>
      {groups.map(({ tag, calls }) => (
        <div key={tag}>
          <p>{tag}</p>
          <ul>
            {calls.map(({ operation: { id, summary } }) => (
              <li key={id}>
                <a href={`#${id}`}>{summary}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  )
}

/** What all pages of the docs share: head, bar, contents beside or above. */
export function renderFrame(site: Site, title: string, contents: ReactNode, main: ReactNode): string {
  const { base } = site
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={`${base}docs/assets/${site.assets.css}`} />
        <script src={`${base}docs/assets/${site.assets.js}`} defer />
      </head>
      <body>
        <a className="skip" href="#main">
          Skip to the text
        </a>
        <header>
          <a className="brand" href={`${base}docs`}>
            Bill Gateway <span>API</span>
          </a>
          <nav aria-label="Pages">
            <a href={`${base}docs`}>Reference</a>
            <a href={`${base}docs/errors`}>Errors</a>
            <a href={`${base}openapi.json`}>OpenAPI</a>
          </nav>
        </header>
        <details className="contents">
          <summary>Contents</summary>
          <nav aria-label="Contents">{contents}</nav>
        </details>
        <div className="columns">
          <nav className="side" aria-label="Contents">
            {contents}
          </nav>
          <main id="main">{main}</main>
        </div>
      </body>
    </html>,
  )
  return `<!doctype html>${withPlainQuotes(html)}`
}

/** React escapes quotes in text too, where HTML needs none: in a page of examples they are a tenth of it. */
function withPlainQuotes(html: string): string {
  return html.replace(/>[^<]*/g, (text) => text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'"))
}
