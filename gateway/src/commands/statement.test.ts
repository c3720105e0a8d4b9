import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Statement, StatementEntry } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { basic, startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { writeMt940 } from '../../testing/statements/index.ts'
import { buildProgram } from './program.ts'

const nrb = '28616102383202382844889825'
let gateway: TestGateway
let folder: string
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  folder = await mkdtemp(join(tmpdir(), 'statement-command-'))
})
afterAll(async () => {
  await gateway?.close()
  await rm(folder, { recursive: true, force: true })
})

/** What a command writes to standard output. */
async function run(...args: string[]): Promise<string> {
  let said = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text)
    return true
  })
  const environment = { DATABASE_URL: gateway.database.url, DATA_DIR: folder }
  const all = ['statement', ...args, '--provider', gateway.provider.code]
  try {
    await buildProgram(environment).parseAsync(all, { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return said
}
const runJson = async <T>(...args: string[]) => JSON.parse(await run(...args, '--json')) as T

async function link(values: Record<string, unknown>): Promise<string> {
  const item = { nrb, title: 'FV 900/2026', paymentDue: '2026-11-20', amount: 12.34, ...values }
  const answer = await fetch(`${gateway.url}/pay/v1/payments`, {
    method: 'POST',
    headers: { authorization: basic(gateway.credentials), 'content-type': 'application/json' },
    body: JSON.stringify({ payments: [item] }),
  })
  const { links } = (await answer.json()) as { links: { token: string }[] }
  return links[0]?.token ?? ''
}

const file = async (name: string, titles: string[]) => {
  const lines = titles.map((title, index) => ({
    ...{ amount: 1234n, bookedOn: '2026-11-20', title },
    bankReference: `REF${name.length}0000${index}`,
  }))
  const path = join(folder, name)
  await writeFile(path, writeMt940({ account: nrb, lines }, { separator: '?' }))
  return path
}

describe('statement', () => {
  it('imports, lists what waits, matches and undoes it', async () => {
    const token = await link({ userId: 'c-1' })
    await link({ userId: 'c-2', title: 'FV 901/2026' })
    const path = await file('a.sta', ['FV 900/2026', 'za internet'])
    const said = await run('import', path)
    expect(said).toMatch(/^st_\w{20}: 2 new \(1 matched, 1 unknown\), 0 already known\.\n1 wait for a person/)
    expect(await run('import', path)).toMatch(/: 0 new, 2 already known\.\n$/)
    const [again, first] = await runJson<Statement[]>('list')
    expect(again).toMatchObject({ entriesNew: 0, entriesKnown: 2, state: 'done' })
    expect(first).toMatchObject({ source: 'command', fileName: 'a.sta', state: 'done', waiting: 1 })
    expect(await run('list')).toContain(first?.id)
    const [waiting] = await runJson<StatementEntry[]>('queue')
    const id = waiting?.id ?? ''
    expect(waiting).toMatchObject({
      title: 'za internet',
      suggestions: [{ userId: 'c-2', reasons: ['amount'] }],
    })
    expect(await run('queue')).toMatch(/c-2 \(amount\)/)
    expect(await run('match', id, '--user', 'c-2')).toMatch(
      /12\.34 PLN matched of c-2, payment \d{8}-\d{6}\.\n$/,
    )
    expect(await run('undo', id)).toMatch(/12\.34 PLN unknown\.\n$/)
    expect(await runJson('match', id, '--token', token)).toMatchObject({ state: 'over', userId: 'c-1' })
    expect(await run('undo', id)).toMatch(/unknown/)
    expect(await runJson('ignore', id)).toMatchObject({ state: 'ignored', waiting: false })
    expect(await run('queue')).toBe('Nothing waits.\n')
  })

  it('says what is wrong with a file, and fails', async () => {
    await writeFile(join(folder, 'broken.sta'), ':20:X\r\n:25:PL12')
    expect(await run('import', join(folder, 'broken.sta'))).toMatch(/it cannot be read\. .*\.\n$/)
    expect(process.exitCode).toBe(1)
    process.exitCode = 0
    await expect(run('import', join(folder, 'nowhere.sta'))).rejects.toThrow(/cannot be read \(ENOENT\)/)
    await expect(run('import', folder, '--account', '12')).rejects.toThrow(/26 digits/)
    await expect(run('import', join(folder, 'broken.sta'), '--profile', 'nobody')).rejects.toThrow(
      /neither a file/,
    )
    await expect(run('match', 'se_1')).rejects.toThrow(/Give one of --token, --user and --payment/)
    await expect(run('undo', 'se_424242')).rejects.toThrow()
  })

  it('keeps the prefixes of virtual accounts', async () => {
    expect(await run('accounts')).toMatch(/^No virtual accounts/)
    expect(await runJson('accounts', '--add', '1090 1014 0000 0712')).toEqual(['1090101400000712'])
    await expect(run('accounts', '--add', 'with-dash')).rejects.toMatchObject({ code: 'validation_failed' })
    await expect(run('accounts', '--remove', '77')).rejects.toThrow(/There is no prefix 77/)
    expect(await runJson('accounts', '--remove', '1090101400000712')).toEqual([])
  })
})
