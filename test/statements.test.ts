import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addVirtualAccount } from '../gateway/src/statement/index.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { writeMt940 } from '../gateway/testing/statements/index.ts'
import { createLink, eventsAfter, nrb, otherNrb, pay, search, statusOf } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { line, statementsOf } from './support/statements.ts'

let gateway: TestGateway
let bank: ReturnType<typeof statementsOf>
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  bank = statementsOf(gateway)
  await bank.offerTransfer()
  await addVirtualAccount(gateway.platform.db, gateway.provider, '1090101400000712')
})
afterAll(async () => {
  if (gateway) await expectSoundBooks(gateway.platform.db)
  await gateway?.close()
})

const link = (values: Record<string, unknown> = {}) => createLink(gateway.api, values)
const status = async (token: string) => (await statusOf(gateway.api, token)).status

describe('our reference', () => {
  it('matches a transfer, however the bank writes the title', async () => {
    const titles = [
      (ref: string) => `ref ${ref} ID user FV 1`,
      (ref: string) => `Przelew REF:${ref}`,
      (ref: string) => `oplata ref ${ref.slice(0, 4)} ${ref.slice(4)}ID 7`,
      (ref: string) => `ref${ref.replace('-', '')} ID 7`,
    ]
    for (const titled of titles) {
      const { token } = await link({ amount: 50 })
      const { referenceNumber } = await bank.transferOf(token)
      const [entry] = await bank.entriesOf(
        await bank.bring([line({ amount: 5000n, title: titled(referenceNumber) })]),
      )
      expect(entry, titled(referenceNumber)).toMatchObject({
        state: 'matched',
        rule: 'reference',
        referenceNumber,
        waiting: false,
      })
      expect(await status(token)).toBe('paid')
      const row = (await search(gateway.api)).find((each) => each.token === token)
      expect(row).toMatchObject({ method: 'transfer', arrives: 'transfer', amount: 50, referenceNumber })
    }
  })

  it('says short, over and duplicate by what the bills took', async () => {
    const short = await link({ amount: 80 })
    const over = await link({ amount: 80 })
    const refs = [await bank.transferOf(short.token), await bank.transferOf(over.token)]
    const [first, second, third, fourth] = await bank.entriesOf(
      await bank.bring([
        line({ amount: 7000n, title: `ref ${refs[0]?.referenceNumber}` }),
        line({ amount: 8100n, title: `ref ${refs[1]?.referenceNumber}` }),
        line({ amount: 1000n, title: `ref ${refs[0]?.referenceNumber}` }),
        line({ amount: 8000n, title: `ref ${refs[1]?.referenceNumber}` }),
      ]),
    )
    expect([first, second, third, fourth].map((entry) => entry?.state)).toEqual([
      'short',
      'over',
      'matched',
      'duplicate',
    ])
    expect(await status(short.token)).toBe('paid')
    const rows = (await search(gateway.api)).filter((each) => each.token === over.token)
    expect(rows.map(({ amount, unallocated }) => [amount, unallocated])).toEqual([
      [81, 1],
      [80, 80],
    ])
    // Twins are payments of their own, and name the reference of the title.
    expect(fourth?.referenceNumber).not.toBe(second?.referenceNumber)
    const events = await eventsAfter(gateway.api)
    const told = events.flatMap((event) => (event.type === 'payment.succeeded' ? [event.data] : []))
    expect(told.find(({ paymentId }) => paymentId === fourth?.paymentId)?.titleReference).toBe(
      second?.referenceNumber,
    )
  })

  it('of another method’s payment is the transfer that was expected, and no second payment', async () => {
    const { token } = await link({ amount: 30 })
    const { referenceNumber, paymentId } = await pay(gateway.api, token, { method: 'bank' })
    const before = (await search(gateway.api)).length
    const [transfer, again] = await bank.entriesOf(
      await bank.bring([
        line({ amount: 3000n, title: `ref ${referenceNumber} ID x` }),
        line({ amount: 3000n, title: `ref ${referenceNumber} ID x` }),
      ]),
    )
    expect(transfer).toMatchObject({ state: 'expected', paymentId, referenceNumber })
    expect(again).toMatchObject({ state: 'duplicate', waiting: true, paymentId: null })
    expect(await search(gateway.api)).toHaveLength(before)
  })

  it('of a batch payout, or of what the method has not confirmed, waits', async () => {
    const batch = await link({ amount: 30 })
    const { referenceNumber } = await pay(gateway.api, batch.token, { arrives: 'batch' })
    const open = await link({ amount: 30 })
    const unpaid = await pay(gateway.api, open.token, { outcome: 'refused' })
    const [first, second] = await bank.entriesOf(
      await bank.bring([
        line({ amount: 3000n, title: `ref ${referenceNumber}` }),
        line({ amount: 3000n, title: `ref ${unpaid.referenceNumber}` }),
      ]),
    )
    expect(first).toMatchObject({ state: 'duplicate', waiting: true })
    expect(second).toMatchObject({ state: 'unknown', waiting: true })
    expect(second?.suggestions[0]?.reasons).toContain('reference')
    expect(await status(open.token)).toBe('active')
  })

  it('in another currency waits', async () => {
    const { token } = await link({ amount: 30 })
    const { referenceNumber } = await bank.transferOf(token)
    const [entry] = await bank.entriesOf(
      await bank.bring([line({ amount: 3000n, title: `ref ${referenceNumber}` })], 'EUR'),
    )
    expect(entry).toMatchObject({ state: 'wrong-currency', waiting: true, currency: 'EUR' })
    expect(await status(token)).toBe('active')
  })
})

