import { type ErrorCode, errorCatalogue } from '@bill-gateway/contract'
import { errorMeanings } from './error-meanings.ts'
import { renderFrame, type Site } from './page.tsx'
import { Text } from './parts.tsx'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

/** Every error of the catalogue. A problem’s `type` leads to its place here. */
export function renderErrors(site: Site): string {
  return renderFrame(
    site,
    'Errors · Bill Gateway API',
    <>
      <p>Errors</p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <a href={`#${code}`}>{code}</a>
          </li>
        ))}
      </ul>
    </>,
    <>
      <h1>Errors</h1>
      <p>
        <Text>
          Every refusal is a problem (RFC 9457) whose `code` is one of these. Words may change, codes do not.
          What may be repeated is said; everything else stays refused until the request changes.
        </Text>
      </p>
      {codes.map((code) => (
        <section id={code} key={code} className="error" aria-labelledby={`${code}-h`}>
          <h2 id={`${code}-h`}>
            <code>{code}</code> <span className="status">{errorCatalogue[code].status}</span>
          </h2>
          <p className="title">{errorCatalogue[code].title}</p>
          <p>
            <Text>{errorMeanings[code].meaning}</Text>
          </p>
          <p>
            <strong>What to do.</strong> <Text>{errorMeanings[code].remedy}</Text>
          </p>
        </section>
      ))}
    </>,
  )
}
