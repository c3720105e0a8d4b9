import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNets } from './allowed-address.ts'
import { guardedAgent } from './guarded-agent.ts'
import type { Resolve } from './resolve.ts'
import { post } from './send.ts'

let server: Server
let port: number
let heard = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    heard++
    // Every request on a connection of its own.
    request.resume().on('end', () => response.writeHead(200, { connection: 'close' }).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const loopback: LookupAddress = { address: '127.0.0.1', family: 4 }
const nets = readNets(['127.0.0.1'])

async function tries(resolve: Resolve, count: number, url = `http://hooks.example.com:${port}/`) {
  const agent = guardedAgent(nets, resolve)
  const failures = []
  for (let nth = 0; nth < count; nth++)
    failures.push((await post(agent, { url, headers: {}, body: '{}' })).failure)
  await agent.close()
  return failures
}

describe('a name', () => {
  it('is resolved for each connection, which goes to an address that was checked', async () => {
    let asked = 0
    const before = heard
    expect(await tries(async () => [{ ...loopback, asked: asked++ } as LookupAddress], 3)).toEqual([
      null,
      null,
      null,
    ])
    expect(asked).toBe(3)
    expect(heard - before).toBe(3)
  })

  it('that leads elsewhere the next time is refused then', async () => {
    const answers = [[loopback], [{ address: '10.0.0.1', family: 4 }], [loopback]]
    const resolve: Resolve = async () => answers.shift() ?? []
    expect(await tries(resolve, 3)).toEqual([null, 'address_not_allowed', null])
  })

  it('with one address that is not allowed among others is refused', async () => {
    const resolve: Resolve = async () => [loopback, { address: '169.254.169.254', family: 4 }]
    expect(await tries(resolve, 1)).toEqual(['address_not_allowed'])
  })

  it('without an address is unreachable or refused, and so is one that does not resolve', async () => {
    expect(await tries(async () => [], 1)).toEqual(['address_not_allowed'])
    const failing: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    expect(await tries(failing, 1)).toEqual(['unreachable'])
  })

  it('that is public may not be reached on another port, nor without TLS', async () => {
    const resolve: Resolve = async () => [{ address: '8.8.8.8', family: 4 }]
    expect(await tries(resolve, 1)).toEqual(['address_not_allowed'])
    expect(await tries(resolve, 1, 'https://hooks.example.com:8443/')).toEqual(['address_not_allowed'])
    expect(await tries(resolve, 1, 'http://hooks.example.com/')).toEqual(['address_not_allowed'])
  })
})

describe('an address', () => {
  it('is checked though nobody resolves it', async () => {
    const resolve: Resolve = () => Promise.reject(new Error('nobody asks'))
    expect(await tries(resolve, 1, `http://127.0.0.1:${port}/`)).toEqual([null])
    expect(await tries(resolve, 1, `http://127.0.0.2:${port}/`)).toEqual(['address_not_allowed'])
    expect(await tries(resolve, 1, `http://[::ffff:127.0.0.1]:${port}/`)).toEqual(['address_not_allowed'])
    expect(await tries(resolve, 1, `http://2130706434:${port}/`)).toEqual(['address_not_allowed'])
  })
})

describe('a server', () => {
  it('that ends the connection or speaks no HTTP is a failure', async () => {
    const { createServer: createPlain } = await import('node:net')
    const rude = createPlain((socket) => socket.end('nonsense\r\n\r\n'))
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(rude.address() as AddressInfo).port}/`
    expect(await tries(async () => [], 1, url)).toEqual(['unreachable'])
    rude.close()
  })

  it('without TLS where TLS was asked for is a failure', async () => {
    expect(await tries(async () => [], 1, `https://127.0.0.1:${port}/`)).toEqual([
      expect.stringMatching(/unreachable|certificate/),
    ])
  })
})
