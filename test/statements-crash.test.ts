import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { forgetEntries, sweepStatements } from '../gateway/src/statement/index.ts'
import { matchStatement } from '../gateway/src/statement/match/run.ts'
import { findStatement } from '../gateway/src/statement/queries/statements.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { createLink, search } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { fileOf, line, statementsOf } from './support/statements.ts'

let gateway: TestGateway
let bank: ReturnType<typeof statementsOf>
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  bank = statementsOf(gateway)
  await bank.offerTransfer()
})
afterAll(async () => {
  if (gateway) await expectSoundBooks(gateway.platform.db)
  await gateway?.close()
})
afterEach(() => vi.restoreAllMocks())

/** From the nth transaction on nothing is committed any more, as if the process had died there. */
function dieAfter(transactions: number): void {
  const { db } = gateway.platform
  const begin = db.transaction.bind(db)
  let begun = 0
  vi.spyOn(db, 'transaction').mockImplementation(() => {
    if (++begun > transactions) throw new Error('killed')
    return begin()
  })
}

describe('a crash at any instant', () => {
  it('between staging, confirming and noting: the next run finishes, and records nothing twice', async () => {
    const { db } = gateway.platform
    for (let instant = 0; instant < 8; instant++) {
      const asked = await createLink(gateway.api, { amount: 21 })
      const named = await createLink(gateway.api, { amount: 22, title: `FV ${700 + instant}/2026` })
      const { referenceNumber } = await bank.transferOf(asked.token)
      const statement = await bank.read([
        line({ amount: 2100n, title: `ref ${referenceNumber}` }),
        line({ amount: 2200n, title: `FV ${700 + instant}/2026` }),
      ])
      dieAfter(instant)
      await matchStatement(gateway.platform, await bank.provider(), statement.id).catch(() => undefined)
      vi.restoreAllMocks()
      // Whoever comes next, two at the same time.
      const again = async () => matchStatement(gateway.platform, await bank.provider(), statement.id)
      await Promise.all([again(), again()])
      const done = await findStatement(db, gateway.provider.id, statement.publicId)
      expect(done?.state, `killed at ${instant}`).toBe('done')
      const states = (await bank.entries(`statement=${statement.publicId}`)).map(({ state }) => state)
      expect(states, `killed at ${instant}`).toEqual(['matched', 'matched'])
      const rows = (await search(gateway.api)).filter(({ token }) =>
        [asked.token, named.token].includes(token),
      )
      expect(rows, `killed at ${instant}`).toHaveLength(2)
    }
  })

  it('while a file is read: nothing of it is there, and the sweep gives it up', async () => {
    const { db } = gateway.platform
    dieAfter(0)
    const lines = [line({ amount: 100n }), line({ amount: 200n })]
    await expect(bank.read(lines)).rejects.toThrow('killed')
    vi.restoreAllMocks()
    await sql`update statement set state = 'reading', problem = null, ended_at = null, touched_at = now() - interval '1 hour'
      where state = 'failed'`.execute(db)
    expect(await bank.entries('state=new')).toEqual([])
    await sweepStatements(gateway.platform)
    const { body } = await gateway.api('/pay/v1/statements?limit=1')
    expect(body).toMatchObject({ statements: [{ state: 'failed', entries: 0 }] })
    const staged = await db.selectFrom('statement_line').select('position').execute()
    expect(staged).toEqual([])
    expect(await bank.bring(lines)).toMatchObject({ state: 'done', entriesNew: 2 })
  })

  it('after the entries are stored: what is left staged goes with the daily job', async () => {
    const { db } = gateway.platform
    const statement = await bank.read([line({ amount: 400n }), line({ amount: 500n })])
    await sql`insert into statement_line (provider_id, statement_id, position, base_key, account, currency, amount,
        direction, is_reversal, booked_on, title)
      select provider_id, statement_id, position, entry_key, account, currency, amount, direction, is_reversal,
        booked_on, title from statement_entry where statement_id = ${statement.id}`.execute(db)
    await forgetEntries(gateway.platform)
    expect(await db.selectFrom('statement_line').select('position').execute()).toEqual([])
    expect(await bank.entries(`statement=${statement.publicId}`)).toHaveLength(2)
  })

  it('of the job: the sweep rings again', async () => {
    const { db } = gateway.platform
    const statement = await bank.read([line({ amount: 300n })])
    await sql`delete from graphile_worker._private_jobs`.execute(db)
    await sql`update statement set touched_at = now() - interval '1 hour' where id = ${statement.id}`.execute(
      db,
    )
    await sweepStatements(gateway.platform)
    const { rows } =
      await sql`select key from graphile_worker.jobs where task_identifier = 'statement.match'`.execute(db)
    expect(rows).toHaveLength(1)
  })
})

describe('a broken file', () => {
  it('leaves nothing behind, wherever it breaks', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => line({ amount: BigInt(index + 1) * 1000n }))
    const whole = fileOf(lines)
    const before = (await bank.entries('')).length
    for (const part of [0.2, 0.5, 0.8, 0.99]) {
      const statement = await bank.read(whole.subarray(0, Math.floor(whole.length * part)))
      expect(statement, `cut at ${part}`).toMatchObject({ state: 'failed', entriesNew: 0 })
      expect(statement.problem).toMatch(/\w+/)
    }
    expect(await bank.entries('')).toHaveLength(before)
    expect(await bank.bring(whole)).toMatchObject({ state: 'done', entriesNew: 30 })
  })
})