describe('a payer without our reference', () => {
  it('is known by the virtual account, and pays the bills by due date', async () => {
    const later = await link({ userId: '4217', amount: 20, paymentDue: '2026-12-20' })
    const sooner = await link({ userId: '4217', amount: 30, paymentDue: '2026-11-20' })
    const target = '50109010140000071200004217'
    const reference = '154961063737657.32000'
    const file = writeMt940(
      {
        account: nrb,
        lines: [
          line({ amount: 4000n, target, title: 'abonament', bankReference: `${reference}1` }),
          line({
            amount: 4000n,
            target: 'XX000000004217',
            title: 'abonament',
            bankReference: `${reference}2`,
          }),
        ],
      },
      { separator: 'mbank' },
    )
    const [paid, rest] = await bank.entriesOf(await bank.bring(Buffer.from(file)))
    expect(paid).toMatchObject({ rule: 'virtual-account', userId: '4217', state: 'short' })
    expect(rest).toMatchObject({ rule: 'virtual-account', userId: '4217', state: 'over' })
    expect([await status(sooner.token), await status(later.token)]).toEqual(['paid', 'paid'])
  })

  it('is known by the title of a link, where no other payer has it', async () => {
    const named = await link({ amount: 70, title: 'FV 88/2026' })
    const longer = await link({ amount: 71, title: 'FV 88/2026/04' })
    await link({ title: 'Internet 2026' })
    await link({ title: 'Internet 2026' })
    const [first, second, generic] = await bank.entriesOf(
      await bank.bring([
        line({ amount: 7000n, title: 'zaplata za fv88/2026, dziekuje' }),
        line({ amount: 7100n, title: 'FV 88/2026/04' }),
        line({ amount: 1n, title: 'Internet 2026' }),
      ]),
    )
    expect([first, second].map((entry) => entry?.rule)).toEqual(['title', 'title'])
    expect([await status(named.token), await status(longer.token)]).toEqual(['paid', 'paid'])
    expect(generic).toMatchObject({ state: 'unknown', rule: null })
  })

  it('is known by the account of an earlier transfer, while that is of one payer', async () => {
    const counterparty = '61109010140000071219812874'
    const values = { userId: 'source-1', amount: 11 }
    const first = await link({ ...values, title: 'FV 501/2026' })
    await bank.bring([line({ amount: 1100n, title: 'FV 501/2026', counterparty })])
    expect(await status(first.token)).toBe('paid')
    const next = await link({ ...values, title: 'Abonament' })
    const [entry] = await bank.entriesOf(await bank.bring([line({ amount: 1100n, counterparty })]))
    expect(entry).toMatchObject({ rule: 'source-account', state: 'matched', userId: 'source-1' })
    expect(await status(next.token)).toBe('paid')
    // Nothing is owed: the money may be for anything.
    const [idle] = await bank.entriesOf(await bank.bring([line({ amount: 1100n, counterparty })]))
    expect(idle).toMatchObject({ state: 'unknown' })
    expect(idle?.suggestions[0]).toMatchObject({ userId: 'source-1', reasons: ['source-account'] })
    await link({ userId: 'source-2', amount: 12, title: 'FV 502/2026' })
    await bank.bring([line({ amount: 1200n, title: 'FV 502/2026', counterparty })])
    await link(values)
    const [shared] = await bank.entriesOf(await bank.bring([line({ amount: 1100n, counterparty })]))
    expect(shared).toMatchObject({ state: 'unknown', waiting: true })
  })

  it('is known by amount and full name together, never by the amount alone', async () => {
    const zofia = { name: 'Zofia', surname: 'Łęcka', amount: 913.37 }
    const { token } = await link(zofia)
    const [alone, halfName] = await bank.entriesOf(
      await bank.bring([
        line({ amount: 91337n, name: 'ADAM INNY' }),
        line({ amount: 91337n, name: 'ZOFIA INNA' }),
      ]),
    )
    expect(alone).toMatchObject({ state: 'unknown', suggestions: [{ reasons: ['amount'], token }] })
    expect(halfName).toMatchObject({ state: 'unknown' })
    const full = line({ amount: 91337n, name: 'LECKA ZOFIA UL. DLUGA 1' })
    const [both] = await bank.entriesOf(await bank.bring([full]))
    expect(both).toMatchObject({ state: 'matched', rule: 'amount-and-name' })
    expect(await status(token)).toBe('paid')
    await link({ ...zofia, userId: 'zofia-1' })
    await link({ ...zofia, userId: 'zofia-2' })
    const [twins] = await bank.entriesOf(await bank.bring([line({ amount: 91337n, name: 'ZOFIA LECKA' })]))
    expect(twins).toMatchObject({ state: 'unknown', waiting: true })
    expect(twins?.suggestions.map(({ userId }) => userId).sort()).toEqual(['zofia-1', 'zofia-2'])
  })
})

