import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { AssetNames } from './assets.ts'
import { languageNames, languages } from './language.ts'
import type { Speech } from './speech.ts'
import type { Biller } from './views/models.ts'

/** Everything around a page’s own part. */
export interface Frame {
  speech: Speech
  /** Null where no provider may be named. */
  biller: Biller | null
  assets: AssetNames
  /** The path under which the gateway is reached; empty, or begins with a slash. */
  base: string
  /** Parameters that a change of language must keep, such as `type=balance`. */
  keep: string
  /** Reload without script. */
  refresh?: { seconds: number; href: string } | undefined
  /** The page goes there by itself, at once. */
  leadsTo?: string | undefined
}

/** A whole page. The frame is the same for every payer of a provider, so only the page’s own part is drawn anew. */
export function renderPage(frame: Frame, title: string, main: ReactElement): string {
  const { before, after } = surroundings(frame)
  const refresh = frame.refresh
    ? `<noscript><meta http-equiv="refresh" content="${frame.refresh.seconds};url=${escapeHtml(frame.refresh.href)}"></noscript>`
    : ''
  const onwards = frame.leadsTo
    ? `<meta http-equiv="refresh" content="0;url=${escapeHtml(frame.leadsTo)}">`
    : ''
  return `${before}${refresh}${onwards}<title>${escapeHtml(title)}</title>${after.head}${renderToStaticMarkup(main)}${after.body}`
}

interface Surroundings {
  before: string
  after: { head: string; body: string }
}

const known = new Map<string, Surroundings>()
const knownMax = 500

function surroundings(frame: Frame): Surroundings {
  const { speech, biller, base, keep, assets } = frame
  const key = JSON.stringify([speech.language, base, keep, assets, biller])
  const found = known.get(key)
  if (found) return found
  if (known.size >= knownMax) known.clear()
  const made = {
    before: `<!doctype html><html lang="${speech.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no">`,
    after: {
      head: `${renderToStaticMarkup(<Files base={base} assets={assets} biller={biller} />)}</head><body>${renderToStaticMarkup(<Top {...frame} />)}`,
      body: `${renderToStaticMarkup(<Foot speech={speech} biller={biller} />)}<p class="vh" role="status" id="live"></p></body></html>`,
    },
  }
  known.set(key, made)
  return made
}

function Files({ base, assets, biller }: Pick<Frame, 'base' | 'assets' | 'biller'>) {
  return (
    <>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={`${base}/assets/${assets.css}`} />
      {biller?.theme && <link rel="stylesheet" href={biller.theme} />}
      <script src={`${base}/assets/${assets.js}`} defer />
    </>
  )
}

function Top({ speech, biller, keep }: Pick<Frame, 'speech' | 'biller' | 'keep'>) {
  return (
    <>
      <a className="skip" href="#main">
        {speech.say('skip')}
      </a>
      <header>
        {biller?.test && <p className="test">{speech.say('testMode')}</p>}
        <div className="top">
          {biller && <Who biller={biller} />}
          <Languages speech={speech} keep={keep} />
        </div>
      </header>
    </>
  )
}

function Who({ biller }: { biller: Biller }) {
  return (
    <div className="who">
      {biller.logo ? (
        <img className="logo" src={biller.logo} alt="" height="44" />
      ) : (
        <span className="logo" aria-hidden="true">
          {[...biller.name][0]?.toLocaleUpperCase('pl')}
        </span>
      )}
      <span>
        <b>{biller.name}</b>
        {biller.address && <small>{biller.address}</small>}
      </span>
    </div>
  )
}

/** Links that keep the path: they work without script, and nothing has to be remembered. */
function Languages({ speech, keep }: { speech: Speech; keep: string }) {
  return (
    <nav className="langs" aria-label={speech.say('language')}>
      <details>
        <summary>
          <span className="vh">{speech.say('language')}: </span>
          {languageNames[speech.language]}
        </summary>
        <ul>
          {languages.map((language) => (
            <li key={language}>
              <a
                href={`?${keep}${keep && '&'}lang=${language}`}
                lang={language}
                hrefLang={language}
                aria-current={language === speech.language ? 'true' : undefined}
              >
                {languageNames[language]}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  )
}

function Foot({ speech, biller }: Pick<Frame, 'speech' | 'biller'>) {
  const { say } = speech
  const links: [text: string, href: string | null | undefined][] = [
    [
      say('footer.phone', { phone: biller?.phone ?? '' }),
      biller?.phone && `tel:${biller.phone.replace(/[^+\d]/g, '')}`,
    ],
    [say('footer.help'), biller?.helpUrl],
    [say('footer.terms'), biller?.termsUrl],
    [say('footer.privacy'), biller?.privacyUrl],
  ]
  return (
    <footer className="foot">
      {links.map(
        ([text, href]) =>
          href && (
            <a key={text} href={href} rel="noreferrer">
              {text}
            </a>
          ),
      )}
      <p>{say('footer.service')}</p>
    </footer>
  )
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

/** As React escapes texts and attributes. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => entities[character] ?? '') : text
}
