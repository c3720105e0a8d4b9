import type { Problem } from '@bill-gateway/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardlyHttp } from './fuzz/bytes.ts'
import { type FuzzAnswer, type FuzzRequest, openClient } from './fuzz/client.ts'
import { bulk, garbageCreate, labelledCreate, mutatedCreate } from './fuzz/creates.ts'
import { otherRequests } from './fuzz/others.ts'
import { makeWorld, type World } from './fuzz/world.ts'
import { expectDiscreet } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { openFingerprints } from './support/fingerprint.ts'
import { exchange } from './support/raw-socket.ts'

/** FUZZ_SEED repeats a run; FUZZ_REQUESTS is the least number of requests sent. */
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
const requests = Number(process.env.FUZZ_REQUESTS ?? 3_000)
const batchSize = 50
const connections = 16

let world: World
let client: ReturnType<typeof openClient>
let prints: Awaited<ReturnType<typeof openFingerprints>>
let sent = 0
const kinds = new Map<string, number>()
/** Every token that the gateway has answered. */
const given = new Set<string>()

beforeAll(async () => {
  console.log(`FUZZ_SEED=${seed} FUZZ_REQUESTS=${requests}`)
  world = await makeWorld()
  client = openClient(world.gateway.url, connections)
  prints = await openFingerprints(world.gateway.database.url)
})
afterAll(async () => {
  console.log(
    `${sent} requests: ${[...kinds]
      .map(([kind, count]) => `${kind} ${count}`)
      .sort()
      .join(', ')}`,
  )
  client?.close()
  await prints?.close()
  await world?.gateway.close()
})

/** Sends and holds the answer to what is true of every answer. */
async function send(request: FuzzRequest): Promise<FuzzAnswer> {
  const answer = await client.send(request)
  sent += 1
  const counted = `${request.kind} ${Math.floor(answer.status / 100)}xx`
  kinds.set(counted, (kinds.get(counted) ?? 0) + 1)
  try {
    expect(answer.status).toBeLessThan(500)
    if (answer.status >= 400) checkRefusal(request, answer)
    else for (const [token] of answer.text.matchAll(/(?<="token":")[0-9a-f]{128}(?=")/g)) given.add(token)
  } catch (error) {
    throw new Error(`${show(request)}\n→ ${answer.status} ${answer.text.slice(0, 1_000)}`, { cause: error })
  }
  return answer
}

function checkRefusal(request: FuzzRequest, answer: FuzzAnswer): void {
  expectDiscreet(answer.text)
  if (answer.text === '' || !answer.contentType.startsWith('application/problem+json')) {
    // Only pages answer a refusal in HTML.
    expect(request.bad).toBeUndefined()
    return
  }
  const problem = JSON.parse(answer.text) as Problem
  expect(problem.status).toBe(answer.status)
  if (problem.code === 'validation_failed') expect(problem.errors?.length).toBeGreaterThan(0)
  if (request.bad) expect(problem.errors?.map((error) => error.pointer).sort()).toEqual(request.bad)
}

function show({ method, path, headers, body }: FuzzRequest): string {
  return `${method} ${path} ${JSON.stringify(headers)}\n${body?.toString().slice(0, 3_000) ?? ''}`
}

/** Runs batches until so many requests are sent; a failure names the seed. */
async function batches(
  arbitrary: fc.Arbitrary<FuzzRequest>,
  count: number,
  size: number,
  check: (batch: FuzzRequest[]) => Promise<void>,
): Promise<void> {
  const batch = fc.array(arbitrary, { minLength: size, maxLength: size })
  const numRuns = Math.ceil(count / size)
  await fc.assert(fc.asyncProperty(batch, check), { seed, numRuns, endOnFailure: true })
}

const minutes = 60_000
const timeout = Math.max(10 * minutes, requests * 100)

describe('random and mutated requests', () => {
  it('refused creates name every bad field and change nothing, however many come at once', {
    timeout,
  }, async () => {
    let before = await prints.take()
    await batches(labelledCreate(world), requests * 0.35, batchSize, async (batch) => {
      const answers = await Promise.all(batch.map(send))
      for (const [index, answer] of answers.entries()) {
        expect(answer.status, show(batch[index] ?? (batch[0] as FuzzRequest))).toBe(400)
      }
      const after = await prints.take()
      expect(after).toEqual(before)
      before = after
    })
  })

  it('one after the other: whatever is refused changes nothing', { timeout }, async () => {
    const any = fc.oneof(mutatedCreate(world), garbageCreate(world), ...otherRequests(world))
    let before = await prints.take()
    await batches(any, Math.min(requests * 0.15, 5_000), 10, async (batch) => {
      for (const request of batch) {
        const answer = await send(request)
        const after = await prints.take()
        if (answer.status >= 400) expect(after, show(request)).toEqual(before)
        before = after
      }
    })
  })

  it('any mixture at once: no 5xx, and no link that was not answered', { timeout }, async () => {
    const any = fc.oneof(
      { weight: 6, arbitrary: mutatedCreate(world) },
      { weight: 3, arbitrary: garbageCreate(world) },
      { weight: 3, arbitrary: bulk(world) },
      ...otherRequests(world).map((arbitrary) => ({ weight: 1, arbitrary })),
    )
    const { rows: first } = await linkTokens()
    for (const { token } of first) given.add(token)
    await batches(any, requests - sent, batchSize, async (batch) => {
      await Promise.all(batch.map(send))
    })
    const { rows } = await linkTokens()
    expect(rows.filter(({ token }) => !given.has(token))).toEqual([])
    expect(sent).toBeGreaterThanOrEqual(requests)
  })

  it('bytes that are hardly HTTP: refused or cut off, and the server goes on', { timeout }, async () => {
    const { url } = world.gateway
    await fc.assert(
      fc.asyncProperty(hardlyHttp(world), async (bytes) => {
        const answer = await exchange(url, bytes, { halfClose: true }).catch(() => undefined)
        if (answer) expect(answer.status, bytes.toString('latin1')).toBeLessThan(500)
        if (answer) expectDiscreet(answer.body)
      }),
      { seed, numRuns: Math.min(requests / 10, 1_000), endOnFailure: true },
    )
    expect((await world.gateway.api('/health/ready', { credentials: null })).status).toBe(200)
  })

  it('and afterwards the books are sound', async () => {
    await expectSoundBooks(world.gateway.platform.db)
  })
})

function linkTokens() {
  return world.gateway.database.pool.query<{ token: string }>(
    `select encode(token, 'hex') as token from link_token`,
  )
}
