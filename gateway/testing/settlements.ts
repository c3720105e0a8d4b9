import { findRunSummary, itemsOfRun, makeRun, paymentFile, type Run } from '../src/settlement/index.ts'
import { nrb as oneAccount } from './links.ts'
import { readPain } from './payment-files.ts'
import { type Payments, startPayments } from './payments.ts'
import { type Biller, newBiller } from './rooms.ts'

export { nrb as oneAccount } from './links.ts'
export const otherAccount = '52102023130000380205581980'
/** What the operator pays from. */
export const from = {
  nrb: '61109010140000071219812874',
  name: 'Operator Sp. z o.o.',
  address: null,
  bic: null,
}

/** Payments of sandbox providers, and settlements of them. Each test begins with a biller of its own. */
export async function startSettlements() {
  const world = await startPayments()
  let biller = world.biller
  const scope = () => ({ test: true, providerId: biller.provider.id, from })
  return {
    world,
    db: world.db,
    biller: (): Biller => biller,
    async nextBiller(): Promise<void> {
      biller = await newBiller(world.database)
    },
    scope,
    async makeOne(): Promise<Run> {
      const run = await makeRun(world.db, scope())
      if (!run) throw new Error('nothing is due')
      return run
    },
    paid: (...bills: Bill[]) => paid(world, biller, bills),
    async refund(token: string, values: { amount?: number; manual?: boolean }): Promise<void> {
      const ordered = await world.api(`/pay/v1/payments/${token}/refunds`, values, biller)
      if (ordered.status !== 201) throw new Error(ordered.text)
      await world.advance('PT5M', biller)
    },
    /** Out of the run's file. */
    transfersOf: async (run: Run) =>
      readPain(paymentFile(run, await itemsOfRun(world.db, run.id), 'pain.001.001.03')),
    stateOf: async (run: Run) => (await findRunSummary(world.db, run.id))?.status,
    /** What the ledger says was settled: minor units. */
    async settled(): Promise<bigint> {
      const { rows } = await world.database.pool.query(
        `select coalesce(sum(amount), 0)::bigint as amount from posting
         where account = 'settled' and provider_id = $1`,
        [biller.provider.id],
      )
      return rows[0].amount
    },
    close: () => world.close(),
  }
}

export type Settlements = Awaited<ReturnType<typeof startSettlements>>

/** What a bill asks, and the account that it names. */
type Bill = [amount: number, nrb?: string]

/** Pays bills with one payment. @returns the reference and the first link's token */
async function paid(
  world: Payments,
  biller: Biller,
  bills: readonly Bill[],
): Promise<{ reference: string; token: string }> {
  const userId = `u${Math.random()}`
  const links = await world.links(
    bills.map(([amount, nrb = oneAccount], index) => ({ userId, amount, nrb, title: `FV ${index + 1}` })),
    biller,
  )
  const [first] = links
  const tokens = links.map((link) => link.token)
  const scope = bills.length > 1 ? { scope: 'balance', tokens } : { scope: 'link' }
  const { status, body, text } = await world.api(`/pay/v1/test/payments/${first?.token}/pay`, scope, biller)
  if (status !== 200) throw new Error(text)
  return { reference: body.referenceNumber, token: first?.token ?? '' }
}
