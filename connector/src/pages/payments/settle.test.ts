import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../testing/index.ts'
import { insertReturningId } from '../../platform/index.ts'
import { htmlOf, openPageWorld, type PageWorld, textIn, tokenIn, type Visitor } from '../testing/operator.ts'
import { chosenMax } from './settle.ts'

describe.each(engines)('settling by hand on %s', (engine) => {
  let desk: PageWorld
  let anna: Visitor
  beforeAll(async () => {
    desk = await openPageWorld(engine)
    anna = desk.visitor({ id: 42 })
  })
  afterAll(() => desk.close())

  /** A temporary payment with its row in the ledger. */
  async function temporary(): Promise<{ id: number; customerId: number }> {
    const customerId = await desk.world.addCustomer()
    await desk.world.addInvoice({ customerId, lines: ['69.00'] })
    const cashid = await desk.world.addCash({
      customerId,
      value: '69.00',
      type: 100,
      comment: 'Wpłata online za: FV',
    })
    return { id: await desk.addPayment({ customerid: customerId, cashid }), customerId }
  }
  const payment = (id: number) =>
    desk.world.lms.db
      .selectFrom('billtech_payments')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()

  it('asks before it settles, and takes it back the same way', async () => {
    const { id, customerId } = await temporary()
    const asked = htmlOf(await anna.press('payments', { act: 'settle', 'ids[]': [String(id)] }))
    expect(textIn(asked.html)).toContain('Zaznaczyć jako rozliczone?')
    expect(textIn(asked.html)).toContain('Razem 69,00 zł')
    expect((await payment(id)).state).toBe('open')

    const form = {
      act: 'settle',
      ids: [String(id)],
      confirmed: '1',
      back: 'hide=1&sort=amount',
      token: tokenIn(asked.html),
    }
    const answer = await anna.post('payments', form)
    expect(answer).toEqual({ redirect: '?m=billtechpayments&hide=1&sort=amount&done=settle.1.0' })
    expect(await payment(id)).toMatchObject({ state: 'hand', closed: 1, cashid: null })
    expect(await desk.world.balanceOf(customerId)).toBe(-6900n)
    expect(textIn((await anna.see('payments', { done: 'settle.1.0' })).html)).toContain(
      'Zaznaczono jako rozliczone: 1.',
    )

    const again = await anna.press('payments', { act: 'reopen', ids: [String(id)], confirmed: '1' })
    expect(again).toEqual({ redirect: '?m=billtechpayments&done=reopen.1.0' })
    expect(await payment(id)).toMatchObject({ state: 'open', closed: 0 })
    expect(await desk.world.balanceOf(customerId)).toBe(0n)
    const notes = await desk.world.lms.db.selectFrom('billtech_log').select('description').execute()
    expect(notes.map(({ description }) => description)).toEqual([
      `payment ${id}, operator 42`,
      `payment ${id}, operator 42`,
    ])
  })

  it('says which of the chosen ones cannot be changed, and changes the others', async () => {
    const { id } = await temporary()
    const final = await desk.addPayment({ state: 'final', closed: 1 })
    const ids = [String(id), String(final), '999999']
    const asked = htmlOf(await anna.press('payments', { act: 'settle', ids }))
    expect(textIn(asked.html)).toContain('Te płatności pozostaną bez zmian')
    expect(asked.html).toContain(`value="${id}"`)
    expect(asked.html).not.toContain(`name="ids[]" value="${final}"`)
    const answer = await anna.press('payments', { act: 'settle', ids, confirmed: '1' })
    expect(answer).toEqual({ redirect: '?m=billtechpayments&done=settle.1.2' })
    expect(textIn((await anna.see('payments', { done: 'settle.1.2' })).html)).toContain(
      'Bez zmian pozostało: 2',
    )
  })

  it('warns before a payment comes back that a transfer has settled', async () => {
    const id = await desk.addPayment({ state: 'settled', closed: 1, settled_importid: 5 })
    const asked = htmlOf(await anna.press('payments', { act: 'reopen', ids: [String(id)] }))
    expect(textIn(asked.html)).toContain('będą liczone razem')
  })

  it('needs something chosen, and not more than can be looked over', async () => {
    const none = htmlOf(await anna.press('payments', { act: 'settle', back: 'name=Jan' }))
    expect(none.status).toBe(400)
    expect(textIn(none.html)).toContain('Zaznacz co najmniej jedną płatność.')
    expect(none.html).toContain('value="Jan"')
    const many = Array.from({ length: chosenMax + 1 }, (_, index) => String(index + 1))
    const all = htmlOf(await anna.press('payments', { act: 'settle', ids: many }))
    expect(all.status).toBe(400)
    expect(textIn(all.html)).toContain(`najwyżej ${chosenMax} płatności`)
  })

  it('defect 10: re-opening keeps the currency, ids are never SQL, and nothing happens without a token', async () => {
    const { id, customerId } = await temporary()
    await anna.press('payments', { act: 'settle', ids: [String(id)], confirmed: '1' })

    const without = await anna.post('payments', { act: 'reopen', ids: [String(id)], confirmed: '1' })
    expect(htmlOf(without).status).toBe(403)
    expect((await payment(id)).state).toBe('hand')

    const evil = `${id}) or (1=1`
    const injected = await anna.press('payments', {
      act: 'reopen',
      ids: [evil, `${id} --`, '0', '-1'],
      confirmed: '1',
    })
    expect(htmlOf(injected).status).toBe(400)
    expect((await payment(id)).state).toBe('hand')

    await anna.press('payments', { act: 'reopen', ids: [String(id)], confirmed: '1' })
    const { cashid } = await payment(id)
    const row = await desk.world.lms.db
      .selectFrom('cash')
      .selectAll()
      .where('id', '=', cashid)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      currency: 'PLN',
      type: 100,
      customerid: customerId,
      docid: null,
      notification: 0,
    })
    expect(Number(row.currencyvalue)).toBe(1)
  })

  it('never believes the address that it goes back to', async () => {
    const { id } = await temporary()
    const back = 'm=evil&redirect=https://evil.example&hide=1&done=settle.9.9'
    const answer = await anna.press('payments', { act: 'settle', ids: [String(id)], confirmed: '1', back })
    expect(answer).toEqual({ redirect: '?m=billtechpayments&hide=1&done=settle.1.0' })
  })

  it('shows a refused payment of a customer who is gone, and lets it be put aside', async () => {
    const id = await insertReturningId(desk.world.lms, desk.world.lms.db, 'billtech_payments', {
      ten: '',
      customerid: 987_654,
      amount: '10.00',
      title: 'FV',
      document_number: '',
      reference_number: '1',
      cdate: 1,
      closed: 0,
      state: 'kept',
      refunded: '0',
      row_id: 'kept-1',
      test: 0,
    })
    await anna.press('payments', { act: 'settle', ids: [String(id)], confirmed: '1' })
    expect(await payment(id)).toMatchObject({ state: 'hand', closed: 1 })
  })
})
