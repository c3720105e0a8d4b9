import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Links, startLinks } from '../../testing/links.ts'
import { recordPayment } from '../../testing/record-payment.ts'
import { newBiller } from '../../testing/rooms.ts'
import { transact } from '../platform/db/transaction.ts'
import { findLinkByToken, markAttempted } from './index.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks()
})
afterAll(() => world.close())

const stored = async (token: string) => {
  const link = await findLinkByToken(world.db, token)
  if (!link) throw new Error('the link is not stored')
  return link
}
const jobs = async () => {
  const { rows } = await sql<{ task_identifier: string; payload: unknown }>`
    select task_identifier, payload from graphile_worker.jobs join graphile_worker._private_jobs using (id)`.execute(
    world.db,
  )
  return rows
}
const lastEvent = () =>
  world.db
    .selectFrom('event')
    .select(['type', 'data'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()

describe('cancel', () => {
  it('ends an active link and tells of it', async () => {
    const { token } = await world.createOne({
      userId: 'u-1',
      operationId: 'op-1',
      title: 'FV 1',
      name: 'Jan',
      surname: 'K',
    })
    const answer = await world.cancel(token, { resolution: 'CANCELLED' })
    expect([answer.status, answer.text]).toEqual([204, ''])
    const link = await stored(token)
    expect(link).toMatchObject({
      status: 'cancelled',
      resolution: 'CANCELLED',
      openAmount: 0n,
      cancelReference: null,
      revoked: false,
    })
    expect(link.endedAt).toBeInstanceOf(Date)
    expect(await lastEvent()).toEqual({
      type: 'link.cancelled',
      data: {
        links: [{ token, userId: 'u-1', operationId: 'op-1', amount: 123.45, title: 'FV 1' }],
        resolution: 'CANCELLED',
        revoked: false,
      },
    })
    expect(await jobs()).toEqual([])
  })

  it('keeps the reference of the transfer that paid it', async () => {
    const { token } = await world.createOne()
    const body = { resolution: 'PAID', referenceNumber: '20200723-123456' }
    expect((await world.cancel(token, body)).status).toBe(204)
    expect(await stored(token)).toMatchObject({ resolution: 'PAID', cancelReference: '20200723-123456' })
    expect((await lastEvent()).data).toMatchObject(body)
  })

  it('revokes a link that went to the wrong person', async () => {
    const { token } = await world.createOne()
    expect((await world.cancel(token, { resolution: 'CANCELLED', revoke: true })).status).toBe(204)
    expect(await stored(token)).toMatchObject({ status: 'cancelled', revoked: true })
    expect((await lastEvent()).data).toMatchObject({ revoked: true })
  })

  it('takes null and empty optional fields for absent ones', async () => {
    const { token } = await world.createOne()
    const body = { resolution: 'PAID', referenceNumber: '', revoke: null }
    expect((await world.cancel(token, body)).status).toBe(204)
  })

  it('has the checkouts of a link stopped, in the same transaction', async () => {
    const { token } = await world.createOne()
    const { id, providerId } = await stored(token)
    await transact(world.db, (tx) => markAttempted(tx, providerId, [id]))
    await world.cancel(token, { resolution: 'PAID', referenceNumber: '20200723-000001' })
    expect(await jobs()).toEqual([
      {
        task_identifier: 'checkouts.stop',
        payload: { providerId, linkId: String(id), referenceNumber: '20200723-000001' },
      },
    ])
  })

  it('answers 404 for an unknown token and for another provider’s', async () => {
    const other = await newBiller(world.database)
    const { token } = await world.createOne({}, other)
    for (const unknown of [token, 'f'.repeat(128), 'x', `${token}.1`]) {
      const answer = await world.cancel(unknown, { resolution: 'PAID' })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    expect((await stored(token)).status).toBe('active')
  })

  it('answers 409 for a paid or cancelled link and changes nothing', async () => {
    const paid = await world.createOne()
    await recordPayment(world.db, world.biller.provider.id, paid.token, 12345n)
    const cancelled = await world.createOne()
    await world.cancel(cancelled.token, { resolution: 'PAID' })
    for (const { token } of [paid, cancelled]) {
      const before = await stored(token)
      const answer = await world.cancel(token, { resolution: 'CANCELLED', revoke: true })
      expect(answer).toMatchObject({ status: 409, body: { code: 'link_not_active' } })
      expect(await stored(token)).toEqual(before)
    }
  })

  it('names every bad field', async () => {
    const { token } = await world.createOne()
    const bad = { resolution: 'paid', referenceNumber: '2020', revoke: 'yes' }
    const answer = await world.cancel(token, bad)
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/referenceNumber',
      '/resolution',
      '/revoke',
    ])
    for (const body of [{}, [], null, 'PAID', { resolution: null }]) {
      expect((await world.cancel(token, JSON.stringify(body))).status).toBe(400)
    }
    expect((await stored(token)).status).toBe('active')
  })

  it('with an Idempotency-Key answers 204 again', async () => {
    const { token } = await world.createOne()
    const headers = { 'idempotency-key': `cancel-${token.slice(0, 20)}` }
    for (let time = 0; time < 3; time++) {
      expect((await world.cancel(token, { resolution: 'PAID' }, headers)).status).toBe(204)
    }
    expect((await world.cancel(token, { resolution: 'CANCELLED' }, headers)).status).toBe(422)
  })

  it('against payments at the same moment leaves each link either paid or cancelled', async () => {
    const outcomes = new Set<string>()
    for (let round = 0; round < 25; round++) {
      const { token } = await world.createOne()
      const [answer] = await Promise.all([
        world.cancel(token, { resolution: 'CANCELLED' }),
        recordPayment(world.db, world.biller.provider.id, token, 12345n),
      ])
      const link = await stored(token)
      outcomes.add(link.status)
      expect(answer.status).toBe(link.status === 'cancelled' ? 204 : 409)
      expect(link.openAmount).toBe(0n)
    }
    expect(outcomes.size).toBeGreaterThan(0)
  })
})
