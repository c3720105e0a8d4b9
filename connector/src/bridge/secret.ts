import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const secretBytes = 32
const secretCharsMin = 32
/** The owner writes, the web server's group reads, nobody else. */
const secretMode = 0o640

export interface Secret {
  text: string
  /** The group of the file, which the socket is given too: the web server's. */
  gid: number
}

/**
 * Reads the secret that PHP and the connector prove to each other.
 *
 * @throws Error naming the file and how to mend it: missing, unreadable, too short, or readable by everybody
 */
export async function readSecret(path: string): Promise<Secret> {
  const file = await stat(path).catch((cause: Error) => {
    throw new Error(`The bridge’s secret ${path} cannot be read: run bill-gateway-lms install.`, { cause })
  })
  if (file.mode & 0o007) throw new Error(`Everybody may read the bridge’s secret ${path}: chmod 0640 ${path}`)
  const text = (await readFile(path, 'utf8')).trim()
  if (text.length < secretCharsMin)
    throw new Error(
      `${path} holds fewer than ${secretCharsMin} characters: delete it and run bill-gateway-lms install.`,
    )
  return { text, gid: file.gid }
}

/**
 * Writes a new secret, 0640; one that is there stays as it is.
 *
 * @param gid the web server’s group; without it the group of the process
 * @returns whether it was written
 */
export async function createSecret(
  path: string,
  { gid }: { gid?: number | undefined } = {},
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (!file) return false
  try {
    await file.writeFile(`${randomBytes(secretBytes).toString('hex')}\n`)
    if (gid !== undefined) await chown(path, -1, gid)
    await file.chmod(secretMode)
  } finally {
    await file.close()
  }
  return true
}
