import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { type Receiver, startReceiver } from '../gateway/testing/webhook-receiver.ts'
import { createLink, expectProblem, pointersOf } from './support/bill.ts'
import { until } from './support/until.ts'
import { deliveriesOf, newHook } from './support/webhook.ts'

/** As an operator has it who allows nothing. */
let gateway: TestGateway
let receiver: Receiver
beforeAll(async () => {
  gateway = await startTestGateway()
  receiver = await startReceiver()
})
afterAll(async () => {
  await gateway?.close()
  await receiver?.close()
})

async function triedOnce(url: string) {
  const { credentials } = await gateway.newProvider()
  const { id } = await newHook(gateway.api, { url: 'https://hooks.example.com/' }, { credentials })
  // As if the name had led elsewhere when the endpoint was made.
  await sql`update webhook_endpoint set url = ${url} where public_id = ${id}`.execute(gateway.database.db)
  await createLink(gateway.api, {}, { credentials })
  return until('a try', async () => {
    const [delivery] = await deliveriesOf(gateway.api, id, { credentials })
    return delivery?.attempts[0]
  })
}

it('a name that leads to this machine is refused when it is resolved', async () => {
  expect(await triedOnce('https://localhost/hook')).toMatchObject({
    status: null,
    failure: 'address_not_allowed',
  })
})

it.each([
  ['https', 'https://127.0.0.1/hook'],
  ['IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/hook'],
  ['metadata', 'https://169.254.169.254/latest/meta-data'],
])('an address is refused without asking anybody: %s', async (_name, url) => {
  expect(await triedOnce(url)).toMatchObject({ status: null, failure: 'address_not_allowed' })
})

it('a server on the loopback hears nothing', async () => {
  expect(await triedOnce(receiver.url)).toMatchObject({ status: null, failure: 'address_not_allowed' })
  expect(await triedOnce(receiver.url.replace('127.0.0.1', 'localhost'))).toMatchObject({
    status: null,
    failure: 'address_not_allowed',
  })
  expect(receiver.received).toEqual([])
})

it('and is refused when an endpoint is made', async () => {
  const answer = await gateway.api('/pay/v1/webhooks', { body: { url: receiver.url } })
  expectProblem(answer, 400, 'validation_failed')
  expect(pointersOf(answer)).toEqual(['/url'])
})
