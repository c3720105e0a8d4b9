import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readElixir } from '../../testing/payment-files.ts'
import {
  from,
  oneAccount,
  otherAccount,
  type Settlements,
  startSettlements,
} from '../../testing/settlements.ts'
import { updateProvider } from '../provider/index.ts'
import {
  cancelRun,
  closeRun,
  dueNow,
  itemsOfRun,
  makeRun,
  paymentFile,
  type Run,
  returnTransfer,
  settlementReport,
  uploadRun,
} from './index.ts'

let at: Settlements

beforeAll(async () => {
  at = await startSettlements()
})
beforeEach(() => at.nextBiller())
afterAll(() => at.close())

const amountsOf = async (run: Run) => (await at.transfersOf(run)).map(({ amount, nrb }) => [amount, nrb])
const allWell = async () => expect(await at.world.books()).toEqual([])

describe('a run', () => {
  it('has one transfer for each payment and account, titled by its reference', async () => {
    const one = await at.paid([100])
    const two = await at.paid([20.5], [30, otherAccount], [1, otherAccount])
    const run = await at.makeOne()
    const transfers = await at.transfersOf(run)
    expect(transfers.map(({ amount, nrb, title }) => [amount, nrb, title.replace(/ID \S+/, 'ID')])).toEqual([
      [10_000n, oneAccount, `ref ${one.reference} ID FV 1`],
      [2_050n, oneAccount, `ref ${two.reference} ID FV 1`],
      [3_100n, otherAccount, `ref ${two.reference} ID`],
    ])
    expect(transfers.every(({ payee }) => payee === 'NETIX')).toBe(true)
    expect(new Set(transfers.map(({ id }) => id)).size).toBe(3)
    await uploadRun(at.db, run.id)
    expect(await at.settled()).toBe(15_150n)
    await allWell()
  })

  it('takes nothing a second time, whoever asks at once, and its file is always the same', async () => {
    await at.paid([100])
    const runs = await Promise.all(Array.from({ length: 6 }, () => makeRun(at.db, at.scope())))
    const made = runs.filter((run) => run !== undefined)
    expect(made).toHaveLength(1)
    const [run] = made as [Run]
    const file = async () => paymentFile(run, await itemsOfRun(at.db, run.id), 'pain.001.001.09')
    const first = await file()
    await updateProvider(at.db, at.biller().provider.id, { name: 'Another name' })
    await at.paid([5])
    await uploadRun(at.db, run.id)
    expect((await file()).equals(first)).toBe(true)
  })

  it('goes to the account that the link had when it was paid, whatever it says later', async () => {
    const { token } = await at.paid([100])
    await at.world.database.pool.query(`update payment_link set nrb = $1 where encode(token, 'hex') = $2`, [
      otherAccount,
      token,
    ])
    expect(await amountsOf(await at.makeOne())).toEqual([[10_000n, oneAccount]])
  })

  it('carries what no link could take, for it is the provider’s to give back', async () => {
    const bill = { userId: `u${Math.random()}`, operationId: 1, amount: 100 }
    const links = await at.world.links([bill], at.biller())
    const { publicId } = await at.world.started(links, { provider: at.biller().provider, blikCode: '777111' })
    await at.world.links([{ ...bill, amount: 40 }], at.biller())
    await at.world.advance('PT1H', at.biller())
    expect((await at.world.checkout(publicId)).payment).toMatchObject({
      amount: 10_000n,
      unallocated: 6_000n,
    })
    expect(await amountsOf(await at.makeOne())).toEqual([[10_000n, oneAccount]])
  })

  it('leaves out what a provider collects itself, and never mixes test and live', async () => {
    await at.paid([100])
    expect(await makeRun(at.db, { ...at.scope(), test: false })).toBeUndefined()
    await at.world.database.pool.query('alter table payment disable trigger payment_append_only')
    await at.world.database.pool.query(
      `update payment set collected_by = 'provider' where provider_id = $1`,
      [at.biller().provider.id],
    )
    await at.world.database.pool.query('alter table payment enable trigger payment_append_only')
    expect(await makeRun(at.db, at.scope())).toBeUndefined()
  })

  it('needs an account to pay from, and remembers it', async () => {
    await at.paid([100])
    const { from: _, ...whose } = at.scope()
    const bad = { ...whose, from: { nrb: '123', name: '', bic: 'x' }, executesOn: '2026-02-30' }
    await expect(makeRun(at.db, bad)).rejects.toMatchObject({
      errors: [{ pointer: '/account' }, { pointer: '/name' }, { pointer: '/bic' }],
    })
    const unreadable = { ...whose, from: { ...from, name: 'Київ' } }
    await expect(makeRun(at.db, unreadable)).rejects.toMatchObject({ errors: [{ pointer: '/name' }] })
    await at.makeOne()
    await at.paid([5])
    expect((await makeRun(at.db, whose))?.from).toEqual(from)
  })
})

