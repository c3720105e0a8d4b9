import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Links, type MadeLink, startLinks } from '../../testing/links.ts'
import { isShortCode, readShortLinkUrl, shortCodeMaker } from './short-link.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks({ RATE_LIMIT_MISS: '5' })
})
afterAll(() => world.close())

const named = { name: 'Jan', surname: 'Kowalski' }
const codeOf = ({ shortLink = '' }: MadeLink) => shortLink.split('/').at(-1) ?? ''
const from = (address: string) => ({ 'x-forwarded-for': address })

describe('a short link', () => {
  it('leads to the link, with nothing in the address but the token', async () => {
    const link = await world.createOne({ ...named, email: 'jan@example.com' })
    for (const path of [
      `/s/${codeOf(link)}`,
      `/s/${codeOf(link)}?name=Jan&email=x`,
      `/s//${codeOf(link)}/`,
    ]) {
      const answer = await world.server.call(path)
      expect(answer.status).toBe(302)
      expect(answer.headers.get('location')).toBe(link.link)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(answer.text).toBe('')
    }
  })

  it('answers HEAD', async () => {
    const link = await world.createOne(named)
    const answer = await fetch(`${world.server.url}/s/${codeOf(link)}`, {
      method: 'HEAD',
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, link.link])
  })

  it('adds the parameters that its suffix stands for, and ignores an unknown suffix', async () => {
    const link = await world.createOne(named)
    const target = async (suffix: string) =>
      (await world.server.call(`/s/${codeOf(link)}/${suffix}`)).headers.get('location')
    expect(await target('24')).toBe(`${link.link}?type=connect&connectApp=MU`)
    for (const unknown of ['zz', '99', 'toolong', '%00', "'--"]) expect(await target(unknown)).toBe(link.link)
  })

  it('works on a host of its own', async () => {
    const other = await startLinks({ SHORT_URL: 'https://zapl.example' })
    try {
      const link = await other.createOne(named)
      expect(link.shortLink).toMatch(/^https:\/\/zapl\.example\/[A-Za-z0-9]{10}$/)
      const headers = { host: 'zapl.example', 'content-type': 'application/json' }
      const encoded = await other.server.app.inject({
        method: 'POST',
        url: '/encode?type=balance',
        headers,
        payload: { url: link.shortLink },
      })
      const suffix = encoded.body.slice(`${link.shortLink}`.length)
      expect(suffix).toMatch(/^\/\w{1,2}$/)
      const answer = await other.server.app.inject({
        url: `/${codeOf(link)}${suffix}`,
        headers: { host: headers.host },
      })
      expect(answer.headers.location).toBe(`${link.link}?type=balance`)
    } finally {
      await other.close()
    }
  })

  it('limits misses by address, and never known codes', async () => {
    const limited = await startLinks({ RATE_LIMIT_MISS: '3', TRUSTED_PROXIES: '127.0.0.1' })
    try {
      const code = codeOf(await limited.createOne(named))
      const statusOf = async (path: string, address: string) => {
        const headers = { ...from(address), accept: 'application/json' }
        const answer = await limited.server.call(path, { headers })
        if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        return answer.status
      }
      const misses = ['/s/AAAAAAAAAA', '/s/short', '/s/AAAAAAAAAA/24', '/s/BBBBBBBBBB', '/s/%00']
      const statuses: number[] = []
      for (const path of misses) statuses.push(await statusOf(path, '192.0.2.1'))
      expect(statuses).toEqual([404, 404, 404, 429, 429])
      for (let time = 0; time < 20; time++) expect(await statusOf(`/s/${code}`, '192.0.2.1')).toBe(302)
      expect(await statusOf('/s/AAAAAAAAAA', '192.0.2.2')).toBe(404)
    } finally {
      await limited.close()
    }
  })
})

describe('a code', () => {
  it('has 10 letters and digits, each equally likely', () => {
    const counts = new Map<string, number>()
    for (let time = 0; time < 20_000; time++) {
      const code = shortCodeMaker()()
      expect(isShortCode(code)).toBe(true)
      for (const character of code) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    expect(counts.size).toBe(62)
    // 200,000 draws: 3,226 of each, give or take six deviations.
    for (const count of counts.values()) expect(Math.abs(count - 3_226)).toBeLessThan(340)
  })

  it('of the same request begins alike and ends otherwise', () => {
    const newCode = shortCodeMaker()
    const codes = Array.from({ length: 1_000 }, newCode)
    expect(new Set(codes.map((code) => code.slice(0, 2))).size).toBe(1)
    expect(new Set(codes.map((code) => code.slice(2))).size).toBe(1_000)
  })
})

describe('an address', () => {
  const settings = { shortUrl: 'https://zapl.ac' }
  const code = 'SscsYRx7qy'
  it.each<[string, string, { code: string; suffix: string | undefined } | undefined]>([
    ['https://zapl.ac', `https://zapl.ac/${code}`, { code, suffix: undefined }],
    ['https://zapl.ac', `http://ZAPL.ac/${code}/24`, { code, suffix: '24' }],
    ['https://pay.example/s', `https://pay.example/s/${code}/`, { code, suffix: undefined }],
    ['https://pay.example/s', `https://pay.example/${code}`, undefined],
    ['https://zapl.ac', `https://zapl.ac.evil.example/${code}`, undefined],
    ['https://zapl.ac', `https://zapl.ac@evil.example/${code}`, undefined],
    ['https://zapl.ac', `https://zapl.ac/${code}?type=balance`, undefined],
    ['https://zapl.ac', `https://zapl.ac/${code}/24/24`, undefined],
    ['https://zapl.ac', `https://zapl.ac/${code}/toolong`, undefined],
    ['https://zapl.ac', 'https://zapl.ac/short', undefined],
    ['https://zapl.ac', 'https://zapl.ac', undefined],
    ['https://zapl.ac', `javascript://zapl.ac/${code}`, undefined],
    ['https://zapl.ac', code, undefined],
  ])('of %s: %s', (shortUrl, url, address) => {
    expect(readShortLinkUrl({ ...settings, shortUrl }, url)).toEqual(address)
  })
})
