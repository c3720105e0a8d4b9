import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendOut } from './outgoing.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serving(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}

test('sends the body and reads status, headers and bytes', async () => {
  const url = await serving((request, response) => {
    request.pipe(response.writeHead(418, { 'set-cookie': ['a=1', 'b=2'], 'x-method': request.method }))
  })
  const answer = await sendOut({ method: 'PUT', url: `${url}/x`, body: 'zażółć' })
  expect(answer).toMatchObject({ status: 418, headers: { 'set-cookie': 'a=1', 'x-method': 'PUT' } })
  expect(answer.body.toString()).toBe('zażółć')
})

test('does not follow redirects', async () => {
  const url = await serving((_request, response) => response.writeHead(302, { location: '/away' }).end())
  expect(await sendOut({ method: 'GET', url })).toMatchObject({ status: 302, headers: { location: '/away' } })
})

test('an answer that never ends is a timeout', async () => {
  const url = await serving((_request, response) => response.writeHead(200).write('begin'))
  await expect(sendOut({ method: 'GET', url, timeoutMs: 200 })).rejects.toMatchObject({ failure: 'timeout' })
})

test('an answer that is too long is not read to its end', async () => {
  const url = await serving((_request, response) => response.end(Buffer.alloc(2048)))
  await expect(sendOut({ method: 'GET', url, bytesMax: 2047 })).rejects.toMatchObject({
    failure: 'too-large',
  })
})

test('a refused connection names the host and not the address', async () => {
  const url = await serving(() => undefined)
  await new Promise((resolve) => server?.close(resolve))
  const sent = sendOut({ method: 'GET', url: `${url}/?secret=hidden` })
  await expect(sent).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.not.stringContaining('hidden'),
  })
})
