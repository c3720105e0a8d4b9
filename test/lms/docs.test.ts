import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { settable } from '../../connector/src/install/index.ts'

/** Read by the PHP in LMS alone. */
const ofThePlugin = ['bridge_page_ms', 'bridge_mail_ms']
const folder = new URL('../../docs/lms/', import.meta.url)
const pages = (await readdir(folder)).filter((name) => name.endsWith('.md'))
const read = (path: string) => readFile(new URL(path, folder), 'utf8')

describe.each(['settings.md', 'settings.pl.md'])('docs/lms/%s', (page) => {
  it('has a line for every setting, and for no other', async () => {
    // Name, values, missing, install, example, meaning.
    const lines = (await read(page)).matchAll(/^\| `([a-z_]+)` \|(?:[^|]*\|){5}$/gm)
    expect([...lines].map(([, name]) => name).sort()).toEqual([...settable, ...ofThePlugin].sort())
  })
})

describe('docs/lms/defects.md', () => {
  it('has a line for each defect, with a test that bears its number or a reason', async () => {
    const rows = [...(await read('defects.md')).matchAll(/^\| (\d\d) \|.*\| ([^|]+) \|$/gm)]
    expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 42 }, (_, i) => i + 1))
    for (const [, number, shown = ''] of rows) {
      const tests = [...shown.matchAll(/\]\(([^)]+\.test\.tsx?)\)/g)].map(([, path = '']) => path)
      for (const path of tests) expect(await read(path), `${number}: ${path}`).toContain(`defect ${number}`)
      expect(tests.length > 0 || shown.startsWith('cannot occur: '), `${number} is shown by nothing`).toBe(
        true,
      )
    }
  })
})

describe('links between the pages', () => {
  it.each(pages)('of %s lead to files and headings that are there', async (page) => {
    const text = (await read(page)).replace(/```.*?```/gs, '')
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
    for (const [whole, path = '', anchor] of links) {
      const target = await read(path || page).catch(() => undefined)
      expect(target, whole).toBeDefined()
      if (anchor) expect(anchorsOf(target ?? ''), whole).toContain(anchor)
    }
  })

  it.each(pages.filter((name) => !name.endsWith('.pl.md') && name !== 'defects.md'))(
    'lead from %s to its Polish page and back',
    async (page) => {
      const polish = page.replace('.md', '.pl.md')
      expect(await read(page)).toContain(`[Po polsku](${polish})`)
      expect(await read(polish)).toContain(`[In English](${page})`)
    },
  )
})

/** As GitHub makes them out of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
