import { renderToStaticMarkup } from 'react-dom/server'
import type { Provider } from '../../provider/index.ts'
import { speechOf } from '../speech.ts'

/** The page behind List-Unsubscribe: one button, or what its press did. */
export function unsubscribePage(provider: Provider, state: 'asked' | 'done'): string {
  const { say } = speechOf(provider.language)
  const page = (
    <html lang={provider.language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{say('unsubscribe.title')}</title>
      </head>
      <body>
        <main>
          <h1>{say('unsubscribe.title')}</h1>
          {state === 'done' ? (
            <p>{say('unsubscribe.done')}</p>
          ) : (
            <form method="post">
              <p>{say('unsubscribe.lead', { who: provider.name })}</p>
              <button type="submit">{say('unsubscribe.button')}</button>
            </form>
          )}
        </main>
      </body>
    </html>
  )
  return `<!doctype html>${renderToStaticMarkup(page)}`
}
