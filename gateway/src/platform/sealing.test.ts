import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSettings } from '../settings.ts'
import { keyIdOfSealed, newSealingKey, openKeyring, readKeyring, SealingError } from './sealing.ts'

const key = newSealingKey()
const ring = readKeyring(key)

describe('a sealed secret', () => {
  test('opens with its key in its context', () => {
    const sealed = ring.seal('hasło', 'account 1')
    expect(sealed.toString('latin1')).not.toContain('has')
    expect(ring.open(sealed, 'account 1')).toBe('hasło')
    expect(ring.seal('hasło', 'account 1')).not.toEqual(sealed)
  })

  test('does not open in another context, or with another key', () => {
    const sealed = ring.seal('secret', 'account 1')
    expect(() => ring.open(sealed, 'account 2')).toThrow(SealingError)
    expect(() => readKeyring(newSealingKey()).open(sealed, 'account 1')).toThrow('not in the key file')
  })

  test('does not open once any bit of it is flipped', () => {
    const sealed = ring.seal('secret', 'account 1')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => ring.open(flipped, 'account 1')).toThrow(SealingError)
    }
  })

  test('opens after a rotation, while the old key is still in the file', () => {
    const sealed = ring.seal('secret', 'account 1')
    const next = readKeyring(`# of 2027\n${newSealingKey()}\n\n${key}\n`)
    expect(next.open(sealed, 'account 1')).toBe('secret')
    expect(keyIdOfSealed(sealed)).toBe(ring.currentKeyId)
    expect(keyIdOfSealed(next.seal('secret', 'account 1'))).toBe(next.currentKeyId)
    expect(next.currentKeyId).not.toBe(ring.currentKeyId)
  })
})

test('without a key nothing is sealed, and the sentence says what to set', () => {
  const empty = readKeyring('')
  expect(empty.canSeal).toBe(false)
  expect(() => empty.seal('secret', 'account 1')).toThrow('ENCRYPTION_KEY_FILE')
})

test.each(['short', Buffer.alloc(31).toString('base64'), `${newSealingKey()}x`])('%s is no key', (line) => {
  expect(() => readKeyring(`# keys\n${line}`)).toThrow('Line 2')
  expect(() => readKeyring(line)).not.toThrow(line)
})

describe('the keyring of a process', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  const opened = (environment: Record<string, string>) => openKeyring(readSettings(environment))

  test('beside the embedded database is made once, for its owner only', async () => {
    const dataDir = join(folder, 'data')
    const first = opened({ DATA_DIR: dataDir })
    expect(opened({ DATA_DIR: dataDir }).currentKeyId).toBe(first.currentKeyId)
    expect(await readdir(dataDir)).toEqual(['encryption.key'])
    expect((await stat(join(dataDir, 'encryption.key'))).mode & 0o777).toBe(0o600)
  })

  test('of another database is the one that is given, or none', async () => {
    const DATABASE_URL = 'postgres://localhost/pay'
    const file = join(folder, 'keys')
    await writeFile(file, `${key}\n`)
    expect(opened({ DATABASE_URL }).canSeal).toBe(false)
    expect(opened({ DATABASE_URL, ENCRYPTION_KEY_FILE: file }).currentKeyId).toBe(ring.currentKeyId)
    expect(opened({ DATABASE_URL, ENCRYPTION_KEY: `${key},${newSealingKey()}` }).currentKeyId).toBe(
      ring.currentKeyId,
    )
  })
})
