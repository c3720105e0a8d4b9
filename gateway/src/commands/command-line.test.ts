import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt, run, runJson } from '../../testing/command-line.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { buildProgram } from './program.ts'

let database: TestDatabase
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  await ensureBuilt()
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-commands-'))
  env = { DATABASE_URL: database.url, DATA_DIR: folder }
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

function leaves(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]))
}

const every = leaves(buildProgram({}))

test('every command of the contract is there', () => {
  expect(every.map(({ path }) => path.join(' ')).sort()).toEqual(
    [
      ...['backup', 'demo', 'doctor', 'key create', 'key list', 'key revoke', 'migrate', 'pin create'],
      ...['connect', 'disconnect', 'list', 'test', 'ways'].map((name) => `method ${name}`),
      ...['encryption new-key', 'encryption rotate', 'refund create', 'refund list'],
      ...['review close', 'review list'],
      ...['mail allow', 'mail list', 'mail refuse', 'mail test'],
      ...['payout fetch', 'payout list', 'payout show'],
      ...['due', 'run', 'file', 'uploaded', 'cancel', 'close', 'return', 'list', 'show', 'report'].map(
        (name) => `settlement ${name}`,
      ),
      ...['import', 'list', 'queue', 'match', 'ignore', 'undo', 'accounts'].map(
        (name) => `statement ${name}`,
      ),
      ...['create', 'delete', 'deliveries', 'list', 'replay', 'rotate', 'set'].map(
        (name) => `webhook ${name}`,
      ),
      ...['provider create', 'provider list', 'provider set', 'provider show', 'restore', 'serve', 'worker'],
    ].sort(),
  )
})

test.each(every.map(({ path, command }) => [path.join(' '), command] as const))(
  '%s says in a sentence what it does, takes --json, and gives an example',
  (path, command) => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/)
    expect(command.options.map((option) => option.long)).toContain('--json')
    for (const option of command.options) expect(option.description).toMatch(/\w/)
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    expect(help).toContain(`Example:\n  `)
    expect(help.split('Example:')[1]).toContain(`bill-gateway ${path}`)
  },
)

