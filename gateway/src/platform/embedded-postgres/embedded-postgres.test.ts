import { lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { end, type Runner } from '../../../testing/embedded-installation.ts'
import { ask, embeddedWorld, killPostmaster, named, postmasterOf } from '../../../testing/embedded-world.ts'

const { start, freshFolder } = embeddedWorld()

async function eventually(attempt: () => Promise<void>): Promise<void> {
  const giveUp = Date.now() + 30_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > giveUp) throw error
      await sleep(100)
    }
  }
}

test.each(named)('%s gets a durable UTF-8 database that only a private socket reaches', async (_, user) => {
  const dataDir = freshFolder()
  const { url, child, error } = await start(dataDir, { user })
  expect(error).toBe('')
  const [found] = await ask(
    url,
    `select current_setting('fsync') fsync, current_setting('listen_addresses') addresses,
       current_setting('server_encoding') encoding, current_setting('password_encryption') encryption,
       datlocprovider provider, datlocale locale from pg_database where datname = current_database()`,
  )
  expect(found).toEqual({
    fsync: 'on',
    addresses: '',
    encoding: 'UTF8',
    encryption: 'scram-sha-256',
    provider: 'b',
    locale: 'C.UTF-8',
  })
  const owner = (await stat(join(dataDir, 'postgres'))).uid
  expect(owner).not.toBe(0)
  for (const [file, mode] of [
    ['', 0o700],
    ['socket', 0o700],
    ['gateway.password', 0o600],
  ] as const) {
    const found = await stat(join(dataDir, 'postgres', file))
    expect([file, found.mode & 0o777, found.uid]).toEqual([file, mode, owner])
  }
  expect((await stat(dataDir)).uid).toBe(user?.uid ?? process.getuid?.())
  await expect(ask(url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toThrow(/password/)

  child.kill('SIGTERM')
  expect(await end({ child, url, error })).toBe(0)
  expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid')
})

test.each(named)(
  'what %s committed is there after a stop and after every kind of kill -9',
  async (_, user) => {
    const dataDir = freshFolder()
    const first = await start(dataDir, { user })
    await ask(first.url, 'create table kept (n integer); insert into kept values (1)')
    expect(await end(first)).toBe(0)

    const second = await start(dataDir, { user })
    await ask(second.url, 'insert into kept values (2)')
    const postmaster = postmasterOf(dataDir)
    await end(second, 'SIGKILL')

    const third = await start(dataDir, { user })
    expect(third.error).toBe('')
    expect(postmasterOf(dataDir)).toBe(postmaster)
    await ask(third.url, 'insert into kept values (3)')
    const busy = ask(third.url, 'select pg_sleep(60)').catch(() => undefined)
    await end(third, 'SIGKILL')
    killPostmaster(dataDir)

    const fourth = await start(dataDir, { user })
    expect(fourth.error).toBe('')
    expect(await ask(fourth.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    await busy
    expect(await end(fourth)).toBe(0)
  },
)

test('a database that dies under a living gateway is started again', async () => {
  const dataDir = freshFolder()
  const runner = await start(dataDir)
  await ask(runner.url, 'create table kept (n integer)')
  for (let n = 0; n < 2; n++) {
    const killed = postmasterOf(dataDir)
    killPostmaster(dataDir)
    await eventually(async () => {
      await ask(runner.url, `insert into kept values (${n})`)
      expect(postmasterOf(dataDir)).not.toBe(killed)
    })
  }
  expect(await end(runner)).toBe(0)
  expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid')
})

test.each(named)(
  'a stale process id that now belongs to another process does not stop %s',
  async (_, user) => {
    const dataDir = freshFolder()
    const first = await start(dataDir, { user })
    await end(first, 'SIGKILL')
    const pidFile = join(dataDir, 'postgres/postmaster.pid')
    const stale = (await readFile(pidFile, 'utf8')).split('\n')
    killPostmaster(dataDir)
    await sleep(200)
    // As whoever PostgreSQL runs: of that user's processes it believes that they are postmasters.
    const elsewhere = freshFolder()
    const bystander = await start(elsewhere, { user })
    const pid = postmasterOf(elsewhere)
    await writeFile(pidFile, [String(pid), ...stale.slice(1)].join('\n'))
    await writeFile(
      join(dataDir, 'postgres/socket/.s.PGSQL.5432.lock'),
      [String(pid), ...stale.slice(1)].join('\n'),
    )

    const second = await start(dataDir, { user })
    expect(second.error).toBe('')
    await ask(second.url, 'select 1')
    await ask(bystander.url, 'select 1')
  },
)

test('a second gateway on the same folder is refused and harms nothing', async () => {
  const dataDir = freshFolder()
  const first = await start(dataDir)
  const second = await start(dataDir)
  expect(second.error).toMatch(
    /^Another gateway \(process \d+\) runs on the embedded database in .*DATABASE_URL\.\n$/,
  )
  expect(await end(second)).toBe(1)
  await ask(first.url, 'select 1')
})

test('commands share a database with one another and with a gateway; the last one out stops it', async () => {
  const dataDir = freshFolder()
  const commands = await Promise.all([1, 2, 3].map(() => start(dataDir, { role: 'command' })))
  for (const command of commands) expect(command.error).toBe('')
  expect(await end(commands[0] as Runner)).toBe(0)
  await ask((commands[1] as Runner).url, 'select 1')
  expect(await Promise.all(commands.slice(1).map((command) => end(command)))).toEqual([0, 0])
  expect(await readdir(join(dataDir, 'postgres'))).not.toContain('postmaster.pid')
  expect(await readdir(dataDir)).toEqual(['postgres'])

  const gateway = await start(dataDir)
  const beside = await start(dataDir, { role: 'command' })
  expect(await end(beside)).toBe(0)
  await ask(gateway.url, 'select 1')
})

test('a folder name too long for a socket gets a short private place for it', async () => {
  const dataDir = join(freshFolder(), 'ż'.repeat(40), 'x'.repeat(60), "it's a folder")
  const runner = await start(dataDir)
  expect(runner.error).toBe('')
  const socketFolder = new URL(runner.url).searchParams.get('host') ?? ''
  expect(Buffer.byteLength(socketFolder)).toBeLessThan(89)
  expect((await lstat(socketFolder)).mode & 0o777).toBe(0o700)
  await end(runner, 'SIGKILL')
  const again = await start(dataDir)
  await ask(again.url, 'select 1')
  expect(await end(again)).toBe(0)
  await expect(lstat(socketFolder)).rejects.toThrow(/ENOENT/)
})

test('a database of another PostgreSQL version is left alone, with the way out', async () => {
  const dataDir = freshFolder()
  await end(await start(dataDir))
  await writeFile(join(dataDir, 'postgres/PG_VERSION'), '15\n')
  const refused = await start(dataDir)
  expect(refused.error).toMatch(
    /was made by PostgreSQL 15.*brings PostgreSQL 18.*bill-gateway backup.*restore/,
  )
  expect(await end(refused)).toBe(1)
})

test('what a killed first start left half made is neither used nor kept', async () => {
  const dataDir = freshFolder()
  await end(await start(dataDir))
  await rename(join(dataDir, 'postgres'), join(dataDir, 'postgres.new-0abc'))
  await rm(join(dataDir, 'postgres.new-0abc/global'), { recursive: true })
  const runner = await start(dataDir)
  expect(runner.error).toBe('')
  expect(await readdir(dataDir)).toEqual(['postgres'])
})

test('a start does not stumble over what another process is still making', async () => {
  const dataDir = freshFolder()
  const unfinished = join(dataDir, 'postgres.new-0abc/base')
  let writing = true
  const writer = (async () => {
    for (let n = 0; writing; n++) {
      await mkdir(unfinished, { recursive: true }).catch(() => undefined)
      await writeFile(join(unfinished, String(n % 50)), '').catch(() => undefined)
    }
  })()
  const gateway = await start(dataDir)
  writing = false
  await writer
  expect(gateway.error).toBe('')
  expect(await end(gateway)).toBe(0)
})
