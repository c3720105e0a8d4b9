import { afterAll, beforeAll, expect, it } from 'vitest'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { faultsOf } from './support/proofs.ts'
import { isQuiet, pass, switchOnMoney, type Troubled, troubledCustomers } from './support/troubles.ts'

/** What the other files rely on: each kind of damage is seen by the proofs that they all end with. */
let all: LinksWorld
let customer: Troubled
beforeAll(async () => {
  all = await startLinksWorld('postgres')
  await switchOnMoney(all.world)
  await all.context.refresh()
})
afterAll(() => all.close())

const faults = () =>
  faultsOf(all.world, all.gateway, [customer.customerId], new Map([[customer.customerId, customer.byHand]]))
const db = () => all.world.lms.db
const mine = () => customer.customerId

const damages: [string, RegExp, () => Promise<unknown>][] = [
  [
    'a payment that is in the ledger twice',
    /paid 110.00, the ledger has 150.00/,
    () => all.world.addCash({ customerId: mine(), value: '40.00', type: 100 }),
  ],
  [
    'a payment that left the ledger',
    /the ledger has|hold the ledger rows/,
    () => db().deleteFrom('cash').where('customerid', '=', mine()).where('type', '=', 100).execute(),
  ],
  [
    'a payment that is not booked',
    /is booked 0 times/,
    () =>
      db()
        .deleteFrom('billtech_payments')
        .where('customerid', '=', mine())
        .where('state', '=', 'open')
        .execute(),
  ],
  [
    'a wrong cache of the balance',
    /the cache says/,
    () =>
      db()
        .updateTable('customerbalances')
        .set({ balance: '1.00' })
        .where('customerid', '=', mine())
        .execute(),
  ],
  [
    'a link that is lost here',
    /links here/,
    () => db().deleteFrom('billtech_payment_links').where('customer_id', '=', mine()).execute(),
  ],
  [
    'a link that is lost there',
    /links here/,
    async () =>
      all.gateway.book.cancel(all.gateway.book.active(mine())[0]?.token ?? '', { resolution: 'CANCELLED' }),
  ],
  [
    'a link that was begun only',
    /half made/,
    () =>
      db()
        .updateTable('billtech_payment_links')
        .set({ state: 'sending' })
        .where('customer_id', '=', mine())
        .execute(),
  ],
  [
    'a debt that nobody is asked for',
    /owes .*, is asked for/,
    () => all.world.addInvoice({ customerId: mine(), lines: ['1.00'] }),
  ],
]

it.each(damages)('the proofs see %s', async (_, says, damage) => {
  customer = (await troubledCustomers(all.world, all.gateway, all.context, 1))[0] as Troubled
  await customer.happens()
  await pass(all.context)
  expect(await isQuiet(all.context)).toBe(true)
  expect(await faults()).toEqual([])
  await damage()
  expect((await faults()).join('\n')).toMatch(says)
})
