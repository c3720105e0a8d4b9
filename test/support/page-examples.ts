/** An example as the docs page shows it. */
export interface PageExample {
  /** Id of the section that it stands in. */
  section: string
  title: string
  code: string
}

/** Every example on the page, in its order: what a reader copies. */
export function pageExamples(html: string): PageExample[] {
  const found: PageExample[] = []
  let section = ''
  const parts = /<section id="([^"]*)"|<figcaption>(.*?)<\/figcaption><pre>(.*?)<\/pre>/gs
  for (const [, id, title, code] of html.matchAll(parts)) {
    if (id !== undefined) section = id
    else found.push({ section, title: textOf(title ?? ''), code: textOf(code ?? '') })
  }
  return found
}

function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|#x27|amp);/g, (_whole, name: string) => entities[name] ?? '')
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#x27': "'", amp: '&' }
