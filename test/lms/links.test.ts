import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLmsIni } from '../../connector/src/lms/index.ts'
import { createContext, updateLinks } from '../../connector/src/sync/links/index.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'

describe.each(engines)('a provider with all the odd data of real ones, on %s, and the gateway', (engine) => {
  let gateway: TestGateway
  let world: World
  beforeAll(async () => {
    gateway = await startTestGateway({ worker: false })
    world = await startLmsWorld(engine, { customers: 400, seed: 11 })
    await world.setSetting('api_url', gateway.url)
    await world.setSetting('api_key', gateway.credentials.apiKey)
    await world.setSetting('api_secret', gateway.credentials.apiSecret)
    await world.setSetting('isp_id', gateway.provider.code)
    await world.setSetting('append_customer_info', 'true')
    await world.enablePlugin()
  })
  afterAll(async () => {
    await world.close()
    await gateway.close()
  })

  const context = async () =>
    createContext({
      ...{ lms: world.lms, ini: await readLmsIni(world.ini), log: pino({ level: 'silent' }) },
      zone: 'Europe/Warsaw',
    })

  /** Grosze that each customer is asked for, by what the gateway has in its books. */
  const askedThere = async () => {
    const rows = await gateway.database.db
      .selectFrom('payment_link as l')
      .innerJoin('payer as p', (join) =>
        join.onRef('p.id', '=', 'l.payer_id').onRef('p.provider_id', '=', 'l.provider_id'),
      )
      .select(({ fn }) => ['p.user_id', fn.sum<string>('l.open_amount').as('asked')])
      .where('l.status', '=', 'active')
      .groupBy('p.user_id')
      .execute()
    return new Map(rows.map(({ user_id, asked }) => [Number(user_id), BigInt(asked)]))
  }
  const owedHere = async (refused: ReadonlySet<number>) => {
    const { rows } = await sql<{ id: number; owed: string }>`
      select c.customerid as id, round(-sum(c.value * c.currencyvalue), 2) as owed from cash c
      join customers k on k.id = c.customerid where k.deleted = 0
      group by c.customerid having sum(c.value * c.currencyvalue) <= -0.005`.execute(world.lms.db)
    return new Map(
      rows
        .map(({ id, owed }): [number, bigint] => [Number(id), BigInt(owed.replace('.', ''))])
        .filter(([id]) => !refused.has(id)),
    )
  }
  const refusals = () =>
    world.lms.db.selectFrom('billtech_refused').select(['customer_id', 'field', 'reason_code']).execute()

  it('every customer with an account has links that add up to what he owes; nothing but accounts is refused', async () => {
    const connector = await context()
    const report = await updateLinks(connector)
    expect(report.made).toBeGreaterThan(150)
    const refused = await refusals()
    expect(new Set(refused.map(({ field }) => field))).toEqual(new Set(['nrb']))
    const without = new Set(refused.map(({ customer_id }) => customer_id ?? 0))
    const asked = await askedThere()
    for (const id of without) asked.delete(id)
    expect(asked).toEqual(await owedHere(without))
    expect(await updateLinks(connector)).toMatchObject({ customers: 0, requests: 0 })
  })

  it('an account for all makes links of those that were refused', async () => {
    await world.setSetting('bankaccount', '61109010140000071219812874')
    const connector = await context()
    await updateLinks(connector)
    expect(await refusals()).toEqual([])
    expect(await askedThere()).toEqual(await owedHere(new Set()))
    expect(await updateLinks(connector)).toMatchObject({ customers: 0, requests: 0 })
  })
})
