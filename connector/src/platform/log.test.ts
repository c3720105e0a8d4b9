import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLog, type Log } from './log.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** What a day file holds after these lines. */
async function written(format: 'json' | 'text', write: (log: Log) => void): Promise<string> {
  write(createLog({ level: 'info', format, directory, name: 'test' }))
  const read = async () => {
    const [file] = await readdir(directory)
    return file ? readFile(join(directory, file), 'utf8') : ''
  }
  await expect.poll(read).toMatch(/last.*\n$/)
  expect(await readdir(directory)).toEqual([expect.stringMatching(/^\d{8}-test\.log$/)])
  return read()
}

it('hides secrets and personal data, at the top and one level below', async () => {
  const secrets = { apiSecret: 's1', password: 's2', email: 's3', title: 's4', secret: 's5' }
  const text = await written('json', (log) => {
    log.info({ ...secrets, settings: { ...secrets } }, 'a')
    log.info({ customer: 592, document: 13_912 }, 'last')
  })
  expect(text).not.toMatch(/s[1-5]"/)
  expect(text).toContain('"customer":592,"document":13912')
})

it('leaves out of errors what databases quote from their rows', async () => {
  const error = Object.assign(new Error('duplicate key'), {
    detail: 'Key (name)=(Kowalska) exists',
    sqlMessage: "Duplicate entry 'Kowalska'",
    sql: "insert … 'Kowalska'",
    code: '23505',
  })
  const text = await written('json', (log) => {
    log.error({ err: error }, 'failed')
    log.info('last')
  })
  expect(text).toContain('duplicate key')
  expect(text).toContain('23505')
  expect(text).not.toContain('Kowalska')
})

it('text: the time first, one line for each, whatever it holds', async () => {
  const text = await written('text', (log) => {
    log.warn({ says: 'two\nlines', err: new Error('no\nroute') }, 'failed')
    log.info('last')
  })
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d warn {2}failed says=two lines error=no route$/,
  )
})
