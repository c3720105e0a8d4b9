import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { createLink, expectProblem, pointersOf } from '../support/bill.ts'
import { exchange } from '../support/raw-socket.ts'

let gateway: TestGateway
let shortLink: string
let link: string
const named = { name: 'Zbigniew', surname: 'Wąs', email: 'zbigniew@example.com' }

beforeAll(async () => {
  gateway = await startTestGateway({ worker: false, environment: { RATE_LIMIT_MISS: '100000' } })
  const made = await createLink(gateway.api, named)
  shortLink = made.shortLink ?? ''
  link = made.link
})
afterAll(() => gateway?.close())

const nobody = { credentials: null }
const open = (url: string) => gateway.api(url, nobody)
const encode = (query: string, body: unknown = { url: shortLink }) =>
  gateway.api(`/s/encode${query}`, { body, ...nobody })
const encoded = async (query: string, url = shortLink) => {
  const answer = await encode(query, { url })
  expect(answer.status, answer.text).toBe(200)
  return (answer.body as { url: string }).url
}

describe('short links', () => {
  it('lead to the link with 302, and nothing personal in the address', async () => {
    const answer = await open(shortLink)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(link)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toContain('no-store')
  })

  it('an unknown code is 404, and so is what is no code', async () => {
    for (const code of ['AAAAAAAAAA', 'x', 'A'.repeat(11), '..%2f..', '%00', 'ABCDEFGHI!']) {
      expect((await open(`/s/${code}`)).status, code).toBe(404)
    }
  })

  it('codes are told apart by case', async () => {
    const code = shortLink.slice(-10)
    const swapped = code.replace(/[a-z]/gi, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
    expect((await open(`/s/${swapped}`)).status).toBe(404)
  })

  it('HEAD works as for mail scanners', async () => {
    expect((await gateway.api(shortLink, { method: 'HEAD', ...nobody })).status).toBe(302)
  })

  it('only misses are rate-limited, never known codes', async () => {
    const limited = await startTestGateway({
      worker: false,
      environment: { RATE_LIMIT_MISS: '3', RATE_LIMIT_PAGE: '3' },
    })
    const made = await createLink(limited.api, named)
    const misses = []
    for (let tries = 0; tries < 6; tries++)
      misses.push((await limited.api(`/s/AAAAAAAAA${tries}`, nobody)).status)
    const hits = []
    for (let tries = 0; tries < 20; tries++)
      hits.push((await limited.api(made.shortLink ?? '', nobody)).status)
    await limited.close()
    expect(misses).toEqual([404, 404, 404, 429, 429, 429])
    expect(new Set(hits)).toEqual(new Set([302]))
  })
})

describe('encode', () => {
  it('adds a slash and at most two characters, and the page gets the parameters', async () => {
    const url = await encoded('?type=connect&connectApp=MU')
    expect(url).toMatch(new RegExp(`^${shortLink}/[A-Za-z0-9]{1,2}$`))
    const answer = await open(url)
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(`${link}?type=connect&connectApp=MU`)
  })

  it('the same set is always the same suffix, in whatever order', async () => {
    const first = await encoded('?type=balance&utm_source=sms&utm_campaign=may')
    expect(await encoded('?utm_campaign=may&type=balance&utm_source=sms')).toBe(first)
    const other = await createLink(gateway.api, named)
    const second = await encoded('?type=balance&utm_source=sms&utm_campaign=may', other.shortLink)
    expect(second.slice((other.shortLink ?? '').length)).toBe(first.slice(shortLink.length))
    expect(await encoded('?type=balance&utm_source=mail')).not.toBe(first)
  })

  it('keeps type, connectApp, utm_* and lang, and drops all else', async () => {
    const url = await encoded(
      '?lang=en&name=Jan&email=jan%40example.com&utm_x=1&amount=5&javascript=alert(1)',
    )
    const target = new URL((await open(url)).headers.get('location') ?? '')
    expect(Object.fromEntries(target.searchParams)).toEqual({ lang: 'en', utm_x: '1' })
    expect(`${target.origin}${target.pathname}`).toBe(link)
  })

  it('nothing to encode: the short link as it is', async () => {
    expect(await encoded('')).toBe(shortLink)
    expect(await encoded('?name=Jan')).toBe(shortLink)
  })

  it('values with odd characters come out as they went in', async () => {
    const value = 'żółć & co/„=?#'
    const url = await encoded(`?utm_content=${encodeURIComponent(value)}`)
    const target = new URL((await open(url)).headers.get('location') ?? '')
    expect(target.searchParams.get('utm_content')).toBe(value)
  })

  it('a suffix already there is replaced or added to, never nested', async () => {
    const url = await encoded('?type=balance', await encoded('?lang=en'))
    expect(url).toMatch(new RegExp(`^${shortLink}/[A-Za-z0-9]{1,2}$`))
  })

  it('an unknown suffix still leads to the link', async () => {
    const answer = await open(`${shortLink}/zZ`)
    expect([302, 404]).toContain(answer.status)
    if (answer.status === 302) expect(answer.headers.get('location')).toBe(link)
  })

  it('only known codes of this service', async () => {
    for (const url of [
      `${gateway.url}/s/AAAAAAAAAA`,
      'https://evil.example/SscsYRx7qy',
      link,
      'javascript:alert(1)',
      'x',
    ]) {
      const answer = await encode('?type=balance', { url })
      expect([400, 404], url).toContain(answer.status)
    }
  })

  it('bounded sizes: a long value is cut off or refused, and a body without url names it', async () => {
    expect([200, 400]).toContain((await encode(`?utm_source=${'x'.repeat(3000)}`)).status)
    const answer = await encode('', {})
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual(['/url'])
  })

  it('at most 5,000 sets a provider; sets known before go on working', async () => {
    const { provider, credentials } = await gateway.newProvider()
    const made = await createLink(gateway.api, named, { credentials })
    const known = await encoded('?utm_source=known', made.shortLink)
    await gateway.database.pool.query(
      `insert into short_link_parameters (provider_id, suffix, query)
       select $1, 'fill' || n, 'utm_fill=' || n from generate_series(1, 4999) as n`,
      [provider.id],
    )
    expectProblem(
      await encode('?utm_source=one-more', { url: made.shortLink }),
      409,
      'parameter_sets_exhausted',
    )
    expect(await encoded('?utm_source=known', made.shortLink)).toBe(known)
    expect(await encoded('?utm_source=one-more')).toContain(shortLink)
  })

  it('the same new set asked for 50 times at once is one set', async () => {
    const urls = await Promise.all(
      Array.from({ length: 50 }, () => encoded('?utm_source=race&utm_medium=sms')),
    )
    expect(new Set(urls).size).toBe(1)
  })
})

describe('short links on a host of their own', () => {
  it('are known by the Host header: code, code with suffix, and encode', async () => {
    const own = await startTestGateway({
      worker: false,
      environment: { SHORT_URL: 'https://krotki.example' },
    })
    const made = await createLink(own.api, named)
    expect(made.shortLink).toMatch(/^https:\/\/krotki\.example\/[A-Za-z0-9]{10}$/)
    const code = made.shortLink?.slice(-10)
    const ask = (head: string, body = '') =>
      exchange(
        own.url,
        `${head} HTTP/1.1\r\nHost: krotki.example\r\nAccept: */*\r\nConnection: close\r\n${body}`,
      )
    expect(await ask(`GET /${code}`, '\r\n')).toMatchObject({ status: 302, headers: { location: made.link } })
    const json = JSON.stringify({ url: made.shortLink })
    const answer = await ask(
      'POST /encode?type=connect&connectApp=MU',
      `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
    )
    expect(answer.status, answer.body).toBe(200)
    const { url } = JSON.parse(answer.body) as { url: string }
    expect(url).toMatch(new RegExp(`^https://krotki\\.example/${code}/[A-Za-z0-9]{1,2}$`))
    const follow = await ask(`GET ${new URL(url).pathname}`, '\r\n')
    expect(follow.headers.location).toBe(`${made.link}?type=connect&connectApp=MU`)
    expect(await ask('GET /health/live', '\r\n')).toMatchObject({ status: 200 })
    expect(await ask('GET /pay/v1/events', '\r\n')).toMatchObject({ status: 404 })
    await own.close()
  })
})
