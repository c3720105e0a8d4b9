import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { DatabaseAccess, Engine } from '../platform/index.ts'
import { parseIni } from './ini-text.ts'

/** What lms.ini says, in PHP's reading: `true` is '1', `false` is ''. */
export interface LmsIni {
  path: string
  database: DatabaseAccess
  directories: {
    /** Where LMS is installed; empty where the file does not say. */
    sysDir: string
    /** `plugins` below sysDir unless the file says otherwise. */
    pluginDir?: string
    userpanelDir?: string
    libDir?: string
    modulesDir?: string
  }
  /** The values of a section; empty where it is absent. */
  section(name: string): Record<string, string>
}

/** Debian's place of the file. */
export const defaultIniPath = '/etc/lms/lms.ini'
const fileBytesMax = 1024 * 1024
const engines: Record<string, Engine> = { postgres: 'postgres', mysql: 'mysql', mysqli: 'mysql' }
const mysqlSockets = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock']
const postgresSocketFolder = '/var/run/postgresql'

/** lms.ini is missing or says something that cannot be used; the message names the file and the line to mend. */
export class LmsIniError extends Error {}

/**
 * Reads lms.ini as PHP does.
 *
 * @throws {LmsIniError} where the file cannot be read, or `[database]` names no usable database
 */
export async function readLmsIni(path: string = defaultIniPath): Promise<LmsIni> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`
    throw new LmsIniError(`${path}: ${why}. Name LMS's configuration file with --lms-ini.`)
  })
  if (Buffer.byteLength(text) > fileBytesMax) throw new LmsIniError(`${path} is too large to be an lms.ini`)
  const sections = parseIni(text)
  const section = (name: string) => ({ ...sections.get(name) })
  return {
    path,
    database: databaseOf(path, section('database')),
    directories: directoriesOf(section('directories')),
    section,
  }
}

function databaseOf(path: string, { type, host, user, password, database }: Record<string, string>) {
  const engine = engines[(type ?? '').toLowerCase()]
  if (!engine) {
    throw new LmsIniError(
      `${path}: [database] type is "${type ?? ''}"; it must be postgres, mysql or mysqli.`,
    )
  }
  if (!database) throw new LmsIniError(`${path}: [database] database is missing: write the database's name.`)
  const access: DatabaseAccess = { engine, user: user ?? '', password: password ?? '', database }
  return { ...access, ...placeOf(engine, host ?? '') }
}

/**
 * `host`, `host:port`, `[v6]:port`, a socket's path, `host:/path`; empty and, for MariaDB and MySQL,
 * `localhost` mean the server's usual socket where there is one.
 */
export function placeOf(engine: Engine, written: string): Pick<DatabaseAccess, 'host' | 'port' | 'socket'> {
  const text = written.trim()
  const socket = /^[^/]*?:?(\/.*)$/.exec(text)?.[1]
  if (socket) return { socket }
  const usual = engine === 'postgres' ? [postgresSocketFolder] : mysqlSockets
  if (text === '' || (engine === 'mysql' && text === 'localhost')) {
    const found = usual.find((path) => existsSync(path))
    return found ? { socket: found } : { host: 'localhost' }
  }
  const match = /^\[?([^\]]*?)\]?(?::(\d{1,5}))?$/.exec(text)
  const [, host = text, port] = match ?? []
  if (host.includes(':') && !text.startsWith('[')) return { host: text }
  return { host, ...(port ? { port: Number(port) } : {}) }
}

function directoriesOf(given: Record<string, string>): LmsIni['directories'] {
  const sysDir = (given.sys_dir ?? '').replace(/(?<=.)\/+$/, '')
  const pluginDir = given.plugin_dir || given.plugins_dir || (sysDir && `${sysDir}/plugins`)
  const below = (name: string, folder: string) => given[name] || (sysDir && `${sysDir}/${folder}`)
  const userpanelDir = below('userpanel_dir', 'userpanel')
  const libDir = below('lib_dir', 'lib')
  const modulesDir = below('modules_dir', 'modules')
  return {
    sysDir,
    ...(pluginDir ? { pluginDir } : {}),
    ...(userpanelDir ? { userpanelDir } : {}),
    ...(libDir ? { libDir } : {}),
    ...(modulesDir ? { modulesDir } : {}),
  }
}