describe('money that went back', () => {
  it('before the run is not settled, from the moment it is reserved', async () => {
    const { token } = await at.paid([100])
    await at.world.api(`/pay/v1/payments/${token}/refunds`, { amount: 30 }, at.biller())
    expect(await amountsOf(await at.makeOne())).toEqual([[7_000n, oneAccount]])
    await at.world.advance('PT5M', at.biller())
    expect((await dueNow(at.db, at.scope())).items).toEqual([])
    await allWell()
  })

  it('after the run is a debt, kept back from the next one, and the books agree', async () => {
    const { token } = await at.paid([100])
    await uploadRun(at.db, (await at.makeOne()).id)
    await at.refund(token, { amount: 40 })
    await at.paid([30])
    expect(await makeRun(at.db, at.scope())).toBeUndefined()
    expect((await dueNow(at.db, at.scope())).carried).toHaveLength(2)
    await at.paid([25])
    const run = await at.makeOne()
    expect(await amountsOf(run)).toEqual([[1_500n, oneAccount]])
    await uploadRun(at.db, run.id)
    expect(await at.settled()).toBe(11_500n)
    await allWell()
  })

  it('by the provider itself lessens nothing that the operator owes', async () => {
    const { token } = await at.paid([100])
    await at.refund(token, { amount: 40, manual: true })
    const run = await at.makeOne()
    expect(await amountsOf(run)).toEqual([[10_000n, oneAccount]])
    await uploadRun(at.db, run.id)
    expect(await makeRun(at.db, at.scope())).toBeUndefined()
    await allWell()
  })
})

describe('the life of a run', () => {
  it('cancelled before the upload: all is due again, and the books were never touched', async () => {
    await at.paid([100])
    const run = await at.makeOne()
    await cancelRun(at.db, run.id)
    await cancelRun(at.db, run.id)
    expect(await at.settled()).toBe(0n)
    await expect(uploadRun(at.db, run.id)).rejects.toThrow('cancelled')
    const next = await at.makeOne()
    expect(next.publicId).not.toBe(run.publicId)
    await uploadRun(at.db, next.id)
    await uploadRun(at.db, next.id)
    expect(await at.settled()).toBe(10_000n)
    await expect(cancelRun(at.db, next.id)).rejects.toThrow('cannot be cancelled')
  })

  it('two who upload and cancel at once: one wins, and the books are his', async () => {
    await at.paid([100])
    const run = await at.makeOne()
    await Promise.allSettled([
      uploadRun(at.db, run.id),
      cancelRun(at.db, run.id),
      uploadRun(at.db, run.id),
      cancelRun(at.db, run.id),
    ])
    expect(await at.settled()).toBe((await at.stateOf(run)) === 'uploaded' ? 10_000n : 0n)
    await allWell()
  })

  it('a transfer that comes back is due again, once', async () => {
    const { reference } = await at.paid([100])
    await at.paid([7])
    const run = await at.makeOne()
    const back = () => returnTransfer(at.db, run.id, { referenceNumber: reference })
    await expect(back()).rejects.toThrow('not at the bank')
    await uploadRun(at.db, run.id)
    await back()
    await expect(back()).rejects.toThrow('came back before')
    expect(await at.settled()).toBe(700n)
    expect(await amountsOf(await at.makeOne())).toEqual([[10_000n, oneAccount]])
    await allWell()
  })

  it('a run whose transfers are all seen or sent back is closed', async () => {
    const { reference } = await at.paid([100])
    await at.paid([7])
    const run = await at.makeOne()
    await uploadRun(at.db, run.id)
    await returnTransfer(at.db, run.id, { referenceNumber: reference })
    expect(await at.stateOf(run)).toBe('uploaded')
    expect(await closeRun(at.db, run.id)).toBe(2)
    expect(await at.stateOf(run)).toBe('closed')
    expect(await closeRun(at.db, run.id)).toBe(0)
  })
})

it('the report is what the ledger, the files and the payments say', async () => {
  const { token } = await at.paid([100])
  await at.paid([20], [30, otherAccount])
  await at.refund(token, { amount: 10 })
  const run = await at.makeOne()
  await uploadRun(at.db, run.id)
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw' }).format
  const [earliest, latest] = [day(Date.now() - 86_400_000), day(Date.now() + 86_400_000)]
  const { rows, held } = await settlementReport(at.db, { ...at.scope(), from: earliest, to: latest })
  const sum = (name: 'collected' | 'refunded' | 'settled') => rows.reduce((all, row) => all + row[name], 0n)
  expect([sum('collected'), sum('refunded'), sum('settled')]).toEqual([15_000n, -1_000n, 14_000n])
  expect(held).toEqual([])
  const elixir = paymentFile(run, await itemsOfRun(at.db, run.id), 'elixir-0', { encoding: 'cp852' })
  expect(readElixir(elixir, 'cp852').reduce((all, { amount }) => all + amount, 0n)).toBe(14_000n)
  await expect(settlementReport(at.db, { ...at.scope(), from: latest, to: earliest })).rejects.toMatchObject({
    errors: [{ pointer: '/querystring/to' }],
  })
})
