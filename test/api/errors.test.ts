import { errorCatalogue } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, createLink, expectDiscreet, expectProblem, postLinks, statusOf } from '../support/bill.ts'
import { exchange } from '../support/raw-socket.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

const json = { 'content-type': 'application/json' }

describe('errors are problem details', () => {
  it.each(['/', '/pay', '/pay/v1', '/pay/v1/nothing', '/pay/v2/payments', '/.env', '/pay/v1/payments/a/b/c'])(
    'unknown route %s: 404',
    async (path) => {
      const answer = await gateway.api(path, { headers: { accept: 'application/json' } })
      expectProblem(answer, 404, 'not_found')
    },
  )

  it.each([
    ['GET', '/pay/v1/payments', 'POST'],
    ['PUT', '/pay/v1/payments', 'POST'],
    ['DELETE', '/pay/v1/events', 'GET'],
    ['POST', '/pay/v1/payments/search', 'GET'],
    ['PATCH', `/pay/v1/payments/${'a'.repeat(128)}/cancel`, 'POST'],
    ['GET', '/api/service-provider/generate-key', 'POST'],
  ])('%s %s: 405 with Allow', async (method, path, allowed) => {
    const answer = await gateway.api(path, { method, headers: { accept: 'application/json' } })
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toContain(allowed)
  })

  it('a body over the limit: 413, also where it comes without a length', async () => {
    const large = JSON.stringify({ payments: [bill({ title: 'x'.repeat(2_000_000) })] })
    expectProblem(await gateway.api('/pay/v1/payments', { body: large }), 413, 'body_too_large')
    const response = await fetch(`${gateway.url}/pay/v1/payments`, {
      method: 'POST',
      headers: { ...json, authorization: basic(gateway.credentials) },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    expectDiscreet(await response.text())
  })

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'x',
    '',
  ])('media type "%s": 415', async (type) => {
    const body = JSON.stringify({ payments: [bill()] })
    const answer = await gateway.api('/pay/v1/payments', { body, headers: { 'content-type': type } })
    expectProblem(answer, 415, 'unsupported_media_type')
  })

  it('application/json with a charset is taken', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    expect((await postLinks(gateway.api, [bill()], { headers })).status).toBe(201)
  })

  it.each(['', '{', '{"payments":[}', 'payments=1', '{"payments":[]}}', '\u0000', "{'payments':[]}", 'NaN'])(
    'not JSON: %j is 400',
    async (body) => {
      const answer = await gateway.api('/pay/v1/payments', { method: 'POST', body })
      expectProblem(answer, 400, 'malformed_json')
    },
  )

  it('__proto__ and constructor in a body harm nobody', async () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"payments":[]}'
    expect((await gateway.api('/pay/v1/payments', { body })).status).toBe(400)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('a broken gzip body, a wrong length, deep nesting: refused, never 5xx', async () => {
    const deep = `{"payments":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    expect((await gateway.api('/pay/v1/payments', { body: deep })).status).toBe(400)
    const authorization = `Authorization: ${basic(gateway.credentials)}\r\nHost: x\r\nConnection: close\r\n`
    const short = await exchange(
      gateway.url,
      `POST /pay/v1/payments HTTP/1.1\r\n${authorization}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{"payments":[]}`,
    )
    expect(short.status).toBe(400)
    expectDiscreet(short.body)
  })

  it('every problem has type, title, status, code and requestId of the catalogue', async () => {
    const answer = await gateway.api('/pay/v1/nothing')
    const problem = expectProblem(answer, 404, 'not_found')
    expect(problem).toMatchObject({
      type: `${gateway.url}/docs/errors#not_found`,
      title: errorCatalogue.not_found.title,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('a database that refuses is 503 with Retry-After, or 500 with an id; never SQL', async () => {
    const broken = await startTestGateway({ worker: false })
    await broken.database.pool.query('alter table payment_link rename to gone')
    const answer = await postLinks(broken.api, [bill()])
    await broken.close()
    expect(answer.status).toBe(500)
    expectProblem(answer, 500, 'internal_error')
  })
})

describe('addresses', () => {
  it('repeated slashes in a path count as one', async () => {
    const { token } = await createLink(gateway.api)
    for (const path of [
      `//pay/v1/payments/${token}`,
      `/pay//v1///payments/${token}`,
      `//pay//v1//payments//${token}/`,
    ]) {
      expect(await gateway.api(path), path).toMatchObject({ status: 200 })
    }
    const search = await gateway.api('//pay/v1//payments/search?fromDate=0')
    expect(search.status).toBe(200)
    const page = await gateway.api(`//single-payment//${token}`, { credentials: null })
    expect(page.status).toBe(200)
  })

  it('slashes in a query are left alone', async () => {
    const { shortLink } = await createLink(gateway.api, { name: 'Jan', surname: 'Kowalski' })
    const answer = await gateway.api('/s/encode?utm_content=a//b', {
      body: { url: shortLink },
      credentials: null,
    })
    const { url } = answer.body as { url: string }
    const location = (await gateway.api(url, { credentials: null })).headers.get('location') ?? ''
    expect(new URL(location).searchParams.get('utm_content')).toBe('a//b')
  })

  it('odd paths are refused, never 5xx', async () => {
    const token = (await createLink(gateway.api)).token
    for (const path of [
      '/%',
      '/%zz',
      '/pay/v1/payments/%',
      `/single-payment/%00`,
      '/s/%c3%28',
      `/single-payment/${'%f0'.repeat(90)}`,
      `/pay/v1/payments/${token}%00`,
      '/..%2f..%2fetc/passwd',
      `/${'a'.repeat(9_000)}`,
    ]) {
      const answer = await exchange(
        gateway.url,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(gateway.credentials)}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(answer.status, path).toBeLessThan(500)
      expectDiscreet(answer.body)
    }
    expect((await statusOf(gateway.api, token)).status).toBe('active')
  })
})
