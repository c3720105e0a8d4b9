import { createServer } from 'node:net'

/** Below those that systems give out by themselves, which anybody may get between a look and its use. */
const portsFrom = 12_000
const portsOfWorker = 5_000
const workers = 4
let portsGiven = process.pid * 37

/** A port that nobody listens on, and that no other test is given: also for a server that comes back on it. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % workers
  for (let tries = 0; tries < portsOfWorker; tries++) {
    const port = portsFrom + worker * portsOfWorker + (portsGiven++ % portsOfWorker)
    if (await canListen(port)) return port
  }
  throw new Error('no port is free')
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
