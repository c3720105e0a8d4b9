import { once } from 'node:events'
import { chmod, chown, lstat, mkdir, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { FrameError, frameOf, framesIn } from './frame.ts'
import type { Place } from './place.ts'
import { provedRequest, type Request, signedAnswer } from './proof.ts'
import { createReplayGuard } from './replay.ts'
import { readSecret } from './secret.ts'

export interface Limits {
  /** The web server’s workers and a few scripts ask at once; more are turned away. */
  connectionsMax: number
  /** Milliseconds until a request is whole, and between two requests of one connection. */
  requestTimeoutMs: number
  /** The longest that anybody waits for an answer, in milliseconds; the work itself goes on. */
  answerTimeoutMs: number
}

const usualLimits: Limits = { connectionsMax: 256, requestTimeoutMs: 5_000, answerTimeoutMs: 20_000 }

export interface BridgeLog {
  info(details: object, says: string): void
  warn(details: object, says: string): void
  error(details: object, says: string): void
}

export interface BridgeOptions {
  place: Place
  log: BridgeLog
  /** Answers one hook with plain data. */
  answer(hook: string, data: unknown): Promise<object>
  limits?: Partial<Limits>
}

export interface Bridge {
  /** Ends the connections and removes the socket. */
  close(): Promise<void>
}

/**
 * Listens on the socket, 0660 with the group of the secret’s file.
 *
 * @throws Error naming the file and how to mend it: no secret, no right to the directory, a connector that is
 *   already listening
 */
export async function listen(options: BridgeOptions): Promise<Bridge> {
  const { place, log } = options
  const secret = await readSecret(place.secretFile)
  await makeRoom(place.socket)
  const isFresh = createReplayGuard()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serve(socket, secret.text, isFresh, options).catch((error: Error) => {
      if (error instanceof FrameError) log.warn({ fault: error.fault }, 'bridge: a connection broke off')
      socket.destroy()
    })
  })
  server.maxConnections = { ...usualLimits, ...options.limits }.connectionsMax
  await listenPrivately(server, place.socket)
  await giveToGroup(place, secret.gid)
  log.info({ socket: place.socket }, 'bridge: listening')
  return {
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function serve(
  socket: Socket,
  secret: string,
  isFresh: ReturnType<typeof createReplayGuard>,
  { answer, log, limits }: BridgeOptions,
): Promise<void> {
  const { requestTimeoutMs, answerTimeoutMs } = { ...usualLimits, ...limits }
  socket.setTimeout(requestTimeoutMs, () => socket.destroy())
  // Who hangs up is no fault: PHP does so after its own time-out.
  socket.on('error', () => socket.destroy())
  for await (const frame of framesIn(socket)) {
    const request = provedRequest(secret, frame)
    const freshness = request && isFresh(request.nonce, request.at, Math.floor(Date.now() / 1000))
    if (!request || freshness !== 'fresh') {
      log.warn({ reason: freshness ?? 'not proved' }, 'bridge: a request was refused')
      break
    }
    socket.setTimeout(answerTimeoutMs)
    const text = await answerText(request, answer, log)
    if (socket.destroyed) return
    socket.write(frameFor(secret, request, text, log))
    socket.setTimeout(requestTimeoutMs)
  }
  socket.end()
}

async function answerText(
  request: Request,
  answer: BridgeOptions['answer'],
  log: BridgeLog,
): Promise<string> {
  try {
    return JSON.stringify(await answer(request.hook, JSON.parse(request.data)))
  } catch (error) {
    log.error({ hook: request.hook, err: error }, 'bridge: a hook could not be answered')
    return failed
  }
}

/** PHP takes it as no answer. */
const failed = JSON.stringify({ error: 'failed' })

function frameFor(secret: string, { hook, nonce }: Request, text: string, log: BridgeLog): Buffer {
  try {
    return frameOf(signedAnswer(secret, nonce, text))
  } catch (error) {
    log.error({ hook, err: error }, 'bridge: an answer is too large for a frame')
    return frameOf(signedAnswer(secret, nonce, failed))
  }
}

/** Removes the socket of a connector that died; one that lives keeps it. */
async function makeRoom(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 })
  const file = await lstat(path).catch(() => undefined)
  if (!file) return
  if (!file.isSocket())
    throw new Error(`${path} is no socket: remove it, or set billtech.bridge_socket to another path.`)
  if (await answers(path)) throw new Error(`Another connector is already listening at ${path}.`)
  await unlink(path)
}

async function answers(path: string): Promise<boolean> {
  const probe = connect(path)
  try {
    await once(probe, 'connect')
    return true
  } catch {
    return false
  } finally {
    probe.destroy()
  }
}

async function listenPrivately(server: Server, path: string): Promise<void> {
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await once(server, 'listening')
}

async function giveToGroup({ socket, secretFile }: Place, gid: number): Promise<void> {
  try {
    await chown(socket, -1, gid)
  } catch (cause) {
    const says = `${socket} cannot be given to the group of ${secretFile} (gid ${gid}): run the connector with that`
    throw new Error(`${says} group, in its unit as SupplementaryGroups=.`, { cause })
  }
  await chmod(socket, 0o660)
}
