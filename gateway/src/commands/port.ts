import { createServer } from 'node:net'
import type { Settings } from '../settings.ts'

/** With PORT=0 a free one is picked now, because addresses in links name it. */
export async function withPort(settings: Settings): Promise<Settings> {
  if (settings.port !== 0) return settings
  const port = await probe(0, settings.host)
  const named = (url: string) => url.replace(/^http:\/\/localhost:0(?=\/|$)/, `http://localhost:${port}`)
  return { ...settings, port, publicUrl: named(settings.publicUrl), shortUrl: named(settings.shortUrl) }
}

/** Before anything else is started. @throws Error that says what to do where the address cannot be had */
export async function requireFreePort({ port, host }: Settings): Promise<void> {
  if (port !== 0) await probe(port, host)
}

/** @returns the port, after having listened on it for an instant */
async function probe(port: number, host: string): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (error) {
    throw refusal(error as NodeJS.ErrnoException, port, host)
  }
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : port
}

function refusal(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(
      `Port ${port} of ${host} is in use by another program. Stop it, or choose another by PORT.`,
    )
  if (error.code === 'EACCES')
    return new Error(`Port ${port} needs rights that this user has not. Choose one above 1023 by PORT.`)
  return error
}
