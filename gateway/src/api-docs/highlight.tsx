import type { ReactNode } from 'react'

export type Language = 'sh' | 'ts' | 'json' | 'text'

/** What is set apart in each language, and as what: k, s, v or c. */
const patterns: Record<Language, RegExp> = {
  sh: /(?<c>^#.*$)|(?<k>^curl|\s-[a-zA-Z-]+(?= ))|(?<v>\$[A-Z_]+)/gm,
  ts: /(?<c>\/\/.*$)|(?<s>'[^'\n]*'|`[^`\n]*`)|(?<k>\b(?:import|from|const|let|await|for|of|if|else|try|catch|new|in|break)\b)/gm,
  json: /(?<k>"[^"\n]*"(?=:))|(?<s>"[^"\n]*")/g,
  text: /(?!)/g,
}

/** A page has a thousand of the first two: their tags are short. */
const tags: Record<string, (text: string, key: number) => ReactNode> = {
  k: (text, key) => <b key={key}>{text}</b>,
  s: (text, key) => <i key={key}>{text}</i>,
  v: (text, key) => <var key={key}>{text}</var>,
  c: (text, key) => <small key={key}>{text}</small>,
}

/** Code in which words, texts and comments are told apart. */
export function highlight(code: string, language: Language): ReactNode[] {
  const nodes: ReactNode[] = []
  let start = 0
  for (const match of code.matchAll(patterns[language])) {
    const [kind = ''] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? []
    nodes.push(code.slice(start, match.index))
    nodes.push(tags[kind]?.(match[0], match.index))
    start = match.index + match[0].length
  }
  return [...nodes, code.slice(start)]
}
