import { execFile, type SpawnOptions } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** For root, in this order: PostgreSQL refuses to run as root. */
const accountNames = ['postgres', 'nobody']
/** Either lets the other user through folders that only root may enter; the first cannot write there. */
const capabilities = ['dac_read_search', 'dac_override']

/** As whom PostgreSQL runs: ourselves, or, for root, somebody who may do less. */
export interface Account {
  uid: number
  gid: number
  /** What the command line begins with. */
  wrapper: string[]
}

/** The owner of the folder if it is there, else for root one of {@link accountNames}, else ourselves. */
export async function accountFor(folder: string): Promise<Account> {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, wrapper: [] }
  const owner = await stat(folder).catch(() => undefined)
  if (self.uid !== 0) {
    if (owner && owner.uid !== self.uid) throw new Error(strangersFolder(folder, owner.uid, self.uid))
    return self
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, wrapper: [] }
  for (const name of accountNames) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined)
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout), wrapper: [] }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and this system has neither a user postgres nor nobody. ' +
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  )
}

function strangersFolder(folder: string, owner: number, self: number): string {
  return (
    `The embedded database in ${folder} belongs to user id ${owner}, and this process runs as ${self}. ` +
    `Start as that user or as root, give it away with "chown -R ${self} ${folder}", or choose another DATA_DIR.`
  )
}

/**
 * Below a folder that only root may enter, such as a clone in root's home, the account gets the capability to
 * pass, and nothing more.
 */
export async function letThrough(account: Account, folder: string, binary: string): Promise<Account> {
  const wrappers = [[], ...capabilities.map((capability) => withCapability(account, capability))]
  for (const wrapper of wrappers) {
    const candidate = { ...account, wrapper }
    const probe = ['/bin/sh', '-c', 'cd "$1" && exec "$2" --version', 'sh', folder, binary]
    if (await succeeds(candidate, probe)) return candidate
  }
  throw new Error(
    `User id ${account.uid}, as whom PostgreSQL is to run, may not enter ${folder} or may not start ${binary}. ` +
      'Allow others to pass through the folders above them (chmod o+x), install util-linux for its setpriv, ' +
      'start as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  )
}

/** Without the securebit the system call access() would not count the capability. */
function withCapability({ uid, gid }: Account, capability: string): string[] {
  const sets = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`]
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup']
  return ['setpriv', ...identity, ...sets, '--']
}

async function succeeds(account: Account, command: string[]): Promise<boolean> {
  const [program, args, options] = commandAs(account, command)
  return run(program, args, { uid: options.uid, gid: options.gid, env: options.env, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** What to hand to spawn so that the command runs as the account. */
export function commandAs(account: Account, command: string[]): [string, string[], SpawnOptions] {
  const [program = '', ...args] = [...account.wrapper, ...command]
  const switched = account.wrapper.length === 0 && process.getuid?.() === 0
  return [
    program,
    args,
    {
      cwd: '/',
      env: { PATH: searchPath, LC_ALL: 'C', TZ: 'UTC' },
      ...(switched ? { uid: account.uid, gid: account.gid } : {}),
    },
  ]
}

/** A database that root has copied here belongs to root, as whom PostgreSQL never runs. */
export async function takeOver(folder: string, account: Account): Promise<void> {
  const owner = await stat(folder).catch(() => undefined)
  if (!owner || owner.uid === account.uid || process.getuid?.() !== 0) return
  await run('chown', ['-R', `${account.uid}:${account.gid}`, folder])
}

export async function giveTo(account: Account, path: string): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, account.uid, account.gid)
}
