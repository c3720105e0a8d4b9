import type { ReactNode } from 'react'
import { highlight, type Language } from './highlight.tsx'

/** Text in which `this` is code and **this** matters. */
export function Text({ children }: { children: string }): ReactNode {
  return children.split(/(`[^`]*`|\*\*[^*]*\*\*)/).map((part, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: the text never changes
    if (part.startsWith('`')) return <code key={index}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>
    // biome-ignore-end lint/suspicious/noArrayIndexKey: the text never changes
    return part
  })
}

export function Code({
  title,
  language,
  children,
}: {
  title: string
  language: Language
  children: string
}): ReactNode {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>
        <code>{highlight(children.trim(), language)}</code>
      </pre>
    </figure>
  )
}

/** Text on the left, examples on the right where there is room. */
export function Split({ children, aside }: { children: ReactNode; aside: ReactNode }): ReactNode {
  return (
    <div className="split">
      <div className="text">{children}</div>
      <div className="aside">{aside}</div>
    </div>
  )
}

export function Table({ head, rows }: { head: string[]; rows: ReactNode[][] }): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={head[column]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export interface GuideSection {
  id: string
  title: string
  Body: (guide: Guide) => ReactNode
}

/** What the guide is written for: this gateway. */
export interface Guide {
  baseUrl: string
  /** The path under which it is reached; ends with a slash. */
  base: string
  shortUrl: string
  rates: { rateLimitKey: number; rateLimitPage: number; rateLimitMiss: number }
}
