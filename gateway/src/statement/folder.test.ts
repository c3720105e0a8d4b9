import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { writeMt940 } from '../../testing/statements/index.ts'
import { watchFolders } from './folder.ts'

const account = '28616102383202382844889825'
let dir: string
let gateway: TestGateway
let folder: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'statements-'))
  gateway = await startTestGateway({ worker: false, environment: { STATEMENT_DIR: dir } })
  folder = join(dir, gateway.provider.code)
  await mkdir(folder)
})
afterAll(async () => {
  await gateway?.close()
  await rm(dir, { recursive: true, force: true })
})

let made = 0
const statement = () =>
  writeMt940(
    {
      account,
      lines: [{ amount: 100n, bookedOn: '2026-11-20', title: 'wpłata', bankReference: `REF0000${++made}` }],
    },
    { separator: '~' },
  )
/** Written long ago, unless told otherwise. */
async function put(name: string, content: string | Buffer, restedSeconds = 60): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, content)
  const at = Date.now() / 1000 - restedSeconds
  await utimes(path, at, at)
}
const look = () => watchFolders(gateway.platform)
const names = async (place = '') =>
  (await readdir(join(folder, place), { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort()
const entries = async () => (await gateway.api('/pay/v1/statements/entries')).body as { entries: unknown[] }

describe('a watched folder', () => {
  it('imports a whole file, and says beside it what came of it', async () => {
    const file = statement()
    await put('a.sta', file)
    expect(await look()).toBe(1)
    expect(await names()).toEqual([])
    expect(await names('done')).toEqual(['a.sta', 'a.sta.txt'])
    expect(await readFile(join(folder, 'done/a.sta'), 'utf8')).toBe(file)
    expect(await readFile(join(folder, 'done/a.sta.txt'), 'utf8')).toMatch(
      /^st_\w{20}: 1 new, 0 already known\.\n$/,
    )
    const { body } = await gateway.api('/pay/v1/statements')
    expect(body).toMatchObject({ statements: [{ source: 'folder', fileName: 'a.sta', state: 'matching' }] })
    await put('a.sta', file)
    await look()
    expect(await readFile(join(folder, 'done/2-a.sta.txt'), 'utf8')).toMatch(/0 new, 1 already known/)
  })

  it('leaves a file that may still be written to', async () => {
    const now = Date.now()
    await put('young.sta', statement(), 2)
    for (const name of ['.hidden', 'b.sta.part', 'c.sta.filepart', 'd.tmp', 'e.sta~'])
      await put(name, statement())
    expect(await watchFolders(gateway.platform, now)).toBe(0)
    expect(await names()).toHaveLength(6)
    expect(await watchFolders(gateway.platform, Date.now() + 20_000)).toBe(1)
    expect(await names('done')).toContain('young.sta')
  })

  it('puts aside what cannot be read, and says why', async () => {
    const before = (await entries()).entries.length
    await put('broken.sta', statement().slice(0, 120))
    await put('picture.png', Buffer.from('89504e470d0a1a0a', 'hex'))
    expect(await look()).toBe(2)
    expect(await names('failed')).toEqual(['broken.sta', 'broken.sta.txt', 'picture.png', 'picture.png.txt'])
    expect(await readFile(join(folder, 'failed/broken.sta.txt'), 'utf8')).toMatch(/\w+.*\.\n$/)
    expect((await entries()).entries).toHaveLength(before)
  })

  it('finds again what a look that died had taken', async () => {
    await writeFile(join(folder, 'taken/left.sta'), statement())
    expect(await look()).toBe(1)
    expect(await names('taken')).toEqual([])
    expect(await names('done')).toContain('left.sta')
  })

  it('follows no link, and knows no folder without a provider', async () => {
    await writeFile(join(dir, 'outside.sta'), statement())
    await symlink(join(dir, 'outside.sta'), join(folder, 'link.sta'))
    await mkdir(join(dir, 'nobody'))
    await writeFile(join(dir, 'nobody/x.sta'), statement())
    expect(await watchFolders(gateway.platform, Date.now() + 60_000)).toBe(0)
    expect(await readdir(join(dir, 'nobody'))).toEqual(['x.sta'])
  })

  it('reads as options.json says, and refuses files while that is wrong', async () => {
    await put('options.json', JSON.stringify({ format: 'mt940', encoding: 'windows-1250' }))
    await put('told.sta', statement())
    await look()
    expect(await names('done')).toContain('told.sta')
    for (const [index, text] of [
      '{',
      '{"format":"word"}',
      '{"colour":1}',
      '{"profile":{"name":1}}',
    ].entries()) {
      await put('options.json', text)
      await put(`wrong-${index}.sta`, statement())
      await look()
      const said = await readFile(join(folder, `failed/wrong-${index}.sta.txt`), 'utf8')
      expect(said, text).toMatch(/^options\.json cannot be used: /)
    }
  })

  it('is none without the setting, and one that is gone is no error', async () => {
    const without = {
      ...gateway.platform,
      settings: { ...gateway.platform.settings, statementDir: undefined },
    }
    expect(await watchFolders(without)).toBe(0)
    const gone = { ...without, settings: { ...without.settings, statementDir: join(dir, 'gone') } }
    expect(await watchFolders(gone)).toBe(0)
  })
})
