import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../settings.ts'

/**
 * Secrets at rest: AES-256-GCM under a key that is not in the database. What a secret belongs to is
 * authenticated with it, so a sealed secret that is copied to another row does not open there.
 */
export interface Keyring {
  /** Whether there is a key to seal with. */
  readonly canSeal: boolean
  /** Id of the key that seals; empty without one. */
  readonly currentKeyId: string
  /**
   * @param context what the secret belongs to, such as `method_account 7 p24`
   * @throws SealingError without a key
   */
  seal(plain: string, context: string): Buffer
  /** @throws SealingError without the key that sealed it, in another context, or where a bit of it changed */
  open(sealed: Buffer, context: string): string
}

export class SealingError extends Error {
  override name = 'SealingError'
}

const version = 1
const keyBytes = 32
const keyIdBytes = 8
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + keyIdBytes + nonceBytes

/** @returns a line for the key file: 32 random bytes in base64 */
export function newSealingKey(): string {
  return randomBytes(keyBytes).toString('base64')
}

/**
 * @param text keys in base64, one a line: the first seals, all open; blank lines and lines that begin with `#`
 *   are skipped
 * @throws Error where a line is no key; the line itself is not in the message
 */
export function readKeyring(text: string): Keyring {
  const lines = text.split('\n').map((line) => line.trim())
  const keys = lines.flatMap((line, index) => (line && !line.startsWith('#') ? [keyOf(line, index + 1)] : []))
  const byId = new Map(keys.map((key) => [keyIdOf(key).toString('hex'), key]))
  const [current] = keys
  return {
    canSeal: current !== undefined,
    currentKeyId: current ? keyIdOf(current).toString('hex') : '',
    seal(plain, context) {
      if (!current)
        throw new SealingError(
          'There is no key to seal secrets with: set ENCRYPTION_KEY_FILE or ENCRYPTION_KEY.',
        )
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', current, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(context))
      const sealed = [cipher.update(plain, 'utf8'), cipher.final()]
      return Buffer.concat([Buffer.of(version), keyIdOf(current), nonce, ...sealed, cipher.getAuthTag()])
    },
    open(sealed, context) {
      const key = byId.get(keyIdOfSealed(sealed))
      if (!key)
        throw new SealingError(`A secret (${context}) was sealed with a key that is not in the key file.`)
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1 + keyIdBytes, headerBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
      try {
        const plain = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes))
        return Buffer.concat([plain, decipher.final()]).toString('utf8')
      } catch {
        throw new SealingError(`A secret (${context}) does not open: it was changed, or belongs elsewhere.`)
      }
    },
  }
}

/** @returns id of the key that sealed it, in hex: what a rotation has to look at */
export function keyIdOfSealed(sealed: Buffer): string {
  if (sealed[0] !== version || sealed.length < headerBytes + tagBytes)
    throw new SealingError('What should be a sealed secret is none.')
  return sealed.subarray(1, 1 + keyIdBytes).toString('hex')
}

/**
 * The keyring of ENCRYPTION_KEY_FILE or ENCRYPTION_KEY. Without either: with the embedded database a key file
 * beside it, made at its first use; with any other database an empty keyring, for a key that nobody keeps
 * would lose what it seals.
 *
 * @throws Error where the file cannot be read or a line is no key
 */
export function openKeyring(settings: KeySettings): Keyring {
  const { encryptionKeyFile, encryptionKey, databaseUrl, dataDir } = settings
  if (encryptionKeyFile !== undefined) return readKeyring(readFileSync(encryptionKeyFile, 'utf8'))
  if (encryptionKey !== undefined) return readKeyring(encryptionKey.split(',').join('\n'))
  return readKeyring(databaseUrl === undefined ? ownKeyFile(dataDir) : '')
}

type KeySettings = Pick<Settings, 'encryptionKeyFile' | 'encryptionKey' | 'databaseUrl' | 'dataDir'>

function ownKeyFile(dataDir: string): string {
  const file = join(dataDir, 'encryption.key')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  mkdirSync(dataDir, { recursive: true })
  // Written whole before it has its name: a process that starts at the same moment reads all of it or makes it.
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${newSealingKey()}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return readFileSync(file, 'utf8')
}

function keyOf(line: string, number: number): Buffer {
  const key = Buffer.from(line, 'base64')
  if (key.length !== keyBytes || key.toString('base64') !== line)
    throw new Error(`Line ${number} of the encryption keys is no key: 32 bytes in base64 are one.`)
  return key
}

function keyIdOf(key: Buffer): Buffer {
  return createHash('sha256').update('bill-gateway sealing key').update(key).digest().subarray(0, keyIdBytes)
}
