import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, createLink, expectProblem, nrb, statusOf } from '../support/bill.ts'

interface Result {
  line: number
  token?: string
  link?: string
  shortLink?: string
  error?: { code: string; title: string; errors?: { pointer: string; code: string; detail: string }[] }
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

const ndjson = { 'content-type': 'application/x-ndjson' }

async function bulk(body: string, more: Record<string, unknown> = {}): Promise<Result[]> {
  const answer = await gateway.api('/pay/v1/payments/bulk', {
    method: 'POST',
    body,
    headers: ndjson,
    ...more,
  })
  expect(answer.status, answer.text).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
  return resultsOf(answer.text)
}

function resultsOf(text: string): Result[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result)
}

const lines = (...items: unknown[]) =>
  items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n')

describe('bulk', () => {
  it('one result a line, in order, for more items than a request may have', async () => {
    const items = Array.from({ length: 1234 }, (_, index) =>
      bill({ amount: index + 1, userId: `bulk-${index % 400}` }),
    )
    const results = await bulk(`${lines(...items)}\n`)
    expect(results.map((result) => result.line)).toEqual(items.map((_, index) => index + 1))
    expect(new Set(results.map((result) => result.token)).size).toBe(1234)
    for (const index of [0, 99, 100, 617, 1233]) {
      const status = await statusOf(gateway.api, results[index]?.token ?? '')
      expect(status.amounts.asked).toBe(index + 1)
      expect(results[index]?.link).toBe(status.link)
    }
  })

  it('a bad line fails alone and says why; its pointers start at the item', async () => {
    const good = bill({ name: 'Jan', surname: 'Kowalski' })
    const results = await bulk(
      lines(good, bill({ amount: 0, title: '' }), '{"userId":', '7', 'null', '[]', good),
    )
    expect(results).toHaveLength(7)
    expect(results[0]).toMatchObject({ line: 1, shortLink: expect.stringContaining('/s/') })
    expect(results[1]?.error?.code).toBe('validation_failed')
    expect(results[1]?.error?.errors?.map((error) => error.pointer).sort()).toEqual(['/amount', '/title'])
    expect(results[2]).toMatchObject({ line: 3, error: { code: 'malformed_json' } })
    for (const index of [3, 4, 5]) expect(results[index]).toMatchObject({ line: index + 1, error: {} })
    expect(results[6]?.token).toMatch(/^[0-9a-f]{128}$/)
  })

  it('a repeated pair updates: the same token, the later data', async () => {
    const pair = { userId: String(bill().userId), operationId: 'op' }
    const results = await bulk(
      lines(bill({ ...pair, amount: 1 }), bill(), bill({ ...pair, amount: 2 }), bill({ ...pair, amount: 3 })),
    )
    const [first, , third, fourth] = results
    expect(third?.token).toBe(first?.token)
    expect(fourth?.token).toBe(first?.token)
    expect((await statusOf(gateway.api, first?.token ?? '')).amounts).toMatchObject({ asked: 3, open: 3 })
  })

  it('updates the link that another request made', async () => {
    const pair = { userId: String(bill().userId), operationId: 'op' }
    const made = await createLink(gateway.api, { ...pair, amount: 9 })
    const [result] = await bulk(lines(bill({ ...pair, amount: 10 })))
    expect(result?.token).toBe(made.token)
  })

  it('blank lines, a missing last newline and Windows line ends do not matter', async () => {
    const results = await bulk(`${JSON.stringify(bill())}\r\n\r\n\n${JSON.stringify(bill())}`)
    expect(results.filter((result) => result.token)).toHaveLength(2)
  })

  it('no line: no result', async () => {
    expect(await bulk('\n')).toEqual([])
  })

  it('characters that the network cuts in two arrive whole', async () => {
    const item = bill({ title: 'Żółć' })
    const bytes = Buffer.from(`${JSON.stringify(item)}\n`)
    const cut = bytes.indexOf(0xc5) + 1
    const upload = openUpload()
    await upload.sent(bytes.subarray(0, cut))
    upload.end(bytes.subarray(cut))
    const [result] = resultsOf(await upload.text())
    expect((await statusOf(gateway.api, result?.token ?? '')).title).toBe('Żółć')
  })

  it('answers while the upload goes on', async () => {
    const upload = openUpload()
    for (let sent = 0; sent < 300; sent++) upload.write(`${JSON.stringify(bill())}\n`)
    const first = await upload.firstText()
    expect(resultsOf(first.slice(0, first.lastIndexOf('\n') + 1))[0]).toMatchObject({ line: 1 })
    upload.end(`${JSON.stringify(bill())}\n`)
    expect(resultsOf(await upload.text())).toHaveLength(301)
  })

  it('back-pressure: a client that does not read is not read either', async () => {
    const upload = openUpload()
    upload.pause()
    const line = `${JSON.stringify(bill({ title: 'x'.repeat(105), name: 'a'.repeat(100), surname: 'b'.repeat(100) }))}\n`
    let written = 0
    // Sockets on both sides buffer some megabytes at most; a server that took everything would take all of it.
    const enough = 64 * 1024 * 1024
    for (let full = 0; written < enough && full < 20; ) {
      const flowing = upload.write(line.repeat(200))
      written += line.length * 200
      if (flowing || (await upload.drainedSoon())) full = 0
      else full += 1
    }
    expect(written).toBeLessThan(enough)
    upload.destroy()
  })

  it('a line longer than any item fails alone', async () => {
    const results = await bulk(lines(bill(), bill({ title: 'x'.repeat(3_000_000) }), bill()))
    expect(results.map((result) => Boolean(result.token))).toEqual([true, false, true])
  })

  it.each(['application/json', 'text/plain'])('%s is 415', async (type) => {
    const answer = await gateway.api('/pay/v1/payments/bulk', {
      method: 'POST',
      body: JSON.stringify(bill()),
      headers: { 'content-type': type },
    })
    expectProblem(answer, 415, 'unsupported_media_type')
  })

  it('needs a key', async () => {
    const answer = await gateway.api('/pay/v1/payments/bulk', {
      method: 'POST',
      body: '',
      headers: ndjson,
      credentials: null,
    })
    expectProblem(answer, 401)
  })

  it('needs an account in the line where the provider has none', async () => {
    const [bad, good] = await bulk(lines(bill({ nrb: '' }), bill({ nrb })))
    expect(bad?.error?.errors).toMatchObject([{ pointer: '/nrb', code: 'required' }])
    expect(good?.token).toBeDefined()
  })
})

