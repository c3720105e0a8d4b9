import { sql } from 'kysely'
import { verifyBooks } from '../../gateway/src/ledger/index.ts'
import type { World } from './acts.ts'
import { entriesOf, recordedOf, refundsOf, reviewed, strayTransfers, undecided } from './queries.ts'

/** Everything in which the gateway and the model do not agree, as sentences. */
export async function faultsOf(world: World): Promise<string[]> {
  const { gateway, providerId } = world
  const { db } = gateway.database
  const books = (await verifyBooks(db, providerId)).map(
    ({ rule, subject, detail }) => `${rule}: ${subject} ${detail}`,
  )
  return [
    ...books,
    ...(await faultsOfCheckouts(world)),
    ...(await faultsOfMoney(world)),
    ...(await faultsOfTransfers(world)),
    ...(await faultsOfRefunds(world)),
    ...(await faultsOfEvents(world)),
  ]
}

/** All come to an end, but for money that waits for a person: nobody is to pay such a bill twice. */
async function faultsOfCheckouts({ gateway, providerId, chaos }: World): Promise<string[]> {
  const waiting = await undecided(gateway.database.db, providerId)
  const isStrange = (publicId: string) =>
    chaos.charges.get(publicId)?.money.some(({ currency }) => currency !== 'PLN') ?? false
  return waiting.filter((publicId) => !isStrange(publicId)).map((publicId) => `${publicId} has no end`)
}

/** What the payment provider took is recorded once and as it was; what cannot be money waits for a person. */
async function faultsOfMoney({ gateway, providerId, chaos }: World): Promise<string[]> {
  const { db } = gateway.database
  const recorded = new Map(
    (await recordedOf(db, providerId, chaos.method.code)).map((each) => [each.methodPaymentId, each]),
  )
  const waiting = await reviewed(db, providerId)
  const faults: string[] = []
  for (const { money } of chaos.charges.values()) {
    for (const { methodPaymentId, amount, currency } of money) {
      const found = recorded.get(methodPaymentId)
      recorded.delete(methodPaymentId)
      if (currency !== 'PLN') {
        if (found) faults.push(`${methodPaymentId} of ${currency} is a payment`)
        if (!waiting.some((subject) => subject.includes(methodPaymentId)))
          faults.push(`${methodPaymentId} of ${currency} waits for nobody`)
      } else if (found?.amount !== amount)
        faults.push(`${methodPaymentId} of ${amount} is recorded as ${found?.amount}`)
    }
  }
  for (const invented of recorded.keys()) faults.push(`${invented} was recorded and never paid`)
  return faults
}

/** Every transfer is kept once, and is a payment of its amount or waits for a person. */
async function faultsOfTransfers({ gateway, providerId, transfers }: World): Promise<string[]> {
  const { db } = gateway.database
  const entries = await entriesOf(db, providerId)
  const faults = transfers.flatMap(({ bankReference, amount }) => {
    const found = entries.filter((entry) => entry.bankReference === bankReference)
    const isRight = found.length === 1 && found[0]?.amount === amount
    return isRight ? [] : [`${bankReference} of ${amount} is ${found.length} entries`]
  })
  if (entries.length > transfers.length)
    faults.push(`${entries.length} entries of ${transfers.length} transfers`)
  for (const { bankReference, amount, state, paid, reversed } of entries) {
    const waits = ['unknown', 'duplicate', 'ignored'].includes(state)
    if (paid === null ? !waits : paid !== amount || reversed !== 0n)
      faults.push(`${bankReference} of ${amount} is ${state}, paid ${paid}, reversed ${reversed}`)
  }
  for (const publicId of await strayTransfers(db, providerId)) faults.push(`${publicId} came by no transfer`)
  return faults
}

/** The payment provider gave back exactly what the gateway's succeeded refunds say. */
async function faultsOfRefunds({ gateway, providerId, chaos }: World): Promise<string[]> {
  const stored = await refundsOf(gateway.database.db, providerId)
  const faults = stored
    .filter(({ status }) => status === 'pending')
    .map(({ publicId }) => `${publicId} is pending`)
  const refunds = stored.filter(({ kind }) => kind === 'refund')
  for (const { publicId, status, amount } of refunds) {
    const given = chaos.refunds.get(publicId)
    const givenAmount = given?.state === 'succeeded' ? given.order.amount : 0n
    const said = status === 'succeeded' ? amount : 0n
    if (givenAmount !== said) faults.push(`${publicId} says ${said} went back, and it was ${givenAmount}`)
  }
  const known = new Set(refunds.map(({ publicId }) => publicId))
  for (const publicId of chaos.refunds.keys())
    if (!known.has(publicId)) faults.push(`${publicId} is unknown here`)
  // Money of a refund that was on its way cannot be taken back too: that waits for a person.
  const waiting = await reviewed(gateway.database.db, providerId)
  for (const { methodReversalId, amount } of [...chaos.charges.values()].flatMap(
    ({ takenBack }) => takenBack,
  )) {
    const booked = stored.find((each) => each.methodReversalId === methodReversalId)?.amount ?? 0n
    if (booked !== amount && !waiting.includes(methodReversalId))
      faults.push(`${methodReversalId} took ${amount} back, and ${booked} is booked`)
  }
  return faults
}

/** One event of each payment, and one of each refund and reversal. */
async function faultsOfEvents({ gateway, providerId }: World): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    select 'payment ' || p.public_id || ' was told ' || count(e.id) || ' times' as fault
    from payment p left join event e on e.provider_id = p.provider_id and e.type = 'payment.succeeded'
      and e.data ->> 'paymentId' = p.public_id
    where p.provider_id = ${providerId} group by p.public_id having count(e.id) <> 1
    union all
    select r.kind || ' ' || r.public_id || ' was told ' || count(e.id) || ' times'
    from refund r left join event e on e.provider_id = r.provider_id
      and e.type in ('payment.refunded', 'payment.reversed') and e.data ->> 'refundId' = r.public_id
    where r.provider_id = ${providerId} and r.status = 'succeeded'
    group by r.kind, r.public_id having count(e.id) <> 1`.execute(gateway.database.db)
  return rows.map(({ fault }) => fault)
}
