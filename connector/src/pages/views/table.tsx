import type { ReactNode } from 'react'

/**
 * Parts of a table that is drawn as cards where the page is narrow. Some browsers then forget what it is, so its
 * roles are said in words.
 */
const roles = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader', scope: 'col' },
  cell: { role: 'cell' },
} as const

interface Part {
  className?: string | undefined
  children?: ReactNode
}

/** `head` is one row of {@link Head}. */
export function Table({
  head,
  caption,
  children,
}: {
  head: ReactNode
  caption?: string
  children: ReactNode
}) {
  return (
    <table {...roles.table}>
      {caption && <caption className="vh">{caption}</caption>}
      <thead {...roles.group}>
        <tr {...roles.row}>{head}</tr>
      </thead>
      <tbody {...roles.group}>{children}</tbody>
    </table>
  )
}

export function Head({
  className,
  sort,
  children,
}: Part & { sort?: 'ascending' | 'descending' | undefined }) {
  return (
    <th {...roles.head} className={className} aria-sort={sort}>
      {children}
    </th>
  )
}

export function Row({ className, children }: Part) {
  return (
    <tr {...roles.row} className={className}>
      {children}
    </tr>
  )
}

/** `label` stands before the content where the row is a card. */
export function Cell({ label, className, children }: Part & { label: string }) {
  return (
    <td {...roles.cell} data-label={label} className={className}>
      <div>{children}</div>
    </td>
  )
}
