import { execFileSync } from 'node:child_process'
import { readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { end, privateFolder } from '../../../testing/embedded-installation.ts'
import { ask, embeddedWorld, isRoot, killPostmaster, ordinary } from '../../../testing/embedded-world.ts'
import { accountFor } from './account.ts'

const { at, start, freshFolder } = embeddedWorld()

test('whoever is not root runs the database himself, and root never does', async () => {
  const { uid } = await accountFor(join(at().scratch, 'nothing-yet'))
  expect(uid).not.toBe(0)
  if (!isRoot) expect(uid).toBe(process.getuid?.())
})

// What only root can bring about.
if (isRoot)
  describe('as root', () => {
    const ofContainers = 'chown,dac_override,fsetid,fowner,mknod,net_raw,setgid,setuid,setfcap,setpcap,kill'
    const added = ofContainers.replace(/(^|,)/g, '$1+')
    test.each([
      ['with all its powers', []],
      ['with the powers that containers give', ['setpriv', `--bounding-set=-all,${added}`, '--']],
    ])('root %s may keep programs and data where only root may enter', async (_, wrapper) => {
      const name = `closed-${wrapper.length}`
      const closed = await privateFolder(join(at().scratch, name))
      const runner = join(closed, 'runner.mjs')
      const modules = join(closed, 'node_modules')
      await rename(at().runner, runner)
      await rename(join(at().folder, 'node_modules'), modules)
      try {
        const dataDir = freshFolder(`${name}/data`)
        const first = await start(dataDir, { runner, wrapper })
        expect(first.error).toBe('')
        await ask(first.url, 'create table kept (n integer)')
        await end(first, 'SIGKILL')
        killPostmaster(dataDir)
        const second = await start(dataDir, { runner, wrapper })
        await ask(second.url, 'insert into kept values (1)')
        expect((await stat(join(dataDir, 'postgres'))).uid).not.toBe(0)
        expect(await end(second)).toBe(0)
      } finally {
        await rename(runner, at().runner)
        await rename(modules, join(at().folder, 'node_modules'))
      }
    })

    test('without the means to pass, root is told what to do', async () => {
      const closed = await privateFolder(join(at().scratch, 'closed'))
      const wrapper = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--']
      const refused = await start(join(closed, 'data'), { wrapper })
      expect(refused.error).toMatch(
        /^User id \d+, as whom PostgreSQL is to run, may not enter .*chmod o\+x.*DATABASE_URL/,
      )
      expect(await end(refused)).toBe(1)
      expect(await readdir(join(closed, 'data'))).toEqual([])
    })

    test('a database that root copied is given to the user who runs it', async () => {
      const dataDir = freshFolder()
      await end(await start(dataDir))
      execFileSync('chown', ['-R', '0:0', join(dataDir, 'postgres')])
      const runner = await start(dataDir)
      expect(runner.error).toBe('')
      await ask(runner.url, 'select 1')
    })

    test('an ordinary user is told whose database it is', async () => {
      const dataDir = freshFolder()
      await end(await start(dataDir))
      execFileSync('chown', ['-R', '12345:12345', dataDir])
      const refused = await start(dataDir, { user: ordinary })
      expect(refused.error).toMatch(/belongs to user id 12345, and this process runs as \d+\. .*DATA_DIR/)
      expect(await end(refused)).toBe(1)
    })

    test('root runs the database of an ordinary user as that user', async () => {
      const dataDir = freshFolder()
      await end(await start(dataDir, { user: ordinary }))
      const runner = await start(dataDir)
      expect(runner.error).toBe('')
      await ask(runner.url, 'select 1')
      expect((await stat(join(dataDir, 'postgres/postmaster.pid'))).uid).toBe(ordinary?.uid)
    })
  })
