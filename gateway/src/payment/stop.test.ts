import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Payments, startPayments } from '../../testing/payments.ts'
import type { PaymentLink } from '../payment-link/index.ts'
import { providerNow } from '../provider/index.ts'
import type { Checkout } from './checkout.ts'
import { decideSandboxCharge, paymentTasks } from './index.ts'
import { payerReturned } from './payer-returned.ts'

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

const chargeOf = ({ redirectUrl }: Checkout) => redirectUrl?.split('/').at(-1) ?? ''
const state = async (checkout: Checkout) => {
  const { status, failure } = await world.checkout(checkout.publicId)
  return { status, failure }
}

/** Cancels, and runs the job that this has left. */
async function cancel(link: PaymentLink, body: Record<string, unknown>): Promise<void> {
  expect((await world.cancel(link, body)).status).toBe(204)
  const jobs = await world.database.pool.query(
    `select payload from graphile_worker._private_jobs join graphile_worker._private_tasks as task on task.id = task_id
     where task.identifier = 'checkouts.stop' and payload ->> 'linkId' = $1`,
    [String(link.id)],
  )
  expect(jobs.rows).toHaveLength(1)
  await paymentTasks['checkouts.stop']?.(jobs.rows[0].payload, world.platform)
}

describe('cancelling a link', () => {
  test('asks the method to stop a pending checkout', async () => {
    const link = await world.link()
    const checkout = await world.started([link], { blikCode: '777111' })
    await cancel(link, { resolution: 'CANCELLED' })
    expect(await state(checkout)).toEqual({ status: 'failed', failure: 'stopped' })
    expect((await world.api(`/pay/v1/payments/${link.token}`)).body).toMatchObject({
      status: 'cancelled',
      processing: false,
    })
  })

  test('stops nothing that is already paid: the money is recorded and stays unallocated', async () => {
    const link = await world.link({ amount: 30 })
    const checkout = await world.started([link], { blikCode: '777000' })
    await cancel(link, { resolution: 'CANCELLED' })
    expect(await state(checkout)).toEqual({ status: 'succeeded', failure: null })
    const { body } = await world.api(`/pay/v1/payments/${link.token}`)
    expect(body).toMatchObject({ status: 'cancelled', payments: [{ amount: 30, unallocated: 30 }] })
    expect(await world.books()).toEqual([])
  })

  test('leaves an unfinished redirect alone, whose money is then a late confirmation', async () => {
    const link = await world.link({ operationId: 'op-9', amount: 30 })
    const checkout = await world.started([link], { channel: 'bank' })
    await cancel(link, { resolution: 'CANCELLED' })
    expect(await state(checkout)).toEqual({ status: 'created', failure: null })
    const again = await world.link({ userId: link.userId, operationId: 'op-9', amount: 30 })
    expect(again.token).not.toBe(link.token)
    await decideSandboxCharge(world.platform, chargeOf(checkout), 'paid')
    expect((await payerReturned(world.platform, checkout)).status).toBe('succeeded')
    expect(await world.reread(again.token)).toMatchObject({ status: 'paid', paidAmount: 3_000n })
    expect(await world.books()).toEqual([])
  })
})

describe('PAID by a transfer that the reference number names', () => {
  test('closes its open checkout without money', async () => {
    const [link, other] = await world.links([{ userId: 'ref' }, { userId: 'ref' }])
    if (!link || !other) throw new Error('no links')
    const named = await world.started([link, other], { channel: 'bank' })
    const unnamed = await world.started([link], { channel: 'card' })
    await cancel(link, { resolution: 'PAID', referenceNumber: named.referenceNumber })
    expect(await state(named)).toEqual({ status: 'failed', failure: 'stopped' })
    expect(await state(unnamed)).toEqual({ status: 'created', failure: null })
    expect(await world.told()).toEqual(await world.told())
    expect((await world.start([other])).kind).toBe('started')
  })

  test('closes it although the method cannot stop, goes on asking and takes money that comes late', async () => {
    const link = await world.link({ amount: 20 })
    const checkout = await world.started([link], { channel: 'bank' })
    const method = (code: string) =>
      world.db.updateTable('checkout').set({ method: code }).where('id', '=', checkout.id).execute()
    await method('gone')
    await cancel(link, { resolution: 'PAID', referenceNumber: checkout.referenceNumber })
    expect(await state(checkout)).toEqual({ status: 'expired', failure: 'paid-elsewhere' })
    const { nextCheckAt } = await world.checkout(checkout.publicId)
    expect(nextCheckAt?.getTime()).toBeGreaterThan(providerNow(world.biller.provider).getTime())
    await method('sandbox')
    await decideSandboxCharge(world.platform, chargeOf(checkout), 'paid')
    expect((await payerReturned(world.platform, checkout)).status).toBe('succeeded')
    const { body } = await world.api(`/pay/v1/payments/${link.token}`)
    expect(body).toMatchObject({ status: 'cancelled', payments: [{ amount: 20, unallocated: 20 }] })
    expect(await world.books()).toEqual([])
  })

  test('leaves a code pending of which the method does not say that it stopped', async () => {
    const link = await world.link()
    const checkout = await world.started([link], { blikCode: '777111' })
    await world.db.updateTable('checkout').set({ method: 'gone' }).where('id', '=', checkout.id).execute()
    await cancel(link, { resolution: 'PAID', referenceNumber: checkout.referenceNumber })
    expect(await state(checkout)).toEqual({ status: 'pending', failure: null })
  })
})
