import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, accountFor, commandAs, giveTo, letThrough, takeOver } from './account.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { configurationText } from './configuration.ts'

export const clusterUser = 'bill_gateway'
export const clusterDatabase = 'bill_gateway'
const passwordFile = 'gateway.password'
export const configurationFile = 'gateway.conf'
/** A socket's whole address has room for 107 bytes, on some systems 103; its file name takes 15. */
const socketFolderBytesMax = 88

/** Again where another process writes or removes there at the same time. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }

/** The files of one embedded database, and what is needed to run it. */
export interface Cluster {
  folder: string
  socketFolder: string
  password: string
  account: Account
  binaries: Binaries
}

/** Makes DATA_DIR/postgres where it is not there yet; safe against a crash half way and a second process. */
export async function prepareCluster(dataDir: string, changes?: Record<string, string>): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true })
  const folder = join(await realpath(dataDir), 'postgres')
  const binaries = await findBinaries()
  let account = await accountFor(folder)
  await takeOver(folder, account)
  if (!(await versionOf(folder))) account = await createCluster(folder, account, binaries)
  else account = await letThrough(account, folder, binaries.postgres)
  await refuseOtherVersion(folder, binaries)

  const socketFolder = await makeSocketFolder(folder, account)
  const configuration = join(folder, configurationFile)
  const written = `${configuration}.${process.pid}`
  await writeFile(written, configurationText(socketFolder, changes), { mode: 0o600 })
  await giveTo(account, written)
  await rename(written, configuration)
  return { folder, socketFolder, password: await readPassword(folder), account, binaries }
}

export function clusterUrl(cluster: Cluster, database: string): string {
  const credentials = `${clusterUser}:${encodeURIComponent(cluster.password)}`
  return `postgres://${credentials}@localhost/${database}?host=${encodeURIComponent(cluster.socketFolder)}`
}

async function versionOf(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}

/** Built beside its place and moved there whole, so that DATA_DIR/postgres is complete or absent. */
async function createCluster(folder: string, account: Account, binaries: Binaries): Promise<Account> {
  const building = `${folder}.new-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(building, { mode: 0o700 })
    await giveTo(account, building)
    const able = await letThrough(account, building, binaries.initdb)
    const password = `${building}.password`
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    await giveTo(able, password)
    await initialise(building, password, able, binaries)
    await rename(password, join(building, passwordFile))
    await rename(building, folder)
    return able
  } catch (error) {
    // Another process was faster, and then ours is not needed.
    if (!(await versionOf(folder))) throw error
    return await letThrough(account, folder, binaries.postgres)
  } finally {
    await rm(building, removal)
    await rm(`${building}.password`, { force: true })
  }
}

/**
 * What a process left that was killed while it made its cluster. One that is still at it finds that ours is there
 * and takes away its own; what cannot be removed because of that is left to it, or to the next start.
 */
export async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder)
  for (const name of await readdir(parent)) {
    if (name.startsWith('postgres.new-')) await rm(join(parent, name), removal).catch(() => undefined)
  }
}

async function initialise(
  folder: string,
  password: string,
  account: Account,
  binaries: Binaries,
): Promise<void> {
  const [program, args, options] = commandAs(account, [
    binaries.initdb,
    `--pgdata=${folder}`,
    `--username=${clusterUser}`,
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ])
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`The embedded database could not be made in ${folder}: ${said.trim()}`))
    })
  })
}

async function refuseOtherVersion(folder: string, binaries: Binaries): Promise<void> {
  const version = await versionOf(folder)
  if (version === binaries.majorVersion) return
  throw new Error(
    `The database in ${folder} was made by PostgreSQL ${version}, and this version of the gateway brings ` +
      `PostgreSQL ${binaries.majorVersion}. With the earlier gateway run "bill-gateway backup FILE", then ` +
      'move the folder away and run "bill-gateway restore FILE" with this one.',
  )
}

async function readPassword(folder: string): Promise<string> {
  const file = join(folder, passwordFile)
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`The password of the embedded database cannot be read from ${file}.`, { cause })
  })
}

/** Inside the cluster, or where that address is too long for a socket, a private folder of short name. */
async function makeSocketFolder(folder: string, account: Account): Promise<string> {
  const inside = join(folder, 'socket')
  const short = `bill-gateway-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  const place =
    Buffer.byteLength(inside) <= socketFolderBytesMax ? inside : join(await realpath(tmpdir()), short)
  try {
    await mkdir(place, { mode: 0o700 })
    await giveTo(account, place)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  for (let tried = 1; !(await isPrivate(place, account)); tried++) {
    // Another process may have made it in this instant and not given it away yet.
    if (tried === 10)
      throw new Error(
        `${place} is not a private folder of user id ${account.uid}. Remove it and start again.`,
      )
    await sleep(100)
  }
  return place
}

async function isPrivate(place: string, account: Account): Promise<boolean> {
  const { uid, mode } = await lstat(place)
  return uid === account.uid && (mode & 0o170077) === 0o040000
}

/** Of a folder outside the cluster nothing is left behind. */
export async function removeSocketFolder({ folder, socketFolder }: Cluster): Promise<void> {
  if (!socketFolder.startsWith(folder)) await rmdir(socketFolder).catch(() => undefined)
}
