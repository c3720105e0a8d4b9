import { isNrb } from '@bill-gateway/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import { accountsOf, chooseAccount, ibanAccount } from './index.ts'

describe('account numbers that LMS completes', () => {
  it.each([
    ['10901014', 12345, '11109010140000000000012345'],
    ['109010140000071', 42, '70109010140000071000000042'],
    ['12345678901234567890', 987, '77123456789012345678900987'],
    ['10901014', 1, '07109010140000000000000001'],
    ['61109010140000071219812874', 77, '61109010140000071219812874'],
    ['12345678901234567890', 12345, '631234567890123456789012345'],
    ['', 5, ''],
  ])('%s of customer %i', (account, id, number) => {
    expect(ibanAccount('PL', 26, id, account)).toBe(number)
  })

  it('are valid wherever the customer’s number fits behind the prefix', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 9_999_999 }), (prefix, id) => {
        const number = ibanAccount('PL', 26, id, prefix)
        const fits = prefix.length + String(id).length <= 24
        expect(number.length === 26).toBe(fits)
        expect(isNrb(number)).toBe(fits)
      }),
    )
  })

  it('refuse what is no letter and no digit', () => {
    expect(() => ibanAccount('PL', 26, 1, '1090-1014')).toThrow(RangeError)
  })
})

describe('the choice of an account', () => {
  const setting = '28616102383202382844889825'
  const others = {
    alternative: '61109010140000071219812874',
    document: '10901014',
    division: '109010140000071',
  }

  it('takes the setting, then the customer’s own, then the document’s, then the division’s', () => {
    const customerId = 42
    expect(chooseAccount({ customerId, setting, ...others })).toEqual({ nrb: setting, from: 'setting' })
    expect(chooseAccount({ customerId, ...others })).toEqual({ nrb: others.alternative, from: 'alternative' })
    expect(chooseAccount({ customerId, ...others, alternative: ' ' })).toMatchObject({ from: 'document' })
    expect(chooseAccount({ customerId, division: 'PL 1090 1014 0000 071' })).toEqual({
      nrb: '70109010140000071000000042',
      from: 'division',
    })
  })

  it('says why there is none', () => {
    expect(chooseAccount({ customerId: 1 })).toEqual({ refused: 'missing', from: undefined })
    expect(chooseAccount({ customerId: 12345, division: '12345678901234567890' })).toEqual({
      refused: 'too_long',
      from: 'division',
    })
    expect(chooseAccount({ customerId: 1, alternative: '61109010140000071219812875' })).toEqual({
      refused: 'invalid',
      from: 'alternative',
    })
    expect(chooseAccount({ customerId: 1, setting: '123', division: '10901014' })).toMatchObject({
      refused: 'invalid',
      from: 'setting',
    })
  })
})

describe.each(engines)('accounts of bills on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
  })
  afterAll(() => world.close())

  it('are read for many bills at once, in their order', async () => {
    const own = await world.addCustomer({ account: 'PL 61 1090 1014 0000 0712 1981 2874' })
    const usual = await world.addCustomer({ id: 12345 })
    const none = await world.addCustomer({ divisionId: null })
    const late = await world.addCustomer()
    await world.addContact(late, 'brak', 64 + 16)
    await world.addContact(late, '61109010140000071219812875', 64 + 16 + 16384)
    await world.addContact(late, '28616102383202382844889825', 64)
    await world.addContact(late, '61109010140000071219812874', 64 + 16)
    const document = await world.addInvoice({
      customerId: usual,
      lines: ['1.00'],
      divAccount: '61109010140000071219812874',
    })
    const asked = [
      { customerId: own },
      { customerId: usual },
      { customerId: usual, documentId: document.documentId },
      { customerId: none },
      { customerId: late },
    ]
    expect(await accountsOf(world.lms.db, {}, asked)).toEqual([
      { nrb: '61109010140000071219812874', from: 'alternative' },
      { nrb: '11109010140000000000012345', from: 'division' },
      { nrb: '61109010140000071219812874', from: 'document' },
      { refused: 'missing', from: undefined },
      { nrb: '61109010140000071219812874', from: 'alternative' },
    ])
    const bankAccount = '28616102383202382844889825'
    expect(await accountsOf(world.lms.db, { bankAccount }, asked.slice(0, 1))).toEqual([
      { nrb: bankAccount, from: 'setting' },
    ])
  })
})
