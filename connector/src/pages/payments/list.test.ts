import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../testing/index.ts'
import { speechOf } from '../speech.ts'
import { columnIn, openPageWorld, type PageWorld, textIn, type Visitor } from '../testing/operator.ts'
import { sortKeys } from '../views/models.ts'
import { readQuery } from './filter.ts'
import { csvSize, pageSize } from './page.ts'
import { listPayments } from './queries.ts'

const noon = (day: string) => Date.parse(`${day}T11:00:00Z`) / 1000
const ids = (html: string) => [...html.matchAll(/name="ids\[\]" value="(\d+)"/g)].map(([, id]) => Number(id))

describe.each(engines)('the list of payments on %s', (engine) => {
  let desk: PageWorld
  let anna: Visitor
  let jan: number
  let firm: number
  const made: Record<string, number> = {}
  beforeAll(async () => {
    desk = await openPageWorld(engine)
    anna = desk.visitor()
    jan = await desk.world.addCustomer({ lastname: 'Źrebiec', name: 'Jan' })
    firm = await desk.world.addCustomer({ lastname: "PHU 100% O'Hara_x", name: '' })
    const add = async (name: string, values: object) => {
      made[name] = await desk.addPayment(values)
    }
    await add('open', { customerid: jan, cdate: noon('2026-10-01'), reference_number: '20261001-000777' })
    await add('midnight', {
      customerid: jan,
      cdate: Date.parse('2026-10-31T22:59:59Z') / 1000,
      amount: '0.01',
    })
    await add('november', { customerid: firm, cdate: Date.parse('2026-10-31T23:00:00Z') / 1000 })
    await add('settled', {
      customerid: firm,
      state: 'settled',
      closed: 1,
      settled_importid: 5,
      amount: '123.45',
    })
    await add('hand', { customerid: firm, state: 'hand', closed: 1, amount: '200.00' })
    await add('kept', { customerid: 987_654, state: 'kept', title: 'dla nikogo' })
    await add('nobody', { customerid: null, state: 'final', closed: 1 })
    await add('old', { row_id: null, state: null, closed: 1, customerid: jan, reference_digits: null })
  })
  afterAll(() => desk.close())

  it.each<[string, Record<string, string>, string[]]>([
    ['a month', { month: '2026-10' }, ['midnight', 'open']],
    ['a day', { day: '2026-11-01' }, ['november']],
    ['a customer', { customer: 'firm' }, ['hand', 'settled', 'november']],
    ['a name, whatever its case and order', { name: 'jan źREB' }, ['old', 'midnight', 'open']],
    [
      'a name with signs that mean something to LIKE',
      { name: "100% o'hara_" },
      ['hand', 'settled', 'november'],
    ],
    ['no such name', { name: '100_' }, []],
    ['an amount', { amount: '123,45' }, ['settled']],
    ['a range of amounts', { amount: '0,01–69' }, ['old', 'nobody', 'kept', 'november', 'midnight', 'open']],
    ['a reference number', { reference: '20261001-000777' }, ['open']],
    ['digits of a reference number', { reference: 'ref: 0000 03' }, ['november']],
    ['a state', { state: 'hand' }, ['hand']],
    ['unsettled ones only', { hide: '1' }, ['kept', 'november', 'midnight', 'open']],
    ['several at once', { hide: '1', customer: 'jan', amount: '69' }, ['open']],
  ])('is narrowed to %s', async (_, query, expected) => {
    const customer = query.customer === 'firm' ? firm : jan
    const asked = query.customer ? { ...query, customer: String(customer) } : query
    const { html, status } = await anna.see('payments', asked)
    expect(status).toBe(200)
    const names = ids(html).map((id) => Object.keys(made).find((name) => made[name] === id))
    expect([...names].sort()).toEqual([...expected].sort())
    expect(textIn(html)).toContain(
      expected.length === 0 ? 'Nie ma płatności' : `Płatności: ${expected.length},`,
    )
  })

  it('says what cannot be read, keeps it, and shows the rest', async () => {
    const { html, status } = await anna.see('payments', { day: '31.10.2026', amount: 'dużo' })
    expect(status).toBe(400)
    expect(textIn(html)).toContain('Jest problem')
    expect(html).toContain('value="31.10.2026"')
    expect(html).toContain('value="dużo"')
    expect(ids(html)).toHaveLength(8)
  })

  it('shows who, for what, how much, and in which state, in both languages', async () => {
    const { html } = await anna.see('payments', { sort: 'date' })
    expect(columnIn(html, 'Kwota').slice(0, 2)).toEqual(['69,00 zł', '0,01 zł'])
    expect(columnIn(html, 'Klient')).toContain(`Źrebiec Jan nr ${jan}`)
    expect(columnIn(html, 'Klient')).toContain('nr 987654 klient usunięty')
    expect(columnIn(html, 'Stan')).toContain('rozliczona wyciągiem')
    expect(textIn(html)).toContain('Płatności: 8, razem 668,46 zł')
    const english = await anna.see('payments', { sort: 'date', lang: 'en' })
    expect(columnIn(english.html, 'Amount').slice(0, 2)).toEqual(['69.00 PLN', '0.01 PLN'])
    expect(textIn(english.html)).toContain('Payments: 8, 668.46 PLN in all')
    expect(english.html).toContain('&amp;lang=en')
  })

  it.each(sortKeys.flatMap((key) => [key, `-${key}`]))(
    'goes through every page by %s, both ways',
    async (sort) => {
      const query = readQuery({ sort }, speechOf('pl', 'Europe/Warsaw'), 'Europe/Warsaw')
      const whole = (await listPayments(desk.world.lms, query, 100)).lines.map(({ id }) => id)
      expect(new Set(whole).size).toBe(8)
      const there: number[] = []
      const back: number[] = []
      let last: number | undefined
      for (;;) {
        const cursor = last === undefined ? {} : { cursor: { id: last, direction: 'after' as const } }
        const page = await listPayments(desk.world.lms, { ...query, ...cursor }, 3)
        there.push(...page.lines.map(({ id }) => id))
        last = there.at(-1)
        if (!page.after) break
      }
      for (;;) {
        const cursor = { id: back[0] ?? last ?? 0, direction: 'before' as const }
        const page = await listPayments(desk.world.lms, { ...query, cursor }, 3)
        back.unshift(...page.lines.map(({ id }) => id))
        expect(page.after).toBe(true)
        if (!page.before) break
      }
      expect(there).toEqual(whole)
      expect([...back, last]).toEqual(whole)
    },
  )

  it('has pages of fifty, whose addresses keep the question', async () => {
    const many = await desk.world.addCustomer({ lastname: 'Wielu', name: '' })
    for (let count = 0; count < pageSize + 3; count++) await desk.addPayment({ customerid: many })
    const first = await anna.see('payments', { customer: String(many), sort: '-amount' })
    expect(ids(first.html)).toHaveLength(pageSize)
    const next = /href="\?([^"]*after=\d+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&')
    const query = Object.fromEntries(new URLSearchParams(next))
    expect(query).toMatchObject({ customer: String(many), sort: '-amount' })
    const second = await anna.see('payments', query)
    expect(ids(second.html)).toHaveLength(3)
    expect(ids(first.html)).not.toContain(ids(second.html)[0])
    expect(second.html).toContain('rel="prev"')
    expect(second.html).not.toContain('rel="next"')
    await desk.world.lms.db.deleteFrom('billtech_payments').where('customerid', '=', many).execute()
  })

  it('gives the chosen rows as CSV', async () => {
    const answer = await anna.get('payments', { customer: String(firm), sort: 'amount', csv: '1' })
    if (!('download' in answer)) throw new Error('no file')
    expect(answer.download).toMatchObject({ name: 'platnosci-billtech.csv', type: 'text/csv; charset=utf-8' })
    const lines = answer.download.content.split('\r\n')
    expect(lines).toHaveLength(5)
    expect(lines[3]).toContain('"200,00"')
  })

  it('gives more rows than fit into one file in parts that hold each row once', async () => {
    const { lms } = desk.world
    const many = await desk.world.addCustomer({ lastname: 'Wielu', name: '' })
    const rows = Array.from({ length: csvSize + 1 }, (_, n) => ({
      ten: '',
      customerid: many,
      amount: '1.00',
      title: `FV ${n}`,
      reference_number: `ref-${n}`,
      cdate: 1_790_000_000 + (n % 7),
      closed: 1,
      state: 'settled',
      row_id: `many-${n}`,
      refunded: '0',
      test: 0,
    }))
    for (let from = 0; from < rows.length; from += 500) {
      await lms.db
        .insertInto('billtech_payments')
        .values(rows.slice(from, from + 500) as never)
        .execute()
    }
    const { html } = await anna.see('payments', { customer: String(many), csv: '1' })
    const hrefs = [...html.matchAll(/href="\?([^"]*csv=part[^"]*)"/g)].map(([, href = '']) => href)
    expect(hrefs).toHaveLength(2)
    const references: string[] = []
    for (const href of hrefs) {
      const query = Object.fromEntries(new URLSearchParams(href.replaceAll('&amp;', '&')))
      const part = await anna.get('payments', query)
      if (!('download' in part)) throw new Error('no file')
      expect(part.download.name).toMatch(/^platnosci-billtech-[12]\.csv$/)
      expect(part.download.content.length).toBeLessThan(1024 * 1024)
      references.push(...[...part.download.content.matchAll(/"(ref-\d+)"/g)].map(([, text = '']) => text))
    }
    expect(new Set(references).size).toBe(rows.length)
    expect(references).toHaveLength(rows.length)
    await lms.db.deleteFrom('billtech_payments').where('customerid', '=', many).execute()
  })

  it('defect 41: title, reference, name and search text are shown as text', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'&amp;'
    const customer = await desk.world.addCustomer({ lastname: `<script>alert('n')</script>`, name: evil })
    await desk.addPayment({
      customerid: customer,
      title: evil,
      document_number: '<b>d</b>',
      reference_number: '"><svg/onload=alert(2)>',
      method: '<i>m</i>',
    })
    const { html } = await anna.see('payments', {
      customer: String(customer),
      name: '<script>',
      month: '"><script>alert(3)</script>',
      state: '"><script>',
      sort: '"><script>',
      done: '"><script>',
      back: '"><script>',
    })
    expect(html).not.toMatch(/<(script|img|svg|b>d|i>m)|onerror=alert\(1\)>"/)
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&amp;amp;')
    expect(html).toContain('&lt;script&gt;alert(&#x27;n&#x27;)&lt;/script&gt;')
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(3)&lt;/script&gt;"')
    await desk.world.lms.db.deleteFrom('billtech_payments').where('customerid', '=', customer).execute()
  })
})
