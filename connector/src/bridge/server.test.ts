import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askBridge } from './ask.ts'
import { frameOf, framesIn } from './frame.ts'
import type { Place } from './place.ts'
import { provedAnswer, signedRequest } from './proof.ts'
import { createReplayGuard } from './replay.ts'
import { createSecret, readSecret } from './secret.ts'
import { type Bridge, type BridgeOptions, listen } from './server.ts'

/** For an answer that comes: a machine may be busy. */
const patienceMs = 60_000

let directory: string
let place: Place
let bridge: Bridge | undefined
const logged: { says: string; reason?: string; fault?: string }[] = []
const keep = (details: object, says: string) => {
  logged.push({ says, ...details })
}
const log = { info: keep, warn: keep, error: keep }

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bridge-'))
  place = {
    socket: join(directory, 'run', 'bridge.sock'),
    secretFile: join(directory, 'etc', 'bridge.secret'),
  }
  await createSecret(place.secretFile)
  logged.length = 0
})
afterEach(async () => {
  await bridge?.close()
  bridge = undefined
  await rm(directory, { recursive: true })
})

const echo: BridgeOptions['answer'] = async (hook, data) => ({ hook, data })

async function open(answer = echo, limits: BridgeOptions['limits'] = {}): Promise<Bridge> {
  bridge = await listen({ place, log, answer, limits })
  return bridge
}

/** Sends bytes and reads frames until the other side hangs up. */
async function send(...frames: Buffer[]): Promise<string[]> {
  const stream = connect(place.socket)
  stream.write(Buffer.concat(frames))
  const answers: string[] = []
  for await (const frame of framesIn(stream)) {
    answers.push(frame)
    if (answers.length === frames.length) break
  }
  stream.destroy()
  return answers
}

const nonces = ['0123456789abcdef0123456789abcdef', 'ffffffffffffffffffffffffffffffff'] as const
const now = () => Math.floor(Date.now() / 1000)
const requestOf = async (more: { at?: number; nonce?: string; secret?: string; data?: string } = {}) => {
  const secret = more.secret ?? (await readSecret(place.secretFile)).text
  const { at = now(), nonce = nonces[0], data = '{}' } = more
  return frameOf(signedRequest(secret, { nonce, at, hook: 'ping', data }))
}
const reasons = () => logged.flatMap(({ reason, fault }) => reason ?? fault ?? [])

describe('a request', () => {
  it('is answered with data', async () => {
    await open()
    expect(await askBridge(place, 'ping', { a: 'ż%b' }, patienceMs)).toEqual({
      hook: 'ping',
      data: { a: 'ż%b' },
    })
  })

  it('can follow another on the same connection, each answer proved for its own', async () => {
    await open()
    const frames = await Promise.all(nonces.map((nonce) => requestOf({ nonce })))
    const answers = await send(...frames)
    const { text } = await readSecret(place.secretFile)
    const proofs = answers.map((answer) =>
      nonces.map((nonce) => provedAnswer(text, nonce, answer) !== undefined),
    )
    expect(proofs).toEqual([
      [true, false],
      [false, true],
    ])
  })

  it('is taken once', async () => {
    let answered = 0
    await open(async () => {
      answered += 1
      return {}
    })
    const frame = await requestOf()
    expect(await send(frame)).toHaveLength(1)
    expect(await send(frame)).toEqual([])
    expect(answered).toBe(1)
    expect(reasons()).toEqual(['seen'])
  })

  it.each([-31, 31])('of another time (%s s) is refused', async (seconds) => {
    await open()
    expect(await send(await requestOf({ at: now() + seconds * 2 }))).toEqual([])
    expect(reasons()).toEqual(['stale'])
  })

  it.each([
    ['another secret', (text: string) => text],
    ['another hook', (text: string) => text.replace('"ping"', '"page"')],
    ['other data', (text: string) => text.replace('"data":"{}"', '"data":"[]"')],
    ['another version', (text: string) => text.replace('"v":1', '"v":2')],
    ['no JSON', () => '}{'],
    ['another shape', () => '[]'],
  ])('with %s is refused without a word', async (_, change) => {
    await open()
    const secret = _ === 'another secret' ? 'f'.repeat(64) : undefined
    const text = (await requestOf(secret === undefined ? {} : { secret })).subarray(4).toString()
    expect(await send(frameOf(change(text)))).toEqual([])
    expect(reasons()).toEqual(['not proved'])
  })

  it('that is too large ends the connection', async () => {
    await open()
    expect(await send(Buffer.from([0x7f, 0, 0, 0]))).toEqual([])
    expect(reasons()).toEqual(['too_large'])
  })

  it('that never becomes whole is not waited for', async () => {
    await open(echo, { requestTimeoutMs: 1_000 })
    const stream = connect(place.socket)
    stream.write(Buffer.from([0, 0, 0, 9, 65]))
    stream.resume()
    await once(stream, 'close')
    expect(await askBridge(place, 'ping', {}, patienceMs)).toMatchObject({ hook: 'ping' })
  })

  it('that cannot be answered says no more than that', async () => {
    await open(async () => {
      throw new Error('password authentication failed for user "lms"')
    })
    expect(await askBridge(place, 'ping', {}, patienceMs)).toEqual({ error: 'failed' })
  })

  it('whose answer fits in no frame is answered all the same', async () => {
    await open(async () => ({ html: 'x'.repeat(3_000_000) }))
    expect(await askBridge(place, 'ping', {}, patienceMs)).toEqual({ error: 'failed' })
  })

  it('is turned away where too many are open', async () => {
    await open(echo, { connectionsMax: 1 })
    const first = connect(place.socket)
    await once(first, 'connect')
    await expect(askBridge(place, 'ping', {}, patienceMs)).rejects.toThrow()
    first.destroy()
    await once(first, 'close')
    await expect
      .poll(() => askBridge(place, 'ping', {}, patienceMs).catch(() => undefined))
      .toMatchObject({ hook: 'ping' })
  })
})

