import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nrb as oneAccount } from '../../testing/links.ts'
import { readElixir, readPain } from '../../testing/payment-files.ts'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { type Biller, newBiller } from '../../testing/rooms.ts'
import {
  cancelRun,
  itemsOfRun,
  makeRun,
  paymentFile,
  type Run,
  returnTransfer,
  settlementReport,
  uploadRun,
} from './index.ts'

const accounts = [oneAccount, '52102023130000380205581980']
const from = { nrb: '61109010140000071219812874', name: 'Operator', address: null, bic: null }

const dayMs = 86_400_000

let world: Payments
beforeAll(async () => {
  world = await startPayments()
})
afterAll(() => world.close())

type Step =
  | { act: 'pay'; amounts: number[] }
  | { act: 'refund'; which: number; share: number; manual: boolean }
  | { act: 'settle'; end: 'upload' | 'cancel' | 'leave' }
  | { act: 'return'; which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('pay' as const),
      amounts: fc.array(fc.integer({ min: 2, max: 99_999 }), { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('refund' as const),
      which: fc.nat(),
      share: fc.integer({ min: 1, max: 4 }),
      manual: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('settle' as const),
      end: fc.constantFrom('upload' as const, 'upload' as const, 'cancel' as const, 'leave' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('return' as const), which: fc.nat() }) },
)

/** What the test itself knows: by account what was paid and not given back by the operator, and sent to it. */
interface Books {
  biller: Biller
  links: { token: string; nrb: string; left: bigint }[]
  runs: Run[]
  owed: Map<string, bigint>
  /** By account, out of the files that were uploaded, less what came back. */
  sent: Map<string, bigint>
  transfers: { run: Run; referenceNumber: string; nrb: string; amount: bigint }[]
}

const add = (sums: Map<string, bigint>, nrb: string, amount: bigint) =>
  sums.set(nrb, (sums.get(nrb) ?? 0n) + amount)

async function pay(books: Books, amounts: number[]): Promise<void> {
  const userId = `u${Math.random()}`
  const bills = amounts.map((amount, index) => ({
    userId,
    amount: Number(`${amount}e-2`),
    nrb: accounts[index],
  }))
  const links = await world.links(bills, books.biller)
  const tokens = links.map((link) => link.token)
  const scope = tokens.length > 1 ? { scope: 'balance', tokens } : { scope: 'link' }
  const paid = await world.api(`/pay/v1/test/payments/${tokens[0]}/pay`, scope, books.biller)
  expect(paid.status, paid.text).toBe(200)
  for (const [index, token] of tokens.entries()) {
    const nrb = accounts[index] ?? ''
    books.links.push({ token, nrb, left: BigInt(amounts[index] ?? 0) })
    add(books.owed, nrb, BigInt(amounts[index] ?? 0))
  }
}

async function refund(
  books: Books,
  { which, share, manual }: Extract<Step, { act: 'refund' }>,
): Promise<void> {
  const open = books.links.filter((link) => link.left > 0n)
  const link = open[which % Math.max(open.length, 1)]
  if (!link) return
  const amount = link.left / BigInt(share) || 1n
  const body = { amount: Number(`${amount}e-2`), manual }
  const answer = await world.api(`/pay/v1/payments/${link.token}/refunds`, body, books.biller)
  expect(answer.status, answer.text).toBe(201)
  await world.advance('PT10M', books.biller)
  const [made] = (
    await world.api(`/pay/v1/payments/${link.token}/refunds`, undefined, books.biller)
  ).body.refunds.slice(-1)
  if (made.status === 'failed') return
  link.left -= amount
  if (!manual) add(books.owed, link.nrb, -amount)
}

/** The same transfers out of every format. */
async function filesOf(run: Run): Promise<{ id: string; amount: bigint; nrb: string }[]> {
  const items = await itemsOfRun(world.db, run.id)
  const read = [
    readPain(paymentFile(run, items, 'pain.001.001.03')),
    readPain(paymentFile(run, items, 'pain.001.001.09')),
    readElixir(paymentFile(run, items, 'elixir-0', { encoding: 'iso-8859-2' }), 'iso-8859-2'),
  ].map((file) => file.map(({ id, amount, nrb }) => ({ id, amount, nrb })))
  expect(read[1]).toEqual(read[0])
  expect(read[2]).toEqual(read[0])
  return read[0] ?? []
}

async function upload(books: Books, run: Run): Promise<void> {
  await uploadRun(world.db, run.id)
  for (const { id, amount, nrb } of await filesOf(run)) {
    add(books.sent, nrb, amount)
    books.transfers.push({ run, referenceNumber: id.split('-').slice(0, 2).join('-'), nrb, amount })
  }
}

async function settle(books: Books, end: 'upload' | 'cancel' | 'leave'): Promise<Run | undefined> {
  const run = await makeRun(world.db, { test: true, providerId: books.biller.provider.id, from })
  if (!run) return undefined
  if (end === 'upload') await upload(books, run)
  else if (end === 'cancel') await cancelRun(world.db, run.id)
  else books.runs.push(run)
  return run
}

async function giveBack(books: Books, which: number): Promise<void> {
  const [transfer] = books.transfers.splice(which % Math.max(books.transfers.length, 1), 1)
  if (!transfer) return
  await returnTransfer(world.db, transfer.run.id, transfer)
  add(books.sent, transfer.nrb, -transfer.amount)
}

/** Files, ledger and report are the same sum. */
async function expectAgreement(books: Books): Promise<void> {
  const { id: providerId } = books.biller.provider
  const { rows } = await world.database.pool.query(
    `select coalesce(sum(amount), 0)::bigint as amount from posting
     join ledger_transaction as entry on entry.provider_id = posting.provider_id and entry.id = transaction_id
     where account = 'settled' and kind = 'settlement' and posting.provider_id = $1`,
    [providerId],
  )
  const sent = [...books.sent.values()].reduce((sum, amount) => sum + amount, 0n)
  expect(rows[0].amount).toBe(sent)
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw' }).format
  const [first, last] = [today(Date.now() - dayMs), today(Date.now() + 2 * dayMs)]
  const whole = await settlementReport(world.db, { test: true, providerId, from: first, to: last })
  expect(whole.rows.reduce((sum, row) => sum + row.settled, 0n)).toBe(sent)
  const owed = [...books.owed.values()].reduce((sum, amount) => sum + amount, 0n)
  expect(whole.held.reduce((sum, { amount }) => sum + amount, 0n)).toBe(owed - sent)
}

it('whatever is paid, refunded, settled, cancelled and sent back: files, ledger and report agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const biller = await newBiller(world.database)
      const books: Books = { biller, links: [], runs: [], owed: new Map(), sent: new Map(), transfers: [] }
      for (const each of steps) {
        if (each.act === 'pay') await pay(books, each.amounts)
        else if (each.act === 'refund') await refund(books, each)
        else if (each.act === 'settle') await settle(books, each.end)
        else await giveBack(books, each.which)
      }
      for (const run of books.runs) await upload(books, run)
      await settle(books, 'upload')
      expect(await settle(books, 'leave')).toBeUndefined()
      await expectAgreement(books)
      // Nothing is left to send, unless more was sent than is owed by now: a debt for later.
      for (const nrb of accounts)
        expect((books.owed.get(nrb) ?? 0n) <= (books.sent.get(nrb) ?? 0n)).toBe(true)
    }),
    { numRuns: 8 },
  )
  expect(await world.books()).toEqual([])
}, 120_000)
