import { expect, it } from 'vitest'
import { tables } from './speech.ts'
import { pl, type WordKey } from './words/pl.ts'

const valuesIn = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

it.each(['en', 'uk'] as const)('%s has every sentence, with the same values in it', (language) => {
  for (const key of Object.keys(pl) as WordKey[]) {
    expect(tables[language][key], key).toMatch(/\S/)
    expect(valuesIn(tables[language][key]), key).toEqual(valuesIn(pl[key]))
  }
})