describe('a command that cannot be understood', () => {
  test.each([
    [['provder'], /unknown command 'provder'\n\(Did you mean provider\?\)/],
    [['provider', 'lst'], /Did you mean list\?/],
    [['provider', 'list', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    [['provider', 'create', '--name', 'x'], /required option '--code <code>' not specified/],
    [['key', 'create', '--provider', 'x', '--dialect', 'esperanto'], /Allowed choices are lms-plugin/],
    [
      ['pin', 'create', '--provider', 'x', '--key', 'y', '--valid-days', '0'],
      /whole number of days, 1 to 30/,
    ],
  ])('%j is refused with status 1 and the way on', async (args, message) => {
    const { status, stdout, stderr } = await run(args, env)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).toContain('--help')
    expect(stderr).not.toContain('\x1b')
  })
})

test('--help and --version end with status 0', async () => {
  expect(await run(['--help'], {})).toMatchObject({ status: 0, stderr: '' })
  expect((await run(['provider', 'set', '--help'], {})).stdout).toContain('--imports-transfers <on|off>')
  expect((await run(['--version'], {})).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

describe('a failure', () => {
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }

  test('is a sentence that says what to do, without a stack', async () => {
    const { status, stderr } = await run(['provider', 'list'], nowhere)
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^The database cannot be reached .* Check DATABASE_URL and that PostgreSQL runs\.\n$/,
    )
  })

  test('has its stack where LOG_LEVEL is debug', async () => {
    const { stderr } = await run(['provider', 'list'], { ...nowhere, LOG_LEVEL: 'debug' })
    expect(stderr).toMatch(/\n\s+at /)
  })

  test('is JSON with --json', async () => {
    const { stderr } = await run(['provider', 'list', '--json'], nowhere)
    expect(JSON.parse(stderr)).toEqual({ error: expect.stringContaining('cannot be reached') })
  })

  test('of the settings names every faulty one', async () => {
    const { stderr } = await run(['doctor'], { PORT: 'x', DATABASE_URL: 'mysql://db' })
    expect(stderr).toMatch(/PORT: .*\n.*DATABASE_URL: /)
  })
})

describe('providers, keys and PINs', () => {
  test('are made, shown and changed', async () => {
    const made = await run(['provider', 'create', '--code', 'netix', '--name', 'NETIX Sp. z o.o.'], env)
    expect(made.stdout).toBe(
      'Created the live provider netix.\nNext: bill-gateway key create --provider netix\n',
    )
    const logo = join(folder, 'logo.png')
    await writeFile(logo, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
    const changed = await runJson(
      [
        ...['provider', 'set', 'netix', '--tax-id', '676-240-00-00', '--address', 'ul. Długa 12, Kraków'],
        ...['--phone', '+48 12 345 67 89', '--help-url', 'https://netix.example/pomoc'],
        ...['--terms-url', 'https://netix.example/regulamin', '--privacy-url', 'https://netix.example/rodo'],
        ...['--language', 'uk', '--currency', 'EUR', '--default-nrb', 'PL28 6161 0238 3202 3828 4488 9825'],
        ...[
          '--color',
          '#0A6EF0',
          '--logo',
          logo,
          '--imports-transfers',
          'on',
          '--name',
          'NETIX S.A.',
          '--disable',
        ],
      ],
      env,
    )
    expect(changed).toMatchObject({
      code: 'netix',
      name: 'NETIX S.A.',
      test: false,
      disabled: true,
      taxId: '676-240-00-00',
      address: 'ul. Długa 12, Kraków',
      language: 'uk',
      currency: 'EUR',
      defaultNrb: '28616102383202382844889825',
      color: '#0a6ef0',
      logoHash: expect.any(String),
      importsTransfers: true,
    })
    const back = ['--enable', '--logo', '', '--phone', '', '--imports-transfers', 'off']
    expect(await runJson(['provider', 'set', 'netix', ...back], env)).toMatchObject({
      disabled: false,
      logoHash: null,
      phone: null,
      importsTransfers: false,
      taxId: '676-240-00-00',
    })
    const list = await run(['provider', 'list'], env)
    expect(list.stdout).toMatch(
      /^CODE {3}NAME {8}MODE {2}STATE {2}LANGUAGE {2}CURRENCY\nnetix {2}NETIX S\.A\. {2}live {2}works/,
    )
    const shown = await run(['provider', 'show', 'netix'], env)
    expect(shown.stdout).toContain('Address                   ul. Długa 12, Kraków\n')
  })

  test('are refused with every reason and the next step', async () => {
    const bad = ['provider', 'create', '--code', 'a b', '--name', 'x', '--color', 'red', '--language', 'xx']
    const { status, stderr } = await run(bad, env)
    expect(status).toBe(1)
    expect(stderr).toMatch(/^Code must .*\.\n(.*\.\n)*Color must .*\.\n$/)
    expect((await run(['provider', 'show', 'nobody'], env)).stderr).toBe(
      'There is no provider nobody. "bill-gateway provider list" shows those there are.\n',
    )
    expect((await run(['provider', 'set', 'netix'], env)).stderr).toMatch(/^Nothing to change was named\. /)
    const missing = await run(['provider', 'set', 'netix', '--logo', join(folder, 'no.png')], env)
    expect(missing.stderr).toMatch(/^The logo .* cannot be read \(ENOENT\)\. Check the path\.\n$/)
  })

  test('a key shows its secret once, can fetch a new one by PIN, and can be revoked', async () => {
    await run(['provider', 'create', '--code', 'keys', '--name', 'Keys', '--test'], env)
    const key = await runJson<{ apiKey: string; apiSecret: string }>(
      ['key', 'create', '--provider', 'keys'],
      env,
    )
    expect(key).toEqual({
      provider: 'keys',
      apiKey: expect.stringMatching(/^test_/),
      apiSecret: expect.any(String),
    })
    const plugin = await run(['key', 'create', '--provider', 'keys', '--dialect', 'lms-plugin'], env)
    expect(plugin.stdout).toContain('Keep the secret now')
    const pin = ['pin', 'create', '--provider', 'keys', '--key', key.apiKey, '--valid-days', '2']
    expect(await runJson(pin, env)).toMatchObject({
      pin: expect.stringMatching(/^\d{8}$/),
      apiKey: key.apiKey,
    })
    await run(['key', 'revoke', key.apiKey, '--provider', 'keys'], env)
    const keys = await runJson<{ apiKey: string; lmsPlugin: boolean; revokedAt: string | null }[]>(
      ['key', 'list', '--provider', 'keys'],
      env,
    )
    expect(keys.map(({ lmsPlugin, revokedAt }) => [lmsPlugin, revokedAt !== null]).sort()).toEqual([
      [false, true],
      [true, false],
    ])
    expect(JSON.stringify(keys)).not.toContain(key.apiSecret)
    const again = await run(['key', 'revoke', key.apiKey, '--provider', 'keys'], env)
    expect(again).toMatchObject({ status: 1, stderr: 'No such key.\n' })
  })
})
