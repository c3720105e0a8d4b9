import { writeMt940 } from '../../gateway/testing/statements/index.ts'
import { nrb } from '../support/bill.ts'
import { call, linksToPay, openCheckout, type World } from './acts.ts'
import { entriesOf } from './queries.ts'

/** Money that came to the biller's bank account, as the bank knows it. */
export interface Transfer {
  bankReference: string
  amount: bigint
  title: string
}

const bookedOn = '2026-11-20'
const separators = ['~', '<', '^', 'mbank'] as const

/** A payer reads on our page how to transfer, and does: rightly, wrongly, twice or without our reference. */
export async function transfer(world: World): Promise<void> {
  const { random, transfers } = world
  const picked = await linksToPay(world)
  if (!picked) return
  const checkout = await openCheckout(world, { ...picked, channel: 'transfer' })
  if (!checkout) return
  const odd = random.below(6)
  const amount = odd === 0 ? checkout.amount + 1n + BigInt(random.below(900)) : checkout.amount
  const title = odd === 1 ? 'za internet' : `ref ${checkout.referenceNumber} ID anna FV 1`
  for (let times = odd === 2 ? 2 : 1; times > 0; times--) {
    const bankReference = `BANK${String(transfers.length + 1).padStart(8, '0')}`
    transfers.push({ bankReference, amount: odd === 3 && amount > 1n ? amount - 1n : amount, title })
  }
}

/** Somebody brings a file with some of what came, whatever of it was brought before. */
export async function bringStatement(world: World): Promise<void> {
  if (world.transfers.length > 0)
    await bring(
      world,
      world.transfers.filter(() => world.random.below(3) > 0),
    )
}

/** Brings a file with these transfers. */
export async function bring(world: World, transfers: readonly Transfer[]): Promise<void> {
  if (transfers.length === 0) return
  const { random, gateway, credentials } = world
  const lines = transfers.map((each) => ({ ...each, bookedOn }))
  const text = writeMt940({ account: nrb, lines }, { separator: random.pick(separators) })
  const answer = await gateway.api('/pay/v1/statements', {
    method: 'POST',
    credentials,
    headers: { 'content-type': 'application/octet-stream' },
    body: text,
  })
  if (answer.status !== 201) throw new Error(answer.text)
}

/** A person looks at an entry: matches it by hand, ignores it, or takes a match back. */
export async function lookIntoEntry(world: World): Promise<void> {
  const { random, gateway, providerId, tokens } = world
  const entries = await entriesOf(gateway.database.db, providerId)
  if (entries.length === 0 || tokens.length === 0) return
  const { publicId } = random.pick(entries)
  const act = random.pick(['match', 'match', 'ignore', 'undo'])
  const body = act === 'match' ? { token: random.pick(tokens) } : undefined
  const path = `/pay/v1/statements/entries/${publicId}/${act}`
  const answer = body ? await call(world, path, body) : await call(world, path, {})
  if (answer.status >= 500) throw new Error(answer.text)
}
