import { createSocket, type Socket } from 'node:dgram'
import type { LookupAddress } from 'node:dns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createResolve } from './resolve.ts'

let server: Socket
let servers: string[]
/** Names that the server was asked for. */
const asked = new Set<string>()
beforeAll(async () => {
  server = createSocket('udp4', (query, { port, address }) => {
    const answer = answerTo(query)
    if (answer) server.send(answer, port, address)
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  servers = [`127.0.0.1:${server.address().port}`]
})
afterAll(() => void server.close())

const addresses: Record<number, number[]> = { 1: [192, 0, 2, 7], 28: [0x20, 1, ...Array(13).fill(0), 7] }

/** RFC 1035. `both`, `four`, `six` have those addresses, `dead` has no answer, nothing else exists. */
function answerTo(query: Buffer): Buffer | undefined {
  const labels = []
  let at = 12
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const question = query.subarray(12, at + 5)
  const type = query.readUInt16BE(at + 1)
  asked.add(labels.join('.'))
  const [kind = ''] = labels
  if (kind.startsWith('dead')) return undefined
  const exists = ['both', 'four', 'six'].includes(kind)
  const has = exists && (kind === 'both' || (kind === 'four') === (type === 1)) ? addresses[type] : undefined
  const head = Buffer.alloc(12)
  head.writeUInt16BE(query.readUInt16BE(0), 0)
  head.writeUInt16BE(exists ? 0x8180 : 0x8183, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(has ? 1 : 0, 6)
  const record = has ? Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, has.length, ...has]) : Buffer.of()
  return Buffer.concat([head, question, record])
}

const four: LookupAddress = { address: '192.0.2.7', family: 4 }
const six: LookupAddress = { address: '2001::7', family: 6 }
const nobody = () => Promise.reject(new Error('the system is asked'))

describe('a name', () => {
  it.each([
    ['both.example', [four, six]],
    ['both.example.', [four, six]],
    ['four.example', [four]],
    ['six.example', [six]],
  ])('%s has every address that DNS tells', async (name, expected) => {
    expect(await createResolve({ servers, system: nobody })(name)).toEqual(expected)
  })

  it('whose servers never answer holds up no other, and the system hears nothing of it', async () => {
    const resolve = createResolve({ servers, system: nobody })
    const ended: string[] = []
    const dead = Array.from({ length: 40 }, (_, nth) =>
      resolve(`dead${nth}.example`).catch(({ code }) => ended.push(code)),
    )
    expect(await resolve('both.example')).toEqual([four, six])
    await Promise.all(dead)
    expect(ended).toEqual(Array(40).fill('ETIMEOUT'))
  })

  it.each(['erp.local', 'localhost', 'receiver.'])(
    'that is in no DNS is asked of the system: %s',
    async (name) => {
      const system = async (hostname: string) => [{ address: hostname, family: 4 }]
      expect(await createResolve({ servers, system })(name)).toEqual([{ address: name, family: 4 }])
      expect(asked.has('localhost')).toBe(false)
    },
  )

  it('is asked of the system one at a time, and once for all who wait for it', async () => {
    let running = 0
    const seen: string[] = []
    const system = async (hostname: string) => {
      expect(++running).toBe(1)
      seen.push(hostname)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      if (hostname === 'a') throw new Error('no such name')
      return [four]
    }
    const resolve = createResolve({ servers, system })
    const answers = await Promise.allSettled(['a', 'b', 'b', 'a', 'c'].map(resolve))
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(answers.map(({ status }) => status[0])).toEqual(['r', 'f', 'f', 'r', 'f'])
    await resolve('b')
    expect(seen).toEqual(['a', 'b', 'c', 'b'])
  })
})

it('this machine is found without DNS', async () => {
  const found = await createResolve({ servers: ['127.0.0.1:1'] })('localhost')
  expect(found.map(({ address }) => address)).toContain('127.0.0.1')
})
