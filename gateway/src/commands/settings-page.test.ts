import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { environmentSchema } from '../settings.ts'

test('docs/operations/settings.md lists every setting with its default and meaning, and no other', async () => {
  const page = await readFile(new URL('../../../docs/operations/settings.md', import.meta.url), 'utf8')
  const listed = page.split('\n').filter((line) => line.startsWith('| `'))
  const settings = Object.entries(environmentSchema.properties).map(([name, schema]) => {
    const { default: value, description } = schema as { default?: string; description?: string }
    return `| \`${name}\` |${value ? ` \`${value}\` ` : ' '}| ${description} |`
  })
  expect(listed).toEqual(settings)
})
