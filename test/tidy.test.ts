import { describe, expect, it } from 'vitest'
import { checkContract, checkDeadFiles, checkLadder, checkReadmes } from './tidy/ladder.ts'
import {
  checkBannedWords,
  checkConfinedWords,
  checkDependencies,
  checkFileLength,
  checkFunctionLength,
  checkNoSkippedTests,
  checkPrivatePaths,
  checkSqlPlace,
} from './tidy/rules.ts'
import { type Finding, readRepository, type SourceFile } from './tidy/source.ts'

type Rule = (files: SourceFile[]) => Finding[]

const repository = readRepository()
const file = (path: string, text: string): SourceFile => ({ path, text })
const lines = (count: number) => '\n'.repeat(count - 1)
const told = (rule: Rule, ...files: SourceFile[]) => rule(files).map((finding) => finding.says)
const shown = (findings: Finding[]) => findings.map(({ path, line, says }) => `${path}:${line} ${says}`)

describe('the repository is tidy', () => {
  const rules: [string, Rule][] = [
    ['rooms import only lower rooms, by their front doors', checkLadder],
    ['the contract imports no program', checkContract],
    ['every room has a short README', (files) => checkReadmes(files)],
    ['no source file is dead', checkDeadFiles],
    ['no file is too long', checkFileLength],
    ['no function is too long', checkFunctionLength],
    ['process.env, sql.raw and money arithmetic stay in their places', checkConfinedWords],
    ['SQL lives in queries', checkSqlPlace],
    ['no test is skipped', checkNoSkippedTests],
    ['nothing is left to finish', checkBannedWords],
    ['no path of one machine', checkPrivatePaths],
    ['every dependency is explained', checkDependencies],
  ]
  it.each(rules)('%s', (_name, rule) => expect(shown(rule(repository))).toEqual([]))
})

