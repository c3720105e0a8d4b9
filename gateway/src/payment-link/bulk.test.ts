import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { item, type Links, startLinks } from '../../testing/links.ts'
import { newBiller } from '../../testing/rooms.ts'
import { revokeKey } from '../provider/index.ts'
import { findLinkByToken } from './index.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks()
})
afterAll(() => world.close())

const path = '/pay/v1/payments/bulk'
const ndjson = { 'content-type': 'application/x-ndjson' }
const upload = (text: string) => world.post(path, text, ndjson)
// biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect
const resultsOf = (text: string): any[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const linesOf = (items: unknown[]) => items.map((value) => `${JSON.stringify(value)}\n`).join('')
const stored = async (token: string) => {
  const link = await findLinkByToken(world.db, token)
  if (!link) throw new Error('the link is not stored')
  return link
}
const countLinks = async (userId: string) =>
  (
    await world.db
      .selectFrom('payment_link')
      .innerJoin('payer', 'payer.id', 'payment_link.payer_id')
      .select('payment_link.id')
      .where('user_id', '=', userId)
      .execute()
  ).length

/** Links of the payer, and those in events, at one moment: a batch tells of all its links at once. */
const madeAndTold = async (userId: string) => {
  const { rows } = await sql<{ made: bigint; told: bigint }>`
    select (select count(*) from payment_link as link join payer on payer.id = link.payer_id
        where user_id = ${userId}) as made,
      (select count(*) from event, json_array_elements(data->'links') as link
        where link->>'userId' = ${userId}) as told`.execute(world.db)
  return { made: Number(rows[0]?.made), told: Number(rows[0]?.told) }
}

/** An upload that is written and read by hand. */
function open(by = world.biller, server = world.server.url) {
  const url = new URL(path, server)
  const sending = request(url, { method: 'POST', headers: { ...by.headers, ...ndjson } })
  sending.on('error', () => undefined)
  const answer = once(sending, 'response').then(([response]) => response)
  answer.catch(() => undefined)
  return { sending, answer }
}

describe('bulk', () => {
  it('answers each line in its order', async () => {
    const items = Array.from({ length: 950 }, (_, index) =>
      item({ title: `FV ${index}`, operationId: index % 2 ? index : null }),
    )
    const answer = await upload(linesOf(items))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    const results = resultsOf(answer.text)
    expect(results.map((result) => result.line)).toEqual(items.map((_, index) => index + 1))
    const titles = await Promise.all(results.map(async ({ token }) => (await stored(token)).title))
    expect(titles).toEqual(items.map(({ title }) => title))
  })

  it('lets a bad line fail alone', async () => {
    const named = item({ name: 'Jan', surname: 'K' })
    const text = [
      JSON.stringify(named),
      'not JSON',
      '',
      '   \r',
      JSON.stringify(item({ amount: 0, title: '' })),
      JSON.stringify({ ...item(), title: 'x'.repeat(70_000) }),
      '[]',
      `${JSON.stringify(item())}\r`,
      JSON.stringify(item()),
    ].join('\n')
    const results = resultsOf((await upload(text)).text)
    expect(results).toMatchObject([
      { line: 1, shortLink: expect.stringContaining('/s/') },
      { line: 2, error: { code: 'malformed_json' } },
      {
        line: 5,
        error: {
          code: 'validation_failed',
          title: 'Validation of the request failed',
          errors: [
            { pointer: '/amount', code: 'too_small' },
            { pointer: '/title', code: 'too_short' },
          ],
        },
      },
      { line: 6, error: { code: 'body_too_large' } },
      { line: 7, error: { code: 'validation_failed', errors: [{ pointer: '', code: 'invalid_type' }] } },
      { line: 8, token: expect.any(String) },
      { line: 9, token: expect.any(String) },
    ])
  })

  it('does not take bytes that are no UTF-8 for text', async () => {
    const line = Buffer.from(JSON.stringify(item({ userId: 'żółw' })), 'latin1')
    const answer = await fetch(`${world.server.url}${path}`, {
      method: 'POST',
      headers: { ...world.biller.headers, ...ndjson },
      body: line,
    })
    expect(resultsOf(await answer.text())).toMatchObject([{ line: 1, error: { code: 'malformed_json' } }])
  })

  it('updates a repeated pair, the last line winning', async () => {
    const userId = 'repeated'
    const others = Array.from({ length: 60 }, () => item())
    const items = Array.from({ length: 12 }, (_, round) => [
      item({ userId, operationId: 'a', amount: round + 1 }),
      ...others,
    ]).flat()
    const results = resultsOf((await upload(linesOf(items))).text)
    const tokens = results.filter((_, index) => index % 61 === 0).map((result) => result.token)
    expect(new Set(tokens).size).toBe(1)
    expect(await stored(tokens[0])).toMatchObject({ askedAmount: 1200n })
    expect(await countLinks(userId)).toBe(1)
  })

  it('answers nothing to nothing, and takes no other media type', async () => {
    expect(await upload('')).toMatchObject({ status: 200, text: '' })
    expect((await world.post(path, '{}')).status).toBe(415)
    expect((await world.post('/pay/v1/payments', '{}', ndjson)).status).toBe(415)
  })

  it('answers lines while the upload is still open', async () => {
    const { sending, answer } = open()
    sending.write(linesOf([item(), item()]))
    const response = await answer
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    const answered = () => resultsOf(text.slice(0, text.lastIndexOf('\n') + 1)).map((result) => result.line)
    const ended = once(response, 'end')
    await expect.poll(answered).toEqual([1, 2])
    sending.write(linesOf([item()]))
    await expect.poll(answered).toEqual([1, 2, 3])
    sending.end()
    await ended
  })

  it('works no further than the caller reads', async () => {
    const userId = 'unread'
    const { sending, answer } = open()
    const text = linesOf(Array.from({ length: 100 }, () => item({ userId, title: 'x'.repeat(100) })))
    let stopped = false
    let written = 0
    const drained = async () => {
      while (sending.writableNeedDrain && !stopped) await sleep(20)
    }
    const write = async () => {
      while (!stopped) {
        written += 100
        if (!sending.write(text)) await drained()
      }
    }
    const writing = write()
    const response = await answer
    response.pause()
    const settled = async () => {
      let before = 0
      for (let now = -1; now !== before || now === 0; now = await countLinks(userId)) {
        before = now
        await sleep(1_000)
      }
      return before
    }
    const made = await settled()
    stopped = true
    await writing
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(written)
    sending.destroy()
    response.destroy()
  })

  it('leaves whole batches where the caller breaks off', async () => {
    const userId = 'broken'
    const { sending, answer } = open()
    const line = JSON.stringify(item({ userId }))
    sending.write(`${line}\n`.repeat(1_000))
    const response = await answer
    await once(response, 'data')
    sending.write(line.slice(0, 20))
    sending.destroy()
    // At any moment, also while the server has not noticed yet.
    for (let looks = 0; looks < 10; looks++) {
      const { made, told } = await madeAndTold(userId)
      expect(made).toBeGreaterThan(0)
      expect(made).toBe(told)
      await sleep(50)
    }
    expect((await upload(linesOf([item()]))).status).toBe(200)
  })

  it('ends where the key is revoked', async () => {
    const biller = await newBiller(world.database)
    const { sending, answer } = open(biller)
    sending.write(linesOf([item()]))
    const response = await answer
    await once(response, 'data')
    const closed = new Promise((resolve) => response.once('close', resolve))
    response.on('error', () => undefined)
    response.resume()
    await revokeKey(world.db, biller.provider.id, biller.key.apiKey)
    await closed
    sending.write(linesOf([item({ userId: 'too late' })]))
    await sleep(100)
    expect(response.complete).toBe(false)
    expect(await countLinks('too late')).toBe(0)
  })

  it('does not keep the server from closing', async () => {
    const other = await startLinks()
    const { sending, answer } = open(other.biller, other.server.url)
    sending.write(linesOf([item()]))
    const response = await answer
    response.on('error', () => undefined)
    response.resume()
    await other.close()
    expect(response.complete).toBe(false)
  })
})
