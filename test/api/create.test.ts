import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  createLink,
  createLinks,
  errorsOf,
  eventsAfter,
  expectProblem,
  pointersOf,
  postLinks,
  statusOf,
} from '../support/bill.ts'
import { openFingerprints } from '../support/fingerprint.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

const named = { name: 'Jan', surname: 'Kowalski' }

describe('create', () => {
  it('answers 201 with token, link, and a short link where name and surname were given', async () => {
    const [plain, short, onlyName] = await createLinks(gateway.api, [
      bill(),
      bill(named),
      bill({ name: 'Jan' }),
    ])
    expect(plain?.token).toMatch(/^[0-9a-f]{128}$/)
    expect(plain?.link).toBe(`${gateway.url}/single-payment/${plain?.token}`)
    expect(plain).not.toHaveProperty('shortLink')
    expect(short?.shortLink).toMatch(new RegExp(`^${gateway.url}/s/[A-Za-z0-9]{10}$`))
    expect(onlyName).not.toHaveProperty('shortLink')
  })

  it('answers in the order of the request, up to 100 items', async () => {
    const items = Array.from({ length: 100 }, (_, index) =>
      bill({ userId: `order-${(index * 37) % 100}`, amount: index + 1 }),
    )
    const links = await createLinks(gateway.api, items)
    expect(links).toHaveLength(100)
    expect(new Set(links.map((link) => link.token)).size).toBe(100)
    for (const index of [0, 1, 50, 98, 99]) {
      const status = await statusOf(gateway.api, links[index]?.token ?? '')
      expect(status).toMatchObject({ userId: items[index]?.userId, amounts: { asked: index + 1 } })
    }
  })

  it('without operationId every item makes a new link, also for the same payer and title', async () => {
    const item = bill()
    const links = await createLinks(gateway.api, [item, item])
    expect(links[0]?.token).not.toBe(links[1]?.token)
  })

  it('tokens and codes do not repeat and are not made of the data', async () => {
    const rounds = await Promise.all(
      Array.from({ length: 10 }, () => createLinks(gateway.api, [bill(named), bill(named)])),
    )
    const links = rounds.flat()
    expect(new Set(links.map((link) => link.token.slice(8))).size).toBe(20)
    expect(new Set(links.map((link) => link.shortLink)).size).toBe(20)
  })

  it('one bad item refuses the request, every bad item is named, and nothing is stored', async () => {
    const prints = await openFingerprints(gateway.database.url)
    const items = Array.from({ length: 100 }, () => bill(named))
    items[3] = bill({ amount: 0, title: '', email: 'x' })
    items[50] = bill({ nrb: '1' })
    items[99] = bill({ userId: undefined, paymentDue: '2020-02-30' })
    const before = await prints.take()
    const answer = await postLinks(gateway.api, items)
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer).sort()).toEqual([
      '/payments/3/amount',
      '/payments/3/email',
      '/payments/3/title',
      '/payments/50/nrb',
      '/payments/99/paymentDue',
      '/payments/99/userId',
    ])
    expect(await prints.take()).toEqual(before)
    await prints.close()
  })

  it('the same pair twice in one request is an error, also as number and string', async () => {
    const item = bill({ operationId: 13912 })
    const answer = await postLinks(gateway.api, [item, bill(), { ...item, operationId: '13912' }])
    expectProblem(answer, 400, 'validation_failed')
    expect(errorsOf(answer)).toMatchObject([{ pointer: '/payments/2/operationId', code: 'duplicate' }])
    const apart = await postLinks(gateway.api, [bill({ operationId: 1 }), bill({ operationId: 1 })])
    expect(apart.status).toBe(201)
  })

  it('tells of all links of a request in one event, without names and addresses', async () => {
    const { credentials } = await gateway.newProvider()
    const items = [bill({ ...named, email: 'jan@example.com', operationId: 'a' }), bill()]
    const links = await createLinks(gateway.api, items, { credentials })
    const events = await eventsAfter(gateway.api, '0', { credentials })
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      type: 'link.created',
      test: true,
      data: {
        links: links.map(({ token }, index) => ({ token, userId: items[index]?.userId, amount: 123.45 })),
      },
    })
    expect(JSON.stringify(events)).not.toMatch(/Jan|Kowalski|example\.com/)
  })

  it('takes the request that integrators know: credentials with a trailing newline, operationId a number', async () => {
    const body = `{
"payments": [
{
"userId": "user-1234",
"amount": 123.45,
"nrb": "28616102383202382844889825",
"title": "FV 123/2020",
"paymentDue": "2020-07-23",
"name": "Jan",
"surname": "Kowalski",
"email": "jan@example.com",
"operationId": 13912
}
]
}`
    await nameKey(gateway, 'apiToken', 'apiSecret')
    const answer = await gateway.api('/pay/v1/payments', {
      method: 'POST',
      credentials: null,
      headers: { authorization: 'Basic YXBpVG9rZW46YXBpU2VjcmV0Cg==' },
      body,
    })
    expect(answer.status, answer.text).toBe(201)
    expect(answer.body).toMatchObject({
      links: [{ shortLink: expect.stringMatching(/\/s\/[A-Za-z0-9]{10}$/) }],
    })
  })

  it('does not mind fields that it does not know', async () => {
    await createLink(gateway.api, { unknown: { deep: ['thing'] }, __proto__: { a: 1 } })
  })
})

/** Gives a new provider's key the name and secret that the sample header holds. */
async function nameKey(
  { database, newProvider }: TestGateway,
  apiKey: string,
  secret: string,
): Promise<void> {
  const { credentials } = await newProvider()
  expect(basic(credentials)).not.toContain('\n')
  await database.pool.query('update api_key set api_key = $1 where api_key = $2', [
    apiKey,
    credentials.apiKey,
  ])
  await database.pool.query('update api_key_address set api_key = $1 where api_key = $2', [
    apiKey,
    credentials.apiKey,
  ])
  await database.pool.query(
    `update api_secret set secret_hash = sha256($1::text::bytea)
     where (provider_id, key_id) = (select provider_id, id from api_key where api_key = $2)`,
    [secret, apiKey],
  )
}
