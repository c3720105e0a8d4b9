import { BillGatewayError, type PaymentLinkItem } from '@bill-gateway/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeGateway, startFakeGateway } from '../../testing/fake-gateway.ts'
import { cancelLink, connectGateway, type Gateway, gatewayId, inFlight, sendLinks } from './index.ts'

let fake: FakeGateway
let gateway: Gateway
beforeAll(async () => {
  fake = await startFakeGateway()
})
beforeEach(() => {
  fake.fault = undefined
  fake.requests.length = 0
  gateway = connectGateway({ apiUrl: fake.url, ...fake.credentials }, { retries: 1, timeoutMs: 30_000 })
})
afterAll(() => fake.close())

let made = 0
const item = (changes: Partial<PaymentLinkItem> = {}): PaymentLinkItem => ({
  userId: '7',
  operationId: String(++made),
  amount: 69,
  nrb: '28616102383202382844889825',
  title: 'FV 1/2026',
  paymentDue: '2026-07-01',
  ...changes,
})

describe('the gateway’s address', () => {
  it('has one spelling', () => {
    expect(gatewayId('HTTPS://Pay.Example.PL:443//api//')).toBe('https://pay.example.pl/api')
  })
  it.each([
    ['', 'empty'],
    ['pay.example.pl', 'no web address'],
    ['ftp://pay.example.pl', 'no web address'],
    ['https://user:secret@pay.example.pl', 'address alone'],
    ['https://pay.example.pl/?a=1', 'address alone'],
    ['http://pay.example.pl', 'must begin with https://'],
    ['http://127.evil.example', 'must begin with https://'],
  ])('%j is refused: %s', (url, says) => {
    expect(() => gatewayId(url)).toThrow(says)
    expect(() => gatewayId(url)).toThrow('billtech.api_url')
  })
  it('may be plain http on this machine', () => {
    expect(gatewayId('http://127.0.0.1:3000/')).toBe('http://127.0.0.1:3000')
    expect(gatewayId('http://[::1]:3000')).toBe('http://[::1]:3000')
  })
  it('a missing secret is named', () => {
    expect(() => connectGateway({ apiUrl: fake.url, apiKey: 'k', apiSecret: ' ' })).toThrow(
      'billtech.api_secret',
    )
  })
})

describe('sending links', () => {
  it('answers in the order of the items', async () => {
    const items = [item(), item(), item()]
    const outcomes = await sendLinks(gateway, items)
    const operations = outcomes.map(
      (each) => 'token' in each && fake.book.links.get(each.token)?.item.operationId,
    )
    expect(operations).toEqual(items.map(({ operationId }) => operationId))
  })

  it('sends once more without the items that the gateway names', async () => {
    const items = [item(), item({ title: '☎' }), item(), item({ nrb: '1' })]
    const outcomes = await sendLinks(gateway, items)
    expect(outcomes).toMatchObject([
      { token: expect.any(String) },
      { refused: { field: 'title', code: 'invalid_title' } },
      { token: expect.any(String) },
      { refused: { field: 'nrb', code: 'invalid_nrb' } },
    ])
    expect(fake.requests).toHaveLength(2)
  })

  it('finds the one item that the gateway fails over', async () => {
    const items = Array.from({ length: 40 }, () => item())
    const poison = items[23]?.operationId
    fake.fault = ({ body }) =>
      JSON.stringify(body).includes(`"operationId":"${poison}"`) ? { kind: 'status', status: 500 } : undefined
    const outcomes = await sendLinks(gateway, items)
    expect(outcomes.filter((each) => 'token' in each)).toHaveLength(39)
    expect(outcomes[23]).toMatchObject({ refused: { code: 'internal_error' } })
  })

  it('gives up soon where the gateway fails over everything', async () => {
    fake.fault = () => ({ kind: 'status', status: 500 })
    const items = Array.from({ length: 100 }, () => item())
    await expect(sendLinks(gateway, items)).rejects.toBeInstanceOf(BillGatewayError)
    expect(fake.requests.length).toBeLessThan(20)
  })

  it('a repeated request after a lost answer makes no second link', async () => {
    let failed = false
    fake.fault = () => {
      if (failed) return undefined
      failed = true
      return { kind: 'lost' }
    }
    const only = item()
    const [outcome] = await sendLinks(gateway, [only])
    const links = [...fake.book.links.values()].filter((link) => link.item.operationId === only.operationId)
    expect(links.map(({ token }) => token)).toEqual([outcome && 'token' in outcome ? outcome.token : ''])
  })

  it('takes no more than 100 at once', async () => {
    const items = Array.from({ length: 101 }, () => item())
    await expect(sendLinks(gateway, items)).rejects.toBeInstanceOf(RangeError)
  })
})

describe('cancelling a link', () => {
  it('defect 24: one that is unknown or has ended is as good as cancelled', async () => {
    const [outcome] = await sendLinks(gateway, [item()])
    const token = outcome && 'token' in outcome ? outcome.token : ''
    expect(await cancelLink(gateway, token, { resolution: 'PAID' })).toBe('done')
    expect(await cancelLink(gateway, token, { resolution: 'PAID' })).toBe('already')
    expect(await cancelLink(gateway, 'feed', { resolution: 'CANCELLED' })).toBe('already')
  })
})

describe('several at once', () => {
  it('never has more under way than allowed, and does all', async () => {
    let under = 0
    let most = 0
    const done: number[] = []
    await inFlight(3, [1, 2, 3, 4, 5, 6, 7], async (number) => {
      most = Math.max(most, ++under)
      await new Promise((resolve) => setTimeout(resolve, 2))
      under--
      done.push(number)
    })
    expect(most).toBe(3)
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('throws what one of them threw once the others have ended', async () => {
    const done: number[] = []
    const work = inFlight(2, [1, 2, 3, 4], async (number) => {
      if (number === 1) throw new Error('first')
      await new Promise((resolve) => setTimeout(resolve, 5))
      done.push(number)
    })
    await expect(work).rejects.toThrow('first')
    expect(done).toEqual([2])
  })
})
