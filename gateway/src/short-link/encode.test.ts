import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Links, startLinks } from '../../testing/links.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import { ownSetsMax, ownSuffix } from './parameters.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks({ RATE_LIMIT_MISS: '5' })
})
afterAll(() => world.close())

const shortLink = async (by?: Biller) =>
  (await world.createOne({ name: 'Jan', surname: 'Kowalski' }, by)).shortLink ?? ''
const encode = async (query: string, url: unknown) => {
  const answer = await world.server.call(`/s/encode${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  })
  return { status: answer.status, body: JSON.parse(answer.text) }
}
const encoded = async (query: string, url: string): Promise<string> => {
  const { status, body } = await encode(query, url)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.url
}
const follow = async (url: string) =>
  (await world.server.call(url.slice(world.settings.publicUrl.length))).headers.get('location')

describe('encode', () => {
  it('answers the example of the API page', async () => {
    const url = await shortLink()
    expect(await encode('?type=connect&connectApp=MU', url)).toEqual({
      status: 200,
      body: { url: `${url}/24` },
    })
    expect(await encoded('?connectApp=MU&type=connect', url)).toBe(`${url}/24`)
  })

  it('gives the same set always the same suffix, and each provider its own', async () => {
    const url = await shortLink()
    const first = await encoded('?utm_source=isp&utm_campaign=a%20b', url)
    expect(first).toMatch(/\/[a-z][A-Za-z0-9]$/)
    const again = await shortLink()
    expect(await encoded('?utm_campaign=a+b&utm_source=isp', again)).toBe(first.replace(url, again))
    expect(await follow(first)).toMatch(/\?utm_campaign=a\+b&utm_source=isp$/)
    const other = await shortLink(await newBiller(world.database))
    await encoded('?utm_source=other', other)
    expect(await follow(`${other}/${first.split('/').at(-1)}`)).toMatch(/\?utm_source=other$/)
  })

  it('drops what is not allowed, and answers the bare address where nothing is left', async () => {
    const url = await shortLink()
    expect(await encoded('', url)).toBe(url)
    expect(await encoded('?name=Jan&surname=K&email=a%40b.pl&type=', url)).toBe(url)
    expect(await encoded('?name=Jan&type=balance', url)).toBe(await encoded('?type=balance', url))
  })

  it('adds to the parameters that the address has', async () => {
    const url = await shortLink()
    const balance = await encoded('?type=balance', url)
    const both = await encoded('?utm_medium=x', balance)
    expect(await follow(both)).toMatch(/\?type=balance&utm_medium=x$/)
    expect(await follow(await encoded('?type=connect&connectApp=MU', both))).toMatch(
      /\?type=connect&connectApp=MU&utm_medium=x$/,
    )
    expect(await encoded('', both)).toBe(both)
    expect(await encoded('?type=balance', `${url}/zz`)).toBe(balance)
  })

  it('answers the bare address as text to a caller without an Accept header', async () => {
    const url = await shortLink()
    const answer = await world.server.app.inject({
      method: 'POST',
      url: '/s/encode?type=balance',
      headers: { 'content-type': 'application/json', 'user-agent': 'GuzzleHttp/7' },
      payload: JSON.stringify({ url }),
    })
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.body).toBe(await encoded('?type=balance', url))
  })

  it('refuses what is not a short link of this service', async () => {
    const url = await shortLink()
    for (const bad of [
      `${url}?x=1`,
      'https://example.com/SscsYRx7qy',
      'x',
      '',
      7,
      null,
      undefined,
      `${url}/24/24`,
    ]) {
      const { status, body } = await encode('?type=balance', bad)
      expect([status, body.errors?.map((error: { pointer: string }) => error.pointer)]).toEqual([
        400,
        ['/url'],
      ])
    }
  })

  it('refuses parameters that are too long, too many or given twice', async () => {
    const url = await shortLink()
    const pointers = async (query: string) =>
      (await encode(query, url)).body.errors?.map((error: { pointer: string }) => error.pointer)
    expect(await pointers(`?type=${'x'.repeat(101)}&utm_a=${'x'.repeat(101)}`)).toEqual([
      '/querystring/type',
      '/querystring/utm_a',
    ])
    expect(await pointers('?type=balance&type=connect')).toEqual(['/querystring/type'])
    const many = Array.from({ length: 11 }, (_, index) => `utm_${index}=x`).join('&')
    expect(await pointers(`?${many}`)).toEqual(['/querystring'])
    const long = ['a', 'b'].map((name) => `utm_${name}=${encodeURIComponent('ż'.repeat(100))}`).join('&')
    expect(await pointers(`?${long}`)).toEqual(['/querystring'])
  })

  it('answers 404 for an unknown code, and limits such calls', async () => {
    const unknown = `${world.settings.shortUrl}/AAAAAAAAAA`
    const statuses: number[] = []
    for (let time = 0; time < 7; time++) statuses.push((await encode('?type=balance', unknown)).status)
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429])
    expect((await encode('?type=balance', await shortLink())).status).toBe(200)
  })

  it('gives every set one suffix and every suffix one set, under many calls at once', async () => {
    const biller = await newBiller(world.database)
    const url = await shortLink(biller)
    const sets = Array.from({ length: 60 }, (_, index) => `?utm_campaign=${index % 20}`)
    const urls = await Promise.all(sets.map((set) => encoded(set, url)))
    expect(new Set(urls).size).toBe(20)
    expect(urls.slice(0, 20)).toEqual(urls.slice(20, 40))
    expect(new Set(await Promise.all(urls.map(follow))).size).toBe(20)
  })

  it('gives a provider 5,000 sets of its own', async () => {
    const biller = await newBiller(world.database)
    const url = await shortLink(biller)
    await encoded('?utm_id=kept', url)
    const rows = Array.from({ length: ownSetsMax - 2 }, (_, index) => ({
      provider_id: biller.provider.id,
      suffix: ownSuffix(index + 1),
      query: `utm_id=${index}`,
    }))
    await world.db.insertInto('short_link_parameters').values(rows).execute()
    const last = await encoded('?utm_id=last', url)
    expect(last.split('/').at(-1)).toHaveLength(3)
    expect(await encode('?utm_id=more', url)).toMatchObject({
      status: 409,
      body: { code: 'parameter_sets_exhausted' },
    })
    expect(await encoded('?utm_id=last', url)).toBe(last)
    expect(await encoded('?type=connect&connectApp=MU', url)).toBe(`${url}/24`)
  })
})
