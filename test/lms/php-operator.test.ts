import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBridge } from '../../connector/src/bridge/index.ts'
import { bookRows } from '../../connector/src/sync/payments/index.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { contextOf, gatewayId, paymentRow } from '../../connector/testing/money.ts'
import { type Stage, setStage } from '../../connector/testing/php/php.ts'

describe.each(engines)('an operator of LMS on %s, through real PHP', (engine) => {
  let world: World
  let context: Awaited<ReturnType<typeof contextOf>>
  let stage: Stage
  let close: () => Promise<void>
  beforeAll(async () => {
    world = await startLmsWorld(engine)
    context = await contextOf(world)
    stage = await setStage()
    const bridge = await startBridge(context, stage.place)
    close = bridge.close
  })
  afterAll(async () => {
    await close()
    await stage.close()
    await world.close()
  })

  const paid = async (title = 'FV 1/2030') => {
    const customerId = await world.addCustomer({ name: 'Jan', lastname: 'Kowalski' })
    const { documentId } = await world.addInvoice({ customerId, lines: ['69.00'] })
    const row = paymentRow(customerId, 69, { operationId: String(documentId), title })
    await bookRows(context, [row], gatewayId)
    return { customerId, row, ...(await payment(row.referenceNumber)) }
  }
  const payment = (reference: string) =>
    world.lms.db
      .selectFrom('billtech_payments')
      .select(['id', 'state', 'cashid'])
      .where('reference_number', '=', reference)
      .executeTakeFirstOrThrow()

  /** One operator’s browser. */
  const logIn = async (rights: string[]) => {
    const { url, log, change } = await stage.serve({ rights })
    let cookie = ''
    const ask = async (query: string, form?: [string, string][]) => {
      const body = form && new URLSearchParams(form)
      const answer = await fetch(`${url}?${query}`, {
        redirect: 'manual',
        headers: { cookie },
        ...(body && { method: 'POST', body }),
      })
      cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
      const location = answer.headers.get('location')
      return { status: answer.status, text: await answer.text(), location }
    }
    return { ask, log, mayNow: (next: string[]) => change({ rights: next }) }
  }
  const tokenIn = (text: string) => /name="token" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const settle = (id: number, token: string): [string, string][] => [
    ['act', 'settle'],
    ['ids[]', String(id)],
    ['confirmed', '1'],
    ['token', token],
  ]

  it('settles what the import of a statement has just booked', async () => {
    const { customerId, row, state } = await paid()
    expect(state).toBe('open')
    const description = `PRZELEW ref: ${row.referenceNumber}`
    const { importId } = await world.addStatement({ customerId, value: '69.00', description })
    const data = { cashimports: [{ id: String(importId), customerid: null, closed: 0, description }] }
    const { results } = await stage.play({
      steps: [{ kind: 'hook', hook: 'cashimport_after_commit', data }],
    })
    expect(results[0]).toMatchObject({ same: true, data })
    await expect
      .poll(async () => (await payment(row.referenceNumber)).state, { timeout: 60_000 })
      .toBe('settled')
    expect(await world.balanceOf(customerId)).toBe(0n)
  })

  it('settles by hand with the form of the page, and with no other', async () => {
    const { id, row } = await paid()
    const anna = await logIn(['billtech_payments', 'billtech_settle'])
    const page = await anna.ask('m=billtechpayments')
    expect(page.status).toBe(200)
    expect(page.text).toContain('<nav>menu of LMS</nav>')
    expect(page.text).toContain(row.referenceNumber)
    const token = tokenIn(page.text)
    expect(token).not.toBe('')

    const other = await logIn(['full_access'])
    for (const [browser, given] of [
      [anna, ''],
      [anna, `${token}x`],
      [other, token],
    ] as const)
      expect((await browser.ask('m=billtechpayments', settle(id, given))).status).toBe(403)
    expect((await payment(row.referenceNumber)).state).toBe('open')

    const done = await anna.ask('m=billtechpayments', settle(id, token))
    expect(done.status).toBe(303)
    expect(done.location).toMatch(/^\?m=billtechpayments/)
    expect((await payment(row.referenceNumber)).state).toBe('hand')
    expect(anna.log).toEqual([])
  })

  it('without the right to settle can only look', async () => {
    const { id, row } = await paid()
    const eve = await logIn(['billtech_payments', 'billtech_settle'])
    const token = tokenIn((await eve.ask('m=billtechpayments')).text)
    expect(token).not.toBe('')
    await eve.mayNow(['billtech_payments'])
    const { text } = await eve.ask('m=billtechpayments')
    expect(text).toContain(row.referenceNumber)
    expect((await eve.ask('m=billtechpayments', settle(id, token))).status).toBe(403)
    expect((await payment(row.referenceNumber)).state).toBe('open')
    expect((await eve.ask('m=billtechconfig')).status).toBe(403)
  })

  it('defect 41: sees a title with markup as text, and what was searched for too', async () => {
    await paid('FV <script>alert(1)</script>"\'')
    const anna = await logIn(['full_access'])
    const { text, status } = await anna.ask('m=billtechpayments&q=%3Cscript%3Ealert(2)%3C/script%3E')
    expect(status).toBe(200)
    const all = await anna.ask('m=billtechpayments')
    for (const page of [text, all.text]) expect(page).not.toMatch(/<script>alert/)
    expect(all.text).toContain('FV &lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('finds each of the pages', async () => {
    const anna = await logIn(['full_access'])
    for (const module of ['billtechpayments', 'billtechconfig', 'billtechstate']) {
      const { status, text } = await anna.ask(`m=${module}`)
      expect([module, status]).toEqual([module, 200])
      expect(text).toMatch(/<h1/)
    }
    expect(anna.log).toEqual([])
  })
})
