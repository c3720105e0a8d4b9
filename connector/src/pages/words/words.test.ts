import { describe, expect, it } from 'vitest'
import { wordTables } from './index.ts'

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

describe('the words of the pages', () => {
  const keys = Object.keys(wordTables.pl) as (keyof typeof wordTables.pl)[]

  it('are there in both languages, with the same values in them', () => {
    expect(Object.keys(wordTables.en).sort()).toEqual([...keys].sort())
    for (const key of keys) {
      expect(wordTables.pl[key].trim(), key).not.toBe('')
      expect(names(wordTables.en[key]), key).toEqual(names(wordTables.pl[key]))
    }
  })

  it('are not left in the other language', () => {
    const same = keys.filter((key) => wordTables.pl[key] === wordTables.en[key])
    // Names, and words that both languages share.
    const shared =
      /^(label\.api_secret|choice\.blocking\.\w+|unit\.minutes|level\.problem|refused\.link|generate\.pin)$/
    expect(same.filter((key) => !shared.test(key))).toEqual([])
  })
})
