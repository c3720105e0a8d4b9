import { afterEach, describe, expect, it } from 'vitest'
import { answerJson, answerProblem, type FakeGateway, startFakeGateway } from '../testing/fake-gateway.ts'
import { nextQuery } from './client-search.ts'

let gateway: FakeGateway | undefined
afterEach(() => gateway?.close())

const row = (id: number) => ({ id: `pay_${id}-1` })

describe('search', () => {
  it('follows the pages at the address that the client was given', async () => {
    gateway = await startFakeGateway((nth, _request, response) => {
      const pages = [[row(1), row(2)], [row(3)], []]
      const link = nth < 3 ? { link: `<http://elsewhere.example/x?limit=2&cursor=${nth}>; rel="next"` } : {}
      answerJson(response, 200, pages[nth - 1], link)
    })
    const rows = await gateway.client.payments.searchAll({ fromDate: -3600, pageSize: 2 })
    expect(rows).toEqual([row(1), row(2), row(3)])
    expect(gateway.seen.map((request) => request.url)).toEqual([
      '/pay/v1/payments/search?fromDate=-3600&limit=2',
      '/pay/v1/payments/search?limit=2&cursor=1',
      '/pay/v1/payments/search?limit=2&cursor=2',
    ])
  })

  it('asks for a page only when it is needed, and again where it fails', async () => {
    gateway = await startFakeGateway((nth, _request, response) =>
      nth === 2
        ? answerProblem(response, 503, 'unavailable', { 'retry-after': '0' })
        : answerJson(response, 200, [row(nth)], { link: '<?cursor=1>; rel="next"' }),
    )
    const seen: string[] = []
    for await (const { id } of gateway.client.payments.search({ fromDate: new Date(1_500) })) {
      seen.push(id)
      if (seen.length === 2) break
    }
    expect(seen).toEqual(['pay_1-1', 'pay_3-1'])
    expect(gateway.seen).toHaveLength(3)
    expect(gateway.seen[0]?.url).toContain('fromDate=1&')
  })

  it('does not go round in circles, and takes nothing but rows', async () => {
    gateway = await startFakeGateway((nth, _request, response) =>
      answerJson(response, 200, nth === 1 ? [] : { rows: [] }, { link: '<?cursor=1>; rel="next"' }),
    )
    const { payments } = gateway.client
    await expect(payments.searchAll({ fromDate: 0 })).rejects.toMatchObject({ code: 'unexpected_answer' })
    await expect(payments.searchAll({ fromDate: 0 })).rejects.toMatchObject({ code: 'unexpected_answer' })
    await expect(payments.searchAll({ fromDate: Number.NaN })).rejects.toThrow(TypeError)
    await expect(payments.searchAll({ fromDate: new Date('x') })).rejects.toThrow(TypeError)
  })

  it('finds the next page among the links of a header', () => {
    expect(nextQuery('</p?a=1>; rel="prev", </p?a=2,3&b=%20>; title="x"; rel="last next"')).toEqual({
      a: '2,3',
      b: ' ',
    })
    expect(nextQuery('</p?a=1>; rel=next')).toEqual({ a: '1' })
    for (const none of [null, '', '</p?a=1>; rel="prev"', '</p>; rel="nextpage"', 'next']) {
      expect(nextQuery(none), String(none)).toBeUndefined()
    }
  })
})
