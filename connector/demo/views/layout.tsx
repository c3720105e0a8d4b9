import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { formatGrosze } from '../../src/platform/index.ts'

export interface Shell {
  title: string
  /** Which of the places above the page this is. */
  place: 'tour' | 'lms' | 'bank' | 'none'
  /** What the page shows; it is loaded again when this changes. */
  pulse?: string
  customerId?: number | undefined
  /** What the last act did. */
  said?: string | undefined
  gateway: string
}

/** Grosze as LMS prints them. */
export function money(grosze: bigint): string {
  const text = formatGrosze(grosze).replace('-', '−').replace('.', ',')
  return `${text.replace(/\B(?=(\d{3})+(?=,))/g, '\u00a0')}\u00a0zł`
}

export function day(epoch: number): string {
  return new Date(epoch * 1000).toLocaleDateString('pl-PL', { timeZone: 'Europe/Warsaw' })
}

/** HTML that LMS would print as it comes: the connector's own, or a mail's. */
export function Raw({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: it plays PHP, which prints the connector's answer
  return <div dangerouslySetInnerHTML={{ __html: html }} />
}

/** A table that is wider than the page scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}

export function renderShell(shell: Shell, content: ReactNode): string {
  const { title, place, pulse, customerId, said, gateway } = shell
  const here = (name: Shell['place']) => (name === place ? 'page' : undefined)
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/demo.css" />
        <title>{`${title} · LMS demo`}</title>
        {pulse && <script src="/live.js" defer />}
      </head>
      <body data-pulse={pulse} data-of={customerId}>
        <header className="demo">
          <nav aria-label="Demo">
            <b>LMS demo</b>
            <a href="/" aria-current={here('tour')}>
              The circle
            </a>
            <a href="/lms?m=billtechpayments" aria-current={here('lms')}>
              LMS operator
            </a>
            <a href="/cashimport" aria-current={here('bank')}>
              Bank statement
            </a>
            <a href={gateway}>Gateway</a>
          </nav>
        </header>
        <main>
          {said && (
            <p className="said" role="status">
              {said}
            </p>
          )}
          {content}
        </main>
      </body>
    </html>,
  )
  return `<!doctype html>${html}`
}
