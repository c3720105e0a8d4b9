import type { Statement, StatementEntry, StatementPage } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgetEntries } from '../../gateway/src/statement/index.ts'
import { basic, startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { createLink, eventsAfter, expectProblem, pay, pointersOf, search, statusOf } from '../support/bill.ts'
import { expectSoundBooks } from '../support/books.ts'
import { fileOf, line, statementsOf } from '../support/statements.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let bank: ReturnType<typeof statementsOf>
beforeAll(async () => {
  gateway = await startTestGateway()
  bank = statementsOf(gateway)
  await bank.offerTransfer()
})
afterAll(async () => {
  if (gateway) await expectSoundBooks(gateway.platform.db)
  await gateway?.close()
})

async function upload(bytes: Buffer, query = '', headers: Record<string, string> = {}) {
  return gateway.api(`/pay/v1/statements${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: bytes.toString('latin1'),
  })
}

const entry = async (id: string) =>
  (await gateway.api(`/pay/v1/statements/entries/${id}`)).body as StatementEntry
/** One that waits. */
async function waiting(values: Partial<Parameters<typeof line>[0]> = {}) {
  const [found] = await bank.entriesOf(await bank.bring([line({ amount: 4200n, ...values })]))
  if (!found?.waiting) throw new Error(`it is ${found?.state}`)
  return found
}

describe('an upload', () => {
  it('is read at once, and matched by a job', async () => {
    const { token } = await createLink(gateway.api, { amount: 15 })
    const { referenceNumber } = await bank.transferOf(token)
    const file = fileOf([line({ amount: 1500n, title: `ref ${referenceNumber}` }), line({ amount: 1n })])
    const answer = await upload(file, '?fileName=wyciag.sta&format=mt940&encoding=utf-8')
    expect(answer.status, answer.text).toBe(201)
    const { id } = answer.body as Statement
    expect(answer.body).toMatchObject({
      source: 'api',
      fileName: 'wyciag.sta',
      bytes: file.length,
      entries: 2,
      entriesNew: 2,
      entriesKnown: 0,
    })
    const done = await until('it is matched', async () => {
      const { body } = await gateway.api(`/pay/v1/statements/${id}`)
      return (body as Statement).state === 'done' && (body as Statement)
    })
    expect(done).toMatchObject({ states: { matched: 1, unknown: 1 }, waiting: 1 })
    expect((await statusOf(gateway.api, token)).status).toBe('paid')
  })

  it('that cannot be read says where, is listed, and keeps nothing', async () => {
    const whole = fileOf([line({ amount: 100n }), line({ amount: 200n })])
    const answer = await upload(whole.subarray(0, whole.length - 60), '?fileName=cut.sta')
    const problem = expectProblem(answer, 422, 'statement_unreadable')
    expect(problem.detail).toMatch(/\w+/)
    const { body } = await gateway.api('/pay/v1/statements?limit=1')
    expect(body).toMatchObject({ statements: [{ state: 'failed', fileName: 'cut.sta', entries: 0 }] })
    expectProblem(await upload(Buffer.from('\0\x01garbage')), 422, 'statement_unreadable')
    expectProblem(await upload(Buffer.alloc(0)), 422, 'statement_unreadable')
  })

  it('with the same Idempotency-Key answers the same statement, and refuses another file', async () => {
    const file = fileOf([line({ amount: 333n })])
    const key = { 'idempotency-key': 'statement-1' }
    const first = await upload(file, '', key)
    const again = await upload(file, '', key)
    expect([first.status, again.status]).toEqual([201, 201])
    expect((again.body as Statement).id).toBe((first.body as Statement).id)
    const other = await upload(fileOf([line({ amount: 334n })]), '', key)
    expectProblem(other, 422, 'idempotency_key_reused')
  })

  it('names every parameter that is wrong', async () => {
    const bad = await upload(Buffer.from('x'), '?format=word')
    expect(pointersOf(bad)).toEqual(['/querystring/format'])
    for (const query of ['encoding=klingon', 'account=12', 'profile=nobody', 'profile={"name":1}']) {
      const answer = await upload(Buffer.from('x'), `?${query}`)
      expectProblem(answer, 400, 'validation_failed')
      expect(pointersOf(answer), query).toEqual([`/querystring/${query.split('=')[0]}`])
    }
  })
})

describe('lists', () => {
  it('have pages without gaps', async () => {
    for (let n = 0; n < 3; n++) await bank.bring([line({ amount: 5n })])
    const ids: string[] = []
    let before: string | null = ''
    while (before !== null) {
      const query: string = before === '' ? '' : `&before=${before}`
      const { body } = await gateway.api(`/pay/v1/statements?limit=2${query}`)
      ids.push(...(body as StatementPage).statements.map(({ id }) => id))
      before = (body as StatementPage).next
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(4)
    for (const query of [
      'statements?before=st_x',
      'statements/entries?after=x',
      'statements/entries?statement=x',
      'statements/entries?state=x',
    ])
      expectProblem(await gateway.api(`/pay/v1/${query}`), 400, 'validation_failed')
  })

  it('show nobody another provider’s', async () => {
    const found = await waiting()
    const { credentials } = await gateway.newProvider()
    for (const path of [`entries/${found.id}`, found.statementId])
      expectProblem(await gateway.api(`/pay/v1/statements/${path}`, { credentials }), 404)
    for (const act of ['match', 'ignore', 'undo'])
      expectProblem(
        await gateway.api(`/pay/v1/statements/entries/${found.id}/${act}`, {
          credentials,
          method: 'POST',
          ...(act === 'match' ? { body: { userId: 'x' } } : {}),
        }),
        404,
      )
    const { body } = await gateway.api('/pay/v1/statements/entries', { credentials })
    expect(body).toEqual({ entries: [], next: null })
    expect((await fetch(`${gateway.url}/pay/v1/statements`)).status).toBe(401)
  })
})

describe('a person', () => {
  it('matches to a link, and what is more than it takes goes to the payer’s other bills', async () => {
    const values = { userId: 'hand-1', amount: 30 }
    const { token } = await createLink(gateway.api, values)
    const other = await createLink(gateway.api, { ...values, paymentDue: '2019-01-01' })
    const { id } = await waiting()
    const answer = await bank.act(id, 'match', { token })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toMatchObject({ state: 'short', rule: 'person', userId: 'hand-1', waiting: false })
    const open = await Promise.all([token, other.token].map((each) => statusOf(gateway.api, each)))
    expect(open.map(({ amounts }) => amounts.open)).toEqual([0, 18])
    expectProblem(await bank.act(id, 'match', { token }), 409, 'statement_entry_decided')
    expectProblem(await bank.act(id, 'ignore'), 409, 'statement_entry_decided')
  })

  it('matches to a payer, whose newest bill keeps what none takes', async () => {
    const { token } = await createLink(gateway.api, { userId: 'hand-2', amount: 42 })
    await pay(gateway.api, token)
    const { id } = await waiting()
    const { body } = await bank.act(id, 'match', { userId: 'hand-2' })
    expect(body).toMatchObject({ state: 'over', userId: 'hand-2' })
    const rows = (await search(gateway.api)).filter((row) => row.token === token)
    expect(rows.map(({ unallocated }) => unallocated)).toEqual([0, 42])
  })

  it('matches to a payment of another method, once', async () => {
    const { token } = await createLink(gateway.api, { amount: 42 })
    const { paymentId } = await pay(gateway.api, token)
    const before = (await search(gateway.api)).length
    const [first, second] = [await waiting(), await waiting()]
    expect((await bank.act(first.id, 'match', { paymentId })).body).toMatchObject({
      state: 'expected',
      paymentId,
    })
    expectProblem(await bank.act(second.id, 'match', { paymentId }), 400, 'validation_failed')
    expect(await search(gateway.api)).toHaveLength(before)
  })

  it('is refused what cannot be, field by field', async () => {
    const { id } = await waiting()
    for (const body of [{}, { token: 'x', userId: 'y' }])
      expect((await bank.act(id, 'match', body)).status).toBe(400)
    for (const [field, value] of Object.entries({
      token: 'ab'.repeat(64),
      userId: 'nobody',
      paymentId: 'pay_x',
    }))
      expect(pointersOf(await bank.act(id, 'match', { [field]: value }))).toEqual([`/${field}`])
    for (const unknown of ['se_0', 'se_999999', 'x'])
      expectProblem(await bank.act(unknown, 'match', { userId: 'hand-1' }), 404)
    const [foreign] = await bank.entriesOf(await bank.bring([line({ amount: 42n })], 'EUR'))
    expectProblem(await bank.act(foreign?.id ?? '', 'match', { userId: 'hand-1' }), 400)
    expect(await entry(id)).toMatchObject({ waiting: true })
  })

  it('presses twice, also at once, and one payment comes of it', async () => {
    await createLink(gateway.api, { userId: 'hand-3', amount: 42 })
    const { id } = await waiting()
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => bank.act(id, 'match', { userId: 'hand-3' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
    const headers = { 'idempotency-key': 'press-1' }
    const path = `/pay/v1/statements/entries/${(await waiting()).id}/match`
    const call = () => gateway.api(path, { headers, body: { userId: 'hand-3' } })
    expect([(await call()).status, (await call()).status]).toEqual([200, 200])
    expect((await search(gateway.api)).filter(({ userId }) => userId === 'hand-3')).toHaveLength(2)
  })

  it('ignores, and undoes that', async () => {
    const { id } = await waiting()
    expect((await bank.act(id, 'ignore')).body).toMatchObject({ state: 'ignored', waiting: false })
    expect((await bank.act(id, 'undo')).body).toMatchObject({ state: 'unknown', waiting: true, rule: null })
    expectProblem(await bank.act(id, 'undo'), 409, 'statement_entry_decided')
  })
})

describe('an undo', () => {
  it('reverses the payment, tells of it, and lets the money be matched anew', async () => {
    const wrong = await createLink(gateway.api, { userId: 'undo-1', amount: 42 })
    const right = await createLink(gateway.api, { userId: 'undo-2', amount: 42 })
    const { id } = await waiting()
    const first = (await bank.act(id, 'match', { token: wrong.token })).body as StatementEntry
    const undone = await bank.act(id, 'undo')
    expect(undone.body).toMatchObject({ state: 'unknown', waiting: true, paymentId: null, userId: null })
    const told = (await eventsAfter(gateway.api)).filter(({ type }) => type === 'payment.reversed')
    expect(told.at(-1)?.data).toMatchObject({ paymentId: first.paymentId, amount: 42 })
    expect(await statusOf(gateway.api, wrong.token)).toMatchObject({
      status: 'paid',
      amounts: { refunded: 42 },
    })
    const second = (await bank.act(id, 'match', { token: right.token })).body as StatementEntry
    expect(second).toMatchObject({ state: 'matched', userId: 'undo-2' })
    expect(second.paymentId).not.toBe(first.paymentId)
    expect((await bank.act(id, 'undo')).body).toMatchObject({ waiting: true })
    expect((await bank.act(id, 'match', { token: right.token })).body).toMatchObject({ userId: 'undo-2' })
    await expectSoundBooks(gateway.platform.db)
  })

  it('is refused where the money was given back', async () => {
    const { token } = await createLink(gateway.api, { userId: 'undo-3', amount: 42 })
    const { id } = await waiting()
    await bank.act(id, 'match', { token })
    const refund = { amount: 1, manual: true }
    const given = await gateway.api(`/pay/v1/payments/${token}/refunds`, { body: refund })
    expect(given.status, given.text).toBe(201)
    expectProblem(await bank.act(id, 'undo'), 409, 'statement_entry_decided')
    expect(await entry(id)).toMatchObject({ state: 'matched' })
  })
})

describe('what names people', () => {
  it('is forgotten 90 days after the entry was decided, and stays while it waits', async () => {
    const person = { name: 'Jan Tajny', title: 'tajne' }
    const [kept, gone] = [await waiting(person), await waiting(person)]
    await bank.act(gone.id, 'ignore')
    await forgetEntries(gateway.platform, new Date(Date.now() + 89 * 86_400_000))
    expect(await entry(gone.id)).toMatchObject({ counterpartyName: 'Jan Tajny' })
    await forgetEntries(gateway.platform, new Date(Date.now() + 91 * 86_400_000))
    expect(await entry(gone.id)).toMatchObject({ counterpartyName: null, title: null, amount: 42 })
    expect(await entry(kept.id)).toMatchObject({ counterpartyName: 'Jan Tajny', title: 'tajne' })
  })
})

describe('a large body', () => {
  it('is refused before it is read', async () => {
    const headers = { authorization: basic(gateway.credentials), 'content-length': String(300 * 1024 * 1024) }
    const { request } = await import('node:http')
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(`${gateway.url}/pay/v1/statements`, { method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode ?? 0)
        sent.destroy()
      })
      sent.on('error', reject)
      sent.write('x')
    })
    expect(status).toBe(413)
  })
})
