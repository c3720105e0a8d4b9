import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import {
  bill,
  createLink,
  errorsOf,
  expectProblem,
  nrb,
  pointersOf,
  postLinks,
  statusOf,
} from '../support/bill.ts'
import { openFingerprints } from '../support/fingerprint.ts'
import { decomposed, itemValues as table } from '../support/item-values.ts'

let gateway: TestGateway
let prints: Awaited<ReturnType<typeof openFingerprints>>
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  await createLink(gateway.api)
  prints = await openFingerprints(gateway.database.url)
})
afterAll(async () => {
  await prints?.close()
  await gateway?.close()
})

function itemWith(field: string, value: unknown): Record<string, unknown> {
  if (field === 'recipient.name') return bill({ recipient: { id: '1', name: value } })
  if (field === 'recipient.id') return bill({ recipient: { id: value, name: 'NETIX' } })
  return bill({ [field]: value })
}

const show = (value: unknown) => JSON.stringify(value)?.slice(0, 50)
const cases = (kind: 'good' | 'bad') =>
  Object.entries(table).flatMap(([field, row]) =>
    row[kind].map((value) => ({ field, value, shown: show(value), at: row.at ?? `/payments/0/${field}` })),
  )

describe('create: every field takes what its rule allows', () => {
  it.each(cases('good'))('$field $shown', async ({ field, value }) => {
    const answer = await postLinks(gateway.api, [itemWith(field, value)])
    expect(answer.status, answer.text).toBe(201)
  })
})

describe('create: every bad field is refused, named by its exact pointer, and nothing is stored', () => {
  it.each(cases('bad'))('$field $shown', async ({ field, value, at }) => {
    const before = await prints.take()
    const answer = await postLinks(gateway.api, [itemWith(field, value)])
    const problem = expectProblem(answer, 400, 'validation_failed')
    expect(problem.title).toBe('Validation of the request failed')
    expect(pointersOf(answer)).toEqual([at])
    for (const error of errorsOf(answer)) {
      expect(error.code).toMatch(/^[a-z_]+$/)
      expect(error.detail).toMatch(/\w+ \w+/)
    }
    expect(await prints.take()).toEqual(before)
  })

  it.each(['userId', 'amount', 'nrb', 'title', 'paymentDue'])('%s missing', async (field) => {
    const answer = await postLinks(gateway.api, [bill({ [field]: undefined })])
    expectProblem(answer, 400, 'validation_failed')
    expect(errorsOf(answer)).toMatchObject([{ pointer: `/payments/0/${field}`, code: 'required' }])
  })

  it.each([
    ['recipient without a name', { id: '1' }, '/payments/0/recipient/name'],
    ['recipient without an id', { name: 'NETIX' }, '/payments/0/recipient/id'],
  ])('%s', async (_case, recipient, at) => {
    expect(pointersOf(await postLinks(gateway.api, [bill({ recipient })]))).toEqual([at])
  })

  it.each([
    ['missing', {}, '/payments'],
    ['null', { payments: null }, '/payments'],
    ['an object', { payments: { 0: bill() } }, '/payments'],
    ['empty', { payments: [] }, '/payments'],
    ['of 101 items', { payments: Array.from({ length: 101 }, () => bill()) }, '/payments'],
    ['of a number', { payments: [7] }, '/payments/0'],
    ['of null', { payments: [null] }, '/payments/0'],
    ['of an array', { payments: [[]] }, '/payments/0'],
  ])('payments %s', async (_case, body, at) => {
    const answer = await gateway.api('/pay/v1/payments', { body })
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual([at])
  })

  it.each(['[]', 'null', '"text"', '7', 'true'])('a body that is JSON but no object: %s', async (body) => {
    const answer = await gateway.api('/pay/v1/payments', { body })
    expectProblem(answer, 400, 'validation_failed')
    expect(pointersOf(answer)).toEqual([''])
  })
})

describe('create: what is kept of a field', () => {
  const kept = async (values: Record<string, unknown>) =>
    statusOf(gateway.api, (await createLink(gateway.api, values)).token)

  it('a number as userId or operationId becomes a string', async () => {
    expect(await kept({ userId: 1234, operationId: 13912 })).toMatchObject({
      userId: '1234',
      operationId: '13912',
    })
  })

  it.each([
    [30.300000000000001, 30.3],
    [119.97999999999999, 119.98],
    [9_999_999.99, 9_999_999.99],
    [0.01, 0.01],
    [12.340000001, 12.34],
  ])('the amount %d is %d', async (given, asked) => {
    expect((await kept({ amount: given })).amounts).toEqual({ asked, paid: 0, refunded: 0, open: asked })
  })

  it('spaces and PL are taken off the account', async () => {
    expect((await kept({ nrb: 'PL28 6161 0238 3202 3828 4488 9825' })).nrb).toBe(nrb)
  })

  it('the title is kept in NFC', async () => {
    expect((await kept({ title: `Op\u0142ata ${decomposed}` })).title).toBe('Op\u0142ata \u0105')
  })

  it.each([null, ''])('%j for an optional field means absent', async (nothing) => {
    const values = {
      name: nothing,
      surname: nothing,
      email: nothing,
      operationId: nothing,
      recipient: nothing,
      seen: nothing,
    }
    const { operationId, shortLink } = { shortLink: undefined, ...(await kept(values)) }
    expect({ operationId, shortLink }).toEqual({ operationId: null, shortLink: undefined })
  })

  it('an account missing or empty is the provider’s default account', async () => {
    const { credentials } = await gateway.newProvider({ defaultNrb: nrb })
    for (const given of [undefined, null, '', '  ']) {
      const link = await createLink(gateway.api, { nrb: given }, { credentials })
      expect((await statusOf(gateway.api, link.token, { credentials })).nrb).toBe(nrb)
    }
  })

  it.each([undefined, null, ''])('without a default account, %j is an error', async (given) => {
    expect(pointersOf(await postLinks(gateway.api, [bill({ nrb: given })]))).toEqual(['/payments/0/nrb'])
  })
})
