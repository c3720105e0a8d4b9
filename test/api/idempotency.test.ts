import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, expectProblem, postLinks } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

let counted = 0
const newKey = () => `key-${++counted}`
const send = (key: string, payments: unknown, more = {}) =>
  postLinks(gateway.api, payments, { headers: { 'idempotency-key': key }, ...more })
const linkCount = async () => {
  const { rows } = await gateway.database.pool.query<{ count: number }>(
    'select count(*)::int as count from payment_link',
  )
  return rows[0]?.count
}

describe('Idempotency-Key', () => {
  it('the same key with the same body answers the first answer again and makes nothing', async () => {
    const key = newKey()
    const payments = [bill(), bill({ name: 'Jan', surname: 'Kowalski' })]
    const first = await send(key, payments)
    const made = await linkCount()
    const again = await send(key, payments)
    expect(first.status).toBe(201)
    expect(again).toMatchObject({ status: 201, text: first.text })
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(await linkCount()).toBe(made)
  })

  it('with another body 422, and the first answer is kept', async () => {
    const key = newKey()
    const payments = [bill()]
    const first = await send(key, payments)
    const made = await linkCount()
    expectProblem(await send(key, [bill()]), 422, 'idempotency_key_reused')
    expect(await linkCount()).toBe(made)
    expect((await send(key, payments)).text).toBe(first.text)
  })

  it('while the first runs 409, and afterwards the answer', async () => {
    const key = newKey()
    const item = bill({ operationId: 1 })
    await send(newKey(), [item])
    // Whoever holds the payer holds up the request that wants to change the payer's link.
    const holder = await gateway.database.pool.connect()
    await holder.query('begin')
    await holder.query('select from payer where user_id = $1 for update', [item.userId])
    // Either may be the first to arrive: that one is held up, and the other is answered.
    const both = [send(key, [item]), send(key, [item])]
    const refused = await Promise.race(both).finally(async () => {
      await holder.query('rollback')
      holder.release()
    })
    expectProblem(refused, 409, 'request_in_progress')
    const answer = (await Promise.all(both)).find(({ status }) => status === 201)
    expect(answer?.text).toContain('token')
    expect((await send(key, [item])).text).toBe(answer?.text)
  })

  it('a refused request does not use the key up', async () => {
    const key = newKey()
    expect((await send(key, [bill({ amount: 0 })])).status).toBe(400)
    expect((await send(key, [bill()])).status).toBe(201)
  })

  it('belongs to its provider', async () => {
    const key = newKey()
    const payments = [bill()]
    const { credentials } = await gateway.newProvider()
    const first = await send(key, payments)
    const other = await send(key, payments, { credentials })
    expect(other.status).toBe(201)
    expect(other.text).not.toBe(first.text)
  })

  it('is forgotten after 24 hours', async () => {
    const key = newKey()
    const payments = [bill()]
    const first = await send(key, payments)
    await gateway.database.pool.query(
      `update idempotent_answer set created_at = now() - interval '24 hours 1 second'`,
    )
    const later = await send(key, [bill()])
    expect(later.status, later.text).toBe(201)
    expect(later.text).not.toBe(first.text)
  })

  it.each(['', 'x'.repeat(256)])('a key of the wrong length is refused', async (key) => {
    const answer = await send(key, [bill()])
    expectProblem(answer, 400)
  })

  it('a key of 255 characters is taken', async () => {
    expect((await send('k'.repeat(255), [bill()])).status).toBe(201)
  })
})
