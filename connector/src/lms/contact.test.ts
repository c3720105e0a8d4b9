import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import { chooseEmail, customersOf, emailsOf } from './index.ts'

describe('the address that mail goes to', () => {
  const contact = (id: number, type: number | null, address = `a${id}@example.pl`) => ({
    id,
    contact: address,
    type,
  })

  it.each([
    [
      'for invoices before for notifications before any',
      [contact(1, 8), contact(2, 40), contact(3, 24)],
      'a3@example.pl',
    ],
    ['for notifications before any', [contact(1, 8), contact(2, 40)], 'a2@example.pl'],
    ['of equals the first', [contact(9, 24), contact(4, 24)], 'a4@example.pl'],
    ['never a disabled one', [contact(1, 24 + 16384), contact(2, 8)], 'a2@example.pl'],
    [
      'never a phone, nor a contact without a kind',
      [contact(1, 1), contact(2, null), contact(3, 128)],
      undefined,
    ],
    [
      'never what is no mailbox',
      [contact(1, 24, 'brak'), contact(2, 24, 'jan@@example.pl'), contact(3, 8, ' b@example.pl ')],
      'b@example.pl',
    ],
    ['none of none', [], undefined],
  ])('%s', (_name, contacts, chosen) => expect(chooseEmail(contacts)).toBe(chosen))
})

describe.each(engines)('customers and their addresses on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
  })
  afterAll(() => world.close())

  it('are read for many at once', async () => {
    const first = await world.addCustomer({ lastname: "D'Artagnan", email: 'invoices@example.pl' })
    await world.addContact(first, 'other@example.pl', 8)
    const second = await world.addCustomer({ deleted: true, email: 'off@example.pl', emailType: 8 + 16384 })
    expect(await emailsOf(world.lms.db, [first, second, 999_999])).toEqual(
      new Map([[first, 'invoices@example.pl']]),
    )
    const customers = await customersOf(world.lms.db, [first, second, 999_999])
    expect([...customers.keys()].sort()).toEqual([first, second].sort())
    expect(customers.get(first)).toMatchObject({
      lastname: "D'Artagnan",
      name: 'Żaneta',
      deleted: false,
      status: 3,
    })
    expect(customers.get(second)).toMatchObject({ deleted: true })
    expect(await emailsOf(world.lms.db, [])).toEqual(new Map())
    expect(await customersOf(world.lms.db, [])).toEqual(new Map())
  })
})
