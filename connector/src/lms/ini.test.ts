import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LmsIniError, placeOf, readLmsIni } from './index.ts'

describe('lms.ini', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ini-'))
    path = join(folder, 'lms.ini')
  })
  afterEach(() => rm(folder, { recursive: true }))
  const read = async (text: string) => {
    await writeFile(path, text)
    return readLmsIni(path)
  }

  it('names the database and the directories', async () => {
    const ini = await read(`
      [database]
      type = mysqli
      host = db.example.pl:3307
      user = lms
      password = 'tajne;#'
      database = lmsdb
      [directories]
      sys_dir = /opt/lms/
      userpanel_dir = /opt/panel
      [cutoff]
      limit = -20
    `)
    expect(ini.database).toEqual({
      engine: 'mysql',
      host: 'db.example.pl',
      port: 3307,
      user: 'lms',
      password: 'tajne;#',
      database: 'lmsdb',
    })
    expect(ini.directories).toEqual({
      sysDir: '/opt/lms',
      pluginDir: '/opt/lms/plugins',
      userpanelDir: '/opt/panel',
      libDir: '/opt/lms/lib',
      modulesDir: '/opt/lms/modules',
    })
    expect(ini.section('cutoff')).toEqual({ limit: '-20' })
    expect(ini.section('nowhere')).toEqual({})
  })

  it.each([
    ['postgres', '10.0.0.1:5433', { host: '10.0.0.1', port: 5433 }],
    ['postgres', 'localhost', { host: 'localhost' }],
    ['postgres', '/run/postgresql', { socket: '/run/postgresql' }],
    ['postgres', '[::1]:5433', { host: '::1', port: 5433 }],
    ['postgres', 'fe80::1', { host: 'fe80::1' }],
    ['mysql', 'db', { host: 'db' }],
    ['mysql', 'localhost:/tmp/mysql.sock', { socket: '/tmp/mysql.sock' }],
    ['mysql', ':/tmp/mysql.sock', { socket: '/tmp/mysql.sock' }],
    ['mysql', '127.0.0.1:3307', { host: '127.0.0.1', port: 3307 }],
  ] as const)('%s host %s', (engine, host, place) => expect(placeOf(engine, host)).toEqual(place))

  it('tells which file and which line to mend', async () => {
    await expect(readLmsIni(join(folder, 'none.ini'))).rejects.toThrow(/none\.ini: there is no such file/)
    await expect(read('[database]\ntype = oracle\n')).rejects.toThrow(
      /lms\.ini: \[database\] type is "oracle"/,
    )
    await expect(read('[database]\ntype = postgres\n')).rejects.toThrow(/\[database\] database is missing/)
    await expect(read('[database]\ntype = postgres\n')).rejects.toBeInstanceOf(LmsIniError)
  })
})
