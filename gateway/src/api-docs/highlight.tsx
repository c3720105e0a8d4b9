import type { ReactNode } from 'react'

export type Language = 'sh' | 'ts' | 'json' | 'text'

/** What is set apart in each language; the name of the group is the class of its span. */
const patterns: Record<Language, RegExp> = {
  sh: /(?<c>^#.*$)|(?<k>^curl|\s-[a-zA-Z-]+(?= ))|(?<v>\$[A-Z_]+)/gm,
  ts: /(?<c>\/\/.*$)|(?<s>'[^'\n]*'|`[^`\n]*`)|(?<k>\b(?:import|from|const|let|await|for|of|if|else|try|catch|new|in|break)\b)/gm,
  json: /(?<k>"[^"\n]*"(?=:))|(?<s>"[^"\n]*")/g,
  text: /(?!)/g,
}

/** Code in which words, texts and comments are told apart. */
export function highlight(code: string, language: Language): ReactNode[] {
  const nodes: ReactNode[] = []
  let start = 0
  for (const match of code.matchAll(patterns[language])) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? []
    nodes.push(code.slice(start, match.index))
    nodes.push(
      <span key={match.index} className={kind}>
        {match[0]}
      </span>,
    )
    start = match.index + match[0].length
  }
  return [...nodes, code.slice(start)]
}
