import type { ReactNode } from 'react'
import type { Speech } from '../speech.ts'
import type { Notice } from './models.ts'

const paths = {
  done: 'M5 12.5l4.5 4.5L19 7.5',
  wait: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  phone:
    'M8 3h8a1.5 1.5 0 0 1 1.5 1.5v15A1.5 1.5 0 0 1 16 21H8a1.5 1.5 0 0 1-1.5-1.5v-15A1.5 1.5 0 0 1 8 3zM11 18h2',
  stop: 'M7 7l10 10M17 7L7 17',
  mark: 'M12 7.5v6M12 17h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1',
  bank: 'M4 10h16M12 4l8 4.5V10H4V8.500zM6 10v7M10 10v7M14 10v7M18 10v7M4 20h16',
  card: 'M4.500 6h15A1.500 1.500 0 0 1 21 7.500v9a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 16.500v-9A1.500 1.500 0 0 1 4.500 6zM3 10h18M7 14.500h3',
  transfer: 'M4 9h14l-4-4M20 15H6l4 4',
} as const

export type IconName = keyof typeof paths

/** Drawn in the text’s colour; says nothing to a screen reader, the words beside it do. */
export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size > 30 ? 2 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}

const noticeIcons = { info: 'mark', good: 'done', warn: 'mark' } as const

export function Notices({ speech, notices }: { speech: Speech; notices: Notice[] }) {
  return notices.map(({ tone, text, values, more, link }) => (
    <div key={text} className={`note wide ${tone}`} role="status">
      <Icon name={noticeIcons[tone]} />
      <div>
        <p>{speech.say(text, values)}</p>
        {more && <p>{speech.say(more.text, more.values)}</p>}
        {link && (
          <p>
            <a href={link.href}>{speech.say(link.text)}</a>
          </p>
        )}
      </div>
    </div>
  ))
}

export function Pair({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Four digits at the end tell two accounts apart. */
export function shortAccount(account: string): string {
  return `••${account.slice(-4)}`
}