describe('the socket', () => {
  it('is 0660 and has the group of the secret’s file', async () => {
    // Only root may give a file away to any group.
    const given = process.getuid?.() === 0 ? 33 : (process.getgroups?.().at(-1) ?? 0)
    await chown(place.secretFile, -1, given)
    await open()
    const { mode, gid } = await stat(place.socket)
    expect((mode & 0o777).toString(8)).toBe('660')
    expect(gid).toBe(given)
  })

  it('of a connector that died is replaced, of one that lives not', async () => {
    await open()
    await expect(listen({ place, log, answer: echo })).rejects.toThrow(
      'Another connector is already listening',
    )
    const dead = { ...place, socket: join(directory, 'dead.sock') }
    spawnSync('php', [
      '-r',
      `$s = stream_socket_server("unix://${dead.socket}"); posix_kill(getmypid(), SIGKILL);`,
    ])
    expect((await stat(dead.socket)).isSocket()).toBe(true)
    const next = await listen({ place: dead, log, answer: echo })
    expect(await askBridge(dead, 'ping', {}, patienceMs)).toMatchObject({ hook: 'ping' })
    await next.close()
  })

  it('is gone after the end', async () => {
    const { close } = await open()
    await close()
    bridge = undefined
    await expect(stat(place.socket)).rejects.toThrow('ENOENT')
  })

  it('does not take the place of a file', async () => {
    const file = join(directory, 'notes.txt')
    await writeFile(file, 'kept')
    await expect(listen({ place: { ...place, socket: file }, log, answer: echo })).rejects.toThrow(
      'is no socket: remove it, or set billtech.bridge_socket',
    )
    expect(await readFile(file, 'utf8')).toBe('kept')
  })
})

describe('the secret', () => {
  it('is made once, 0640', async () => {
    const { text } = await readSecret(place.secretFile)
    expect(text).toMatch(/^[0-9a-f]{64}$/)
    expect(((await stat(place.secretFile)).mode & 0o777).toString(8)).toBe('640')
    expect(await createSecret(place.secretFile)).toBe(false)
    expect((await readSecret(place.secretFile)).text).toBe(text)
  })

  it('that everybody may read is refused', async () => {
    await chmod(place.secretFile, 0o644)
    await expect(open()).rejects.toThrow(`chmod 0640 ${place.secretFile}`)
  })

  it('that is missing or too short is refused with what to do', async () => {
    await writeFile(place.secretFile, 'short\n')
    await expect(open()).rejects.toThrow('fewer than 32 characters')
    await rm(place.secretFile)
    await expect(open()).rejects.toThrow('run bill-gateway-lms install')
  })
})

describe('who asks', () => {
  it('is told that nobody listens', async () => {
    await expect(askBridge(place, 'ping', {}, patienceMs)).rejects.toThrow('ENOENT')
  })

  it('is told of another secret', async () => {
    await open()
    const other = join(directory, 'other.secret')
    await createSecret(other)
    const answer = askBridge({ ...place, secretFile: other }, 'ping', {}, patienceMs)
    await expect(answer).rejects.toThrow('another secret. Restart bill-gateway-lms.')
  })

  it('is told of somebody who answers without the secret', async () => {
    await rm(join(directory, 'run'), { recursive: true, force: true })
    const socket = join(directory, 'liar.sock')
    const liar = createServer((stream) => stream.end(frameOf('{"data":"{}","mac":"0"}'))).listen(socket)
    await once(liar, 'listening')
    await expect(askBridge({ ...place, socket }, 'ping', {}, patienceMs)).rejects.toThrow(
      'has not our secret',
    )
    liar.close()
  })

  it('does not wait for ever', async () => {
    await open(() => new Promise(() => undefined))
    await expect(askBridge(place, 'ping', {}, 50)).rejects.toThrow('did not answer within 50 ms')
  })
})

describe('remembered requests', () => {
  it('are forgotten once they would be stale, and never too many', () => {
    const isFresh = createReplayGuard(2)
    expect(isFresh('a', 100, 100)).toBe('fresh')
    expect(isFresh('b', 130, 100)).toBe('fresh')
    expect(isFresh('c', 100, 100)).toBe('full')
    expect(isFresh('b', 130, 160)).toBe('seen')
    expect(isFresh('a', 100, 161)).toBe('stale')
    expect(isFresh('c', 161, 161)).toBe('fresh')
  })
})
