import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { createSecret, type Place } from '../src/bridge/index.ts'
import { addEntries } from '../src/install/class-map.ts'
import { type DatabaseAccess, type Lms, openLms } from '../src/platform/index.ts'
import { createTables } from '../src/store/index.ts'
import { type Entries, entriesOf } from '../testing/entries/index.ts'
import { lmsSchema, runScripts } from '../testing/servers.ts'
import { fillProvider } from '../testing/world/generate.ts'
import { addCast, castOf, type Person } from './cast.ts'

const pluginFolder = fileURLToPath(new URL('../../lms-plugin', import.meta.url))
const customers = 60
const castKey = 'demo_cast'

/** How the demo's gateway is reached; from its demo.json. */
export interface GatewayAccess {
  gateway: string
  apiKey: string
  apiSecret: string
  providerCode: string
}

export interface DemoLms {
  lms: Lms
  entries: Entries
  cast: Person[]
  ini: string
  place: Place
}

/**
 * Makes the database at the first start; later ones go on with it.
 *
 * @param url of the PostgreSQL server
 * @param folder LMS's own: lms.ini, the plugin, the bridge's socket and secret
 */
export async function openDemoLms(
  url: string,
  database: string,
  folder: string,
  gateway: GatewayAccess,
): Promise<DemoLms> {
  await mkdir(folder, { recursive: true })
  await layPlugin(folder)
  const access = { ...accessOf(url), database }
  await makeDatabase({ ...access, database: 'postgres' }, access)
  const lms = await openLms(access)
  const entries = entriesOf(lms)
  const place = { socket: socketIn(folder), secretFile: join(folder, 'bridge.secret') }
  await createSecret(place.secretFile)
  await configure(entries, gateway, place)
  const ini = join(folder, 'lms.ini')
  await writeFile(ini, iniOf(access, folder), { mode: 0o600 })
  return { lms, entries, cast: await readCast(lms), ini, place }
}

/** As `install` does it in a real LMS: the plugin's files, and Composer's class map that names their classes. */
async function layPlugin(folder: string): Promise<void> {
  const plugin = join(folder, 'plugins/BillGateway')
  await cp(pluginFolder, plugin, { recursive: true })
  await mkdir(join(folder, 'vendor/composer'), { recursive: true })
  await writeFile(join(folder, 'vendor/composer/autoload_classmap.php'), '<?php\nreturn array(\n);\n')
  await addEntries(folder, plugin)
}

/** Built under another name first, so that a start that was cut off leaves nothing half made. */
async function makeDatabase(server: DatabaseAccess, access: DatabaseAccess): Promise<void> {
  const { database } = access
  const maintenance = await openLms(server)
  const { rows } = await sql<{ there: number }>`
    select count(*)::int as there from pg_database where datname = ${database}`.execute(maintenance.db)
  await maintenance.close()
  if (rows[0]?.there) return
  const building = `${database}_new`
  await runScripts(server, [`drop database if exists ${building} with (force)`])
  await runScripts(server, [`create database ${building} encoding 'UTF8' template template0`])
  await runScripts({ ...access, database: building }, await lmsSchema('postgres'))
  const lms = await openLms({ ...access, database: building })
  try {
    const entries = entriesOf(lms)
    await entries.addProvider()
    await fillProvider(lms, { customers, seed: 3 })
    await createTables(lms)
    const cast = (await addCast(entries)).join(' ')
    await sql`insert into dbinfo (keytype, keyvalue) values (${castKey}, ${cast})`.execute(lms.db)
    for (const [name, value] of Object.entries(firstSettings)) await entries.setSetting(name, value)
    await entries.enablePlugin()
  } finally {
    await lms.close()
  }
  await runScripts(server, [`alter database ${building} rename to ${database}`])
}

/** What `install` would write, and what a demonstration needs: test payments count, links are looked at each minute. */
const firstSettings = {
  payment_expiration: 'never',
  cashimport_enabled: 'true',
  manage_cutoff: 'true',
  append_customer_info: 'true',
  allow_test: 'true',
  links_interval: '1',
  blocking: 'cutoff',
}

async function configure(lms: Entries, gateway: GatewayAccess, place: Place): Promise<void> {
  await lms.setSetting('api_url', gateway.gateway)
  await lms.setSetting('isp_id', gateway.providerCode)
  await lms.setSetting('api_key', gateway.apiKey)
  await lms.setSetting('api_secret', gateway.apiSecret)
  await lms.setSetting('bridge_socket', place.socket)
  await lms.setSetting('bridge_secret_file', place.secretFile)
}

async function readCast(lms: Lms): Promise<Person[]> {
  const { rows } = await sql<{ keyvalue: string }>`
    select keyvalue from dbinfo where keytype = ${castKey}`.execute(lms.db)
  return castOf((rows[0]?.keyvalue ?? '').split(' ').map(Number))
}

function accessOf(text: string): Omit<DatabaseAccess, 'database'> {
  const url = new URL(text)
  const socket = url.searchParams.get('host')
  return {
    engine: 'postgres',
    host: url.hostname,
    ...(socket ? { socket } : {}),
    ...(url.port ? { port: Number(url.port) } : {}),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}

/** The path of a Unix socket has room for about a hundred characters. */
function socketIn(folder: string): string {
  const path = join(folder, 'bridge.sock')
  return path.length < 100 ? path : `/tmp/bill-gateway-lms-demo-${process.pid}.sock`
}

function iniOf(access: DatabaseAccess, folder: string): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
  const host = access.socket ?? `${access.host}:${access.port ?? 5432}`
  return [
    '[database]',
    'type = postgres',
    `host = ${quoted(host)}`,
    `user = ${quoted(access.user)}`,
    `password = ${quoted(access.password)}`,
    `database = ${quoted(access.database)}`,
    '',
    '[directories]',
    `sys_dir = ${quoted(folder)}`,
    '',
    '[cutoff]',
    'limit = 0',
    '',
  ].join('\n')
}
