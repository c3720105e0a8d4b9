import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../gateway/testing/free-port.ts'
import { createSecret } from '../../src/bridge/secret.ts'
import { type BridgeLog, listen } from '../../src/bridge/server.ts'
import { templates } from './templates.ts'

/** Every notice of PHP goes to its log, which tests read: none may be there. */
const options = ['-d', 'display_errors=stderr', '-d', 'error_reporting=-1', '-d', 'log_errors=0']
/** The plugin as it is shipped. */
export const pluginDirectory = fileURLToPath(new URL('../../../lms-plugin', import.meta.url))

export interface Scene {
  /** See run.php; none for a scene that is served. */
  steps?: object[]
  customerId?: number
  rights?: string[]
  privileges?: string[]
  /** `layout`, `old-layout` or `no-layout`: what LMS puts around a page. */
  templates?: string
  settings?: Record<string, string>
  /** Arguments of the script that LMS runs. */
  arguments?: string[]
}

export interface Played<Result> {
  /** One a step. */
  results: Result[]
  /** What went to PHP’s log, line by line. */
  log: string[]
}

/** A place for a bridge, and PHP that looks for it there. */
export interface Stage {
  place: { socket: string; secretFile: string }
  /** A directory that stands for LMS’s compiled templates. */
  compileDirectory: string
  play<Result = HookResult>(scene: Scene): Promise<Played<Result>>
  /** LMS’s pages over HTTP, for a browser too. */
  serve(scene: Scene): Promise<Serving>
  /** A connector that answers by the function and keeps what it was asked. */
  answerBy(answer: (hook: string, data: unknown) => object | Promise<object>): Promise<Answering>
  /** Something else at the socket. */
  listenBy(serve: (socket: Socket) => void): Promise<void>
  close(): Promise<void>
}

export interface Serving {
  /** `http://127.0.0.1:…/` */
  url: string
  /** Another operator, other settings: from the next request on. */
  change(scene: Scene): Promise<void>
  /** What went to PHP’s log, line by line. */
  log: string[]
}

export interface HookResult {
  /** Whether the plugin gave back exactly what it was given. */
  same: boolean
  data: Record<string, unknown>
  page: string
  vars: Record<string, unknown>
}

export interface Answering {
  asked: { hook: string; data: Record<string, unknown> }[]
  log: { says: string; details: Record<string, unknown> }[]
  close(): Promise<void>
}

/** How long PHP’s web server may take to listen. */
const startMs = 60_000

export async function setStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'bridge-'))
  const place = { socket: join(directory, 'bridge.sock'), secretFile: join(directory, 'bridge.secret') }
  const compileDirectory = join(directory, 'compiled')
  await mkdir(compileDirectory)
  for (const [name, files] of Object.entries(templates)) {
    await mkdir(join(directory, 'templates', name), { recursive: true })
    for (const [file, text] of Object.entries(files))
      await writeFile(join(directory, 'templates', name, file), text)
  }
  await createSecret(place.secretFile)
  const closers: (() => Promise<void>)[] = []
  const whole = (scene: Scene): object => ({
    plugin: pluginDirectory,
    scratch: directory,
    compileDirectory,
    ...scene,
    settings: {
      'billtech.bridge_socket': place.socket,
      'billtech.bridge_secret_file': place.secretFile,
      // A machine that is busy with other tests answers late.
      'billtech.bridge_page_ms': '10000',
      'billtech.bridge_mail_ms': '10000',
      ...scene.settings,
    },
  })
  return {
    place,
    compileDirectory,
    play: (scene) => play(whole(scene)),
    serve: async (scene) => {
      const { close, ...serving } = await serve(whole, scene, join(directory, `scene-${closers.length}.json`))
      closers.push(close)
      return serving
    },
    answerBy: async (answer) => {
      const answering = await answerBy(place, answer)
      closers.push(answering.close)
      return answering
    },
    listenBy: async (serve) => {
      closers.push(await listenBy(place.socket, serve))
    },
    close: async () => {
      for (const close of closers) await close()
      await rm(directory, { recursive: true })
    },
  }
}

async function listenBy(path: string, serve: (socket: Socket) => void): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
}

async function answerBy(place: Stage['place'], answer: Parameters<Stage['answerBy']>[0]): Promise<Answering> {
  const asked: Answering['asked'] = []
  const log: Answering['log'] = []
  const keep = (details: object, says: string) => {
    log.push({ says, details: { ...details } })
  }
  const bridgeLog: BridgeLog = { info: keep, warn: keep, error: keep }
  const bridge = await listen({
    place,
    log: bridgeLog,
    answer: async (hook, data) => {
      asked.push({ hook, data: data as Record<string, unknown> })
      return answer(hook, data)
    },
  })
  let closed: Promise<void> | undefined
  return {
    asked,
    log,
    close: () => {
      closed ??= bridge.close()
      return closed
    },
  }
}

async function play<Result>(scene: object): Promise<Played<Result>> {
  const php = spawn('php', [...options, fileURLToPath(new URL('run.php', import.meta.url))], {
    stdio: 'pipe',
  })
  php.stdin.end(JSON.stringify(scene))
  const [output, errors, status] = await Promise.all([
    textOf(php.stdout),
    textOf(php.stderr),
    once(php, 'close').then(([code]) => code as number | null),
  ])
  const log = errors.split('\n').filter((line) => line !== '')
  if (status !== 0) throw new Error(`PHP ended with ${status}: ${errors}${output}`)
  return { results: JSON.parse(output) as Result[], log }
}

async function serve(
  whole: (scene: Scene) => object,
  scene: Scene,
  file: string,
): Promise<Serving & { close(): Promise<void> }> {
  const change = (next: Scene) => writeFile(file, JSON.stringify(whole(next)))
  await change(scene)
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const router = fileURLToPath(new URL('serve.php', import.meta.url))
  const php = spawn('php', [...options, '-d', 'log_errors=1', '-S', address, router], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LMS_SCENE: file },
  })
  const log: string[] = []
  const listening = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error(`PHP does not listen: ${log.join('\n')}`)), startMs).unref()
    createInterface(php.stderr).on('line', (line) => {
      if (/Development Server .* started/.test(line)) resolve()
      // Its own lines about connections are no log of LMS.
      if (/BillGateway|PHP (Warning|Notice|Deprecated|Fatal)/.test(line)) log.push(line)
    })
  })
  await listening
  const ended = once(php, 'close')
  return {
    url: `http://${address}/`,
    change,
    log,
    close: async () => {
      php.kill()
      await ended
    },
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