describe('what is no payment', () => {
  it('debits are put aside, and what the bank takes back waits', async () => {
    const lines = [
      line({ amount: 500n, direction: 'debit' }),
      line({ amount: 500n, direction: 'debit', isReversal: true }),
    ]
    const found = await bank.entriesOf(await bank.bring(lines))
    expect(found.map(({ state, waiting }) => [state, waiting])).toEqual([
      ['debit', false],
      ['unknown', true],
    ])
  })
})

describe('the same entries again', () => {
  it('change nothing, in the same file and in an overlapping one', async () => {
    const { token } = await link({ amount: 10 })
    const { referenceNumber } = await bank.transferOf(token)
    const plain = { bankReference: undefined as never, title: 'wplata', counterparty: otherNrb }
    const twins = [line({ amount: 222n, ...plain }), line({ amount: 222n, ...plain })]
    const paid = line({ amount: 1000n, title: `ref ${referenceNumber}` })
    const first = await bank.bring([paid, ...twins])
    expect(first).toMatchObject({ entries: 3, entriesNew: 3, entriesKnown: 0 })
    const rows = (await search(gateway.api)).length
    const again = await bank.bring([paid, ...twins])
    expect(again).toMatchObject({ state: 'done', entriesNew: 0, entriesKnown: 3 })
    const overlapping = await bank.bring([...twins, line({ amount: 222n, ...plain }), paid])
    expect(overlapping).toMatchObject({ entriesNew: 1, entriesKnown: 3 })
    expect(await search(gateway.api)).toHaveLength(rows)
  })

  it('are stored once where two import the file at the same moment', async () => {
    const lines = Array.from({ length: 40 }, () => line({ amount: 77n }))
    const read = await Promise.all([bank.bring(lines), bank.bring(lines), bank.bring(lines)])
    expect(read.map(({ entriesNew }) => entriesNew).sort()).toEqual([0, 0, 40])
  })
})