/** An upload that is written bit by bit, on a connection of its own. */
function openUpload() {
  const outgoing = request(`${gateway.url}/pay/v1/payments/bulk`, {
    method: 'POST',
    headers: { ...ndjson, authorization: basic(gateway.credentials) },
  })
  outgoing.on('error', () => undefined)
  let text = ''
  let wake = () => {}
  let paused = false
  const ended = new Promise<void>((resolve) => {
    outgoing.on('response', (response) => {
      if (paused) return
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        wake()
      })
      response.on('end', resolve)
    })
  })
  return {
    write: (data: string | Buffer) => outgoing.write(data),
    sent: (data: Buffer) => new Promise<unknown>((resolve) => outgoing.write(data, resolve)),
    end: (data: string | Buffer) => outgoing.end(data),
    destroy: () => outgoing.destroy(),
    pause: () => {
      paused = true
    },
    /** Whether the socket took everything within a tenth of a second. */
    drainedSoon: () =>
      new Promise<boolean>((resolve) => {
        const settle = (drained: boolean) => {
          clearTimeout(timer)
          outgoing.off('drain', onDrain)
          resolve(drained)
        }
        const onDrain = () => settle(true)
        const timer = setTimeout(() => settle(false), 100)
        outgoing.once('drain', onDrain)
      }),
    async firstText() {
      while (!text.includes('\n'))
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      return text
    },
    async text() {
      await ended
      return text
    },
  }
}