describe('each rule finds its bad sample', () => {
  const importing = (from: string, target: string) =>
    file(`gateway/src/${from}`, `import { a } from '${target}'`)

  it('ladder: a room that looks up', () => {
    expect(told(checkLadder, importing('payer/create.ts', '../payment/index.ts'))).toEqual([
      'payer stands below payment on the ladder and may not import it',
    ])
    expect(told(checkLadder, importing('payment/create.ts', '../payer/index.ts'))).toEqual([])
  })

  it('ladder: a room entered by the window, also by export, import() and from a test', () => {
    const says = ['enter payer by its index.ts']
    expect(told(checkLadder, importing('payment/create.ts', '../payer/queries.ts'))).toEqual(says)
    expect(
      told(checkLadder, file('gateway/src/payment/a.ts', `export * from '../payer/queries.ts'`)),
    ).toEqual(says)
    expect(
      told(checkLadder, file('gateway/src/payment/a.ts', `await import('../payer/queries.ts')`)),
    ).toEqual(says)
    expect(told(checkLadder, importing('payment/pay.test.ts', '../payer/queries.ts'))).toEqual(says)
    expect(told(checkLadder, importing('payment/a.ts', '../platform/db/database.ts'))).toEqual([])
  })

  it('ladder: a platform that knows a noun, a room without a place, source that leans on tests', () => {
    expect(told(checkLadder, importing('platform/log.ts', '../payer/index.ts'))).toHaveLength(1)
    expect(told(checkLadder, importing('fees/index.ts', './fee.ts'))).toEqual([
      'fees is not on the ladder: give it its place',
    ])
    expect(told(checkLadder, importing('payment/a.ts', '../../testing/gateway.ts'))).toHaveLength(1)
  })

  it('ladder: of the connector, whose sync/ holds two rooms', () => {
    const inConnector = (from: string, target: string) =>
      told(checkLadder, file(`connector/src/${from}`, `import { a } from '${target}'`))
    expect(inConnector('sync/links/a.ts', '../payments/index.ts')).toEqual([
      'sync/links stands below sync/payments on the ladder and may not import it',
    ])
    expect(inConnector('sync/payments/a.ts', '../links/index.ts')).toEqual([])
    expect(inConnector('lms/a.ts', '../platform/database.ts')).toEqual(['enter platform by its index.ts'])
    expect(inConnector('lms/a.ts', '../../../gateway/src/app.ts')).toHaveLength(1)
    expect(inConnector('sync/a.ts', '../lms/index.ts')).toHaveLength(1)
  })

  it('contract: a contract that imports a program', () => {
    const sample = file('contract/src/a.ts', `import type { Payer } from '../../gateway/src/payer/index.ts'`)
    expect(told(checkContract, sample)).toHaveLength(1)
  })

  it('README: missing, and too long', () => {
    const room = file('gateway/src/payer/index.ts', '')
    expect(told(checkReadmes, room)).toEqual(['payer has no README.md'])
    expect(told(checkReadmes, room, file('gateway/src/payer/README.md', `${lines(31)}x`))).toHaveLength(1)
    expect(told(checkReadmes, room, file('gateway/src/payer/README.md', 'A payer.'))).toEqual([])
  })

  it('dead file: one that nothing imports', () => {
    const dead = file('gateway/src/payer/old.ts', '')
    expect(told(checkDeadFiles, dead)).toEqual(['nothing imports this file'])
    expect(told(checkDeadFiles, dead, importing('payer/index.ts', './old.ts'))).toEqual([])
  })

  it('length: 301 lines, a function of 61 lines, but not a describe', () => {
    expect(told(checkFileLength, file('a.ts', `${lines(301)}a`))).toHaveLength(1)
    expect(told(checkFileLength, file('a.ts', `${lines(300)}a`))).toEqual([])
    expect(told(checkFunctionLength, file('a.ts', `const a = () => {${lines(61)}}`))).toHaveLength(1)
    expect(told(checkFunctionLength, file('a.ts', `function a() {${lines(60)}}`))).toEqual([])
    expect(told(checkFunctionLength, file('a.ts', `class A { b() {${lines(61)}} }`))).toHaveLength(1)
    expect(told(checkFunctionLength, file('a.test.ts', `describe('a', () => {${lines(61)}})`))).toEqual([])
    expect(told(checkFunctionLength, file('a.test.ts', `it('a', () => {${lines(61)}})`))).toHaveLength(1)
  })

  it('confined words: process.env, sql.raw, parseFloat, a division by 100', () => {
    const inRoom = (text: string) => told(checkConfinedWords, file('gateway/src/payer/a.ts', text))
    expect(inRoom('const a = process.env.PORT')).toHaveLength(1)
    expect(inRoom('await sql.raw(text).execute(db)')).toHaveLength(1)
    expect(inRoom(`parseFloat('1.2'); Number.parseFloat('1')`)).toHaveLength(2)
    expect(inRoom('const a = amount / 100; const b = amount / 100n')).toHaveLength(2)
    expect(inRoom(`const a = 'process.env' // amount / 100`)).toEqual([])
    expect(told(checkConfinedWords, file('contract/src/amount.ts', 'const a = amount / 100'))).toEqual([])
    expect(told(checkConfinedWords, file('gateway/src/settings.ts', 'read(process.env)'))).toEqual([])
  })

  it('SQL outside queries', () => {
    const text = 'await sql`select 1`.execute(db); await db.selectFrom("payer").execute()'
    expect(told(checkSqlPlace, file('gateway/src/payer/create.ts', text))).toHaveLength(2)
    expect(told(checkSqlPlace, file('gateway/src/payer/queries.ts', text))).toEqual([])
    expect(told(checkSqlPlace, file('gateway/src/payer/queries/by-id.ts', text))).toEqual([])
    expect(told(checkSqlPlace, file('connector/src/sync/links/update.ts', text))).toHaveLength(2)
    expect(told(checkSqlPlace, file('connector/src/lms/ledger.ts', text))).toEqual([])
  })

  it('skipped tests in every spelling', () => {
    for (const call of ['it.skip', 'describe.only', 'test.todo', 'it.concurrent.skip', 'it.skipIf(x)']) {
      expect(told(checkNoSkippedTests, file('a.test.ts', `${call}('a', () => {})`)), call).toHaveLength(1)
    }
    expect(told(checkNoSkippedTests, file('a.test.ts', `it.each([1])('a', () => {})`))).toEqual([])
  })

  it('unfinished work and private paths', () => {
    expect(told(checkBannedWords, file('a.ts', `// TO${'DO'} later`))).toHaveLength(1)
    expect(told(checkBannedWords, file('a.ts', `// FIX${'ME'}`))).toHaveLength(1)
    expect(told(checkPrivatePaths, file('README.md', `see /wo${'rk/'}notes`))).toHaveLength(1)
    expect(told(checkPrivatePaths, file('README.md', `see ../sha${'red'}/notes`))).toHaveLength(1)
    expect(told(checkPrivatePaths, file('a.ts', `fetch('https://a.example/work/b')`))).toEqual([])
  })

  it('dependencies: one without a line, one that is gone', () => {
    const manifest = file('package.json', '{"devDependencies":{"vitest":"^4"},"dependencies":{"pg":"^8"}}')
    const page = file('docs/dependencies.md', '- `vitest`: runs the tests\n- `left-pad`: pads from the left')
    expect(told(checkDependencies, manifest, page)).toEqual([
      'say in a line what `pg` is for',
      '`left-pad` is no dependency any more',
    ])
    expect(told(checkDependencies, manifest)).toHaveLength(1)
  })
})
