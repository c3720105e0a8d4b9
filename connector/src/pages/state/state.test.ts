import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../testing/index.ts'
import { recordRefused, writeInfo } from '../../store/index.ts'
import { answerPage } from '../index.ts'
import { columnIn, htmlOf, openPageWorld, type PageWorld, textIn } from '../testing/operator.ts'

const findings = [
  { level: 'ok', code: 'clock', says: 'The clocks agree.', mend: '' },
  { level: 'warning', code: 'old_plugin', says: 'The old plugin is on.', mend: 'Switch it off.' },
  {
    level: 'problem',
    code: 'secret',
    says: 'The secret is wrong.',
    mend: 'Fetch a new one.',
    pl: { says: 'API secret jest zły.', mend: 'Pobierz nowy.' },
  },
]

describe.each(engines)('the page Stan on %s', (engine) => {
  let desk: PageWorld
  beforeAll(async () => {
    desk = await openPageWorld(engine)
  })
  afterAll(() => desk.close())
  const see = async (more: object, language = 'pl') => {
    const operator = { id: 1, name: 'A', rights: ['full_access'] }
    const asked = { method: 'GET', query: {}, form: {}, operator, session: 's'.repeat(64), language }
    return htmlOf(await answerPage({ ...desk.context, ...more }, { ...asked, module: 'billtechstate' }))
  }

  it('says that nothing has run yet', async () => {
    const text = textIn((await see({})).html)
    expect(text).toContain('jeszcze nie')
    expect(text).toContain('Proces watch nie był uruchomiony')
    expect(text).toContain('Nic nie jest odrzucone.')
    expect(text).toContain('bill-gateway-lms doctor')
  })

  it('shows the passes as they ended, and whether watch is alive', async () => {
    const { lms } = desk.world
    const now = await desk.world.now()
    await writeInfo(lms, lms.db, 'pass:links', JSON.stringify({ at: now - 60, ms: 412, ok: true }))
    await writeInfo(
      lms,
      lms.db,
      'pass:payments',
      JSON.stringify({ at: now, ms: 90_500, ok: false, says: 'no <answer>' }),
    )
    await writeInfo(lms, lms.db, 'pass:logs', 'garbage')
    await writeInfo(lms, lms.db, 'watch:alive', String(now - 10))
    await writeInfo(lms, lms.db, 'stream:state', JSON.stringify({ at: now - 500, state: 'open' }))
    const { html } = await see({})
    expect(columnIn(html, 'Wynik')).toEqual(['bez błędów', 'błąd no &lt;answer&gt;', ''])
    expect(columnIn(html, 'Czas')).toEqual(['412 ms', '90,5 s', ''])
    expect(textIn(html)).toContain('Proces watch działa')
    expect(textIn(html)).toContain('Strumień zdarzeń jest otwarty')
    await writeInfo(lms, lms.db, 'watch:alive', String(now - 3600))
    expect(textIn((await see({})).html)).toContain('Proces watch milczy od')
  })

  it('counts what waits, and every number opens what it counts', async () => {
    await desk.addPayment({ state: 'open' })
    await desk.addPayment({ state: 'kept' })
    await desk.addPayment({ state: 'settled', closed: 1 })
    const { html } = await see({})
    expect(html).toMatch(/href="\?m=billtechpayments&amp;state=open"[^>]*>1<\/a>/)
    expect(html).toMatch(/href="\?m=billtechpayments&amp;state=kept"[^>]*>1<\/a>/)
    const opened = htmlOf(await desk.visitor().get('payments', { state: 'kept' }))
    expect(columnIn(opened.html, 'Stan')).toEqual(['odrzucona przez LMS'])
  })

  it('shows refused items with document, field and reason, as text', async () => {
    const { lms } = desk.world
    const customerId = await desk.world.addCustomer()
    const { documentId } = await desk.world.addInvoice({ customerId, lines: ['10.00'] })
    const says = 'must hold <26> digits'
    const refusal = {
      kind: 'link' as const,
      customerId,
      operationId: String(documentId),
      code: 'nrb',
      field: 'nrb',
      says,
    }
    await recordRefused(lms, lms.db, refusal, 1_795_000_000)
    const kept = { kind: 'payment' as const, rowId: 'abc:1', code: 'customer_gone', says: 'no such customer' }
    await recordRefused(lms, lms.db, kept, 1_795_000_001)
    const { html } = await see({})
    const [number] = await lms.db
      .selectFrom('documents')
      .select('fullnumber')
      .where('id', '=', documentId)
      .execute()
    expect(columnIn(html, 'Dokument')).toEqual([number?.fullnumber, 'abc:1'])
    expect(columnIn(html, 'Powód')).toEqual(['must hold &lt;26&gt; digits', 'no such customer'])
    expect(columnIn(html, 'Pole')).toEqual(['nrb', ''])
  })

  it('shows what doctor finds, the worst first, in Polish where doctor speaks it', async () => {
    const { html } = await see({ doctor: async () => findings })
    const text = textIn(html)
    expect(text.indexOf('API secret jest zły.')).toBeLessThan(text.indexOf('The old plugin is on.'))
    expect(text).toContain('Co zrobić: Pobierz nowy.')
    expect(html).toContain('<b class="lines" lang="en">The old plugin is on.</b>')
    expect(textIn((await see({ doctor: async () => findings }, 'en')).html)).toContain('The secret is wrong.')
    const good = await see({ doctor: async () => findings.slice(0, 1) })
    expect(textIn(good.html)).toContain('Wszystko działa. Sprawdzono: 1.')
  })

  it('is shown also where doctor fails', async () => {
    const failing = async () => {
      throw new Error('lost')
    }
    const { html, status } = await see({ doctor: failing })
    expect(status).toBe(200)
    expect(textIn(html)).toContain('bill-gateway-lms doctor')
    expect(html).not.toContain('lost')
  })
})
