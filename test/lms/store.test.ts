import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clearLog,
  clearRefused,
  countRefused,
  formerGateways,
  keepGateway,
  listRefused,
  markDirty,
  note,
  readInfo,
  recordRefused,
  writeInfo,
} from '../../connector/src/store/index.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'

describe.each(engines)('what the connector remembers on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine)
  })
  afterAll(() => world.close())

  it('a value under any key is the one that was written last', async () => {
    const { lms } = world
    const long = `cursor:https://${'a'.repeat(250)}.example`
    for (const key of ['k', long, `${long}/other`]) {
      expect(await readInfo(lms.db, key)).toBeUndefined()
      await writeInfo(lms, lms.db, key, 'x'.repeat(5_000))
      await writeInfo(lms, lms.db, key, `of ${key}`)
    }
    for (const key of ['k', long, `${long}/other`]) expect(await readInfo(lms.db, key)).toBe(`of ${key}`)
  })

  it('an item is refused once, since the first time, until it went through', async () => {
    const { lms } = world
    const refusal = { kind: 'link' as const, customerId: 7, operationId: 'cash_1', code: 'a', says: 'one' }
    await recordRefused(lms, lms.db, refusal, 100)
    await recordRefused(lms, lms.db, { ...refusal, code: 'b', says: 'two', field: 'title' }, 200)
    await recordRefused(lms, lms.db, { kind: 'payment', rowId: 'r', code: 'c', says: 'three' }, 300)
    expect(await listRefused(lms.db, { kind: 'link' })).toMatchObject([
      { customer_id: 7, reason_code: 'b', says: 'two', field: 'title', since: 100, seen_at: 200 },
    ])
    expect(await countRefused(lms.db)).toEqual({ link: 1, payment: 1, statement: 0 })
    expect(await listRefused(lms.db, { customers: [] })).toEqual([])
    await clearRefused(lms.db, [{ kind: 'link', customerId: 7, operationId: 'cash_1' }])
    expect(await countRefused(lms.db)).toEqual({ link: 0, payment: 1, statement: 0 })
  })

  it('gateways of the last 30 days, without the one in the settings', async () => {
    const { lms } = world
    const of = (name: string) => ({
      ...{ id: `https://${name}`, apiUrl: `https://${name}/`, apiKey: 'k', apiSecret: 's', ispId: 'i' },
    })
    const ids = async (now: string) => (await formerGateways(lms, `https://${now}`)).map(({ id }) => id)
    expect(await keepGateway(lms, of('a'))).toBe('same')
    expect(await keepGateway(lms, { ...of('a'), apiSecret: 'new' })).toBe('same')
    expect(await ids('a')).toEqual([])
    // The settings name another one, and nobody has said so yet.
    expect(await ids('b')).toEqual(['https://a'])
    expect(await keepGateway(lms, of('b'))).toBe('changed')
    expect(await formerGateways(lms, 'https://b')).toMatchObject([{ id: 'https://a', apiSecret: 'new' }])
    expect(await keepGateway(lms, { ...of('c'), apiSecret: '' })).toBe('same')
    await keepGateway(lms, of('c'))
    expect(await ids('c')).toEqual(['https://a', 'https://b'])
    await keepGateway(lms, of('a'))
    expect(await ids('a')).toEqual(['https://b', 'https://c'])
    const text = (await readInfo(lms.db, 'gateway:former')) ?? ''
    const past = text.replace(/"until":\d+/g, `"until":${(await world.now()) - 1}`)
    await writeInfo(lms, lms.db, 'gateway:former', past)
    expect(await ids('a')).toEqual([])
  })

  it('whose links are looked at again', async () => {
    const { lms } = world
    await sql`insert into billtech_customer_info (customer_id, fingerprint) values (1, 'a'), (2, 'b'), (3, 'c')`.execute(
      lms.db,
    )
    await markDirty(lms.db, [3, 1, 1, 99])
    const { rows } =
      await sql`select customer_id, fingerprint from billtech_customer_info order by 1`.execute(lms.db)
    expect(rows).toEqual([
      { customer_id: 1, fingerprint: null },
      { customer_id: 2, fingerprint: 'b' },
      { customer_id: 3, fingerprint: null },
    ])
  })

  it('defect 42: more log rows than one statement deletes, of any kind, and none that is younger', async () => {
    const { lms } = world
    const old = (await world.now()) - 91 * 86_400
    for (let part = 0; part < 3; part++) {
      const rows = Array.from({ length: 7_000 }, (_, n) => ({
        cdate: old - (n % 50),
        type: `T${n % 9}`,
        description: 'x',
      }))
      await lms.db.insertInto('billtech_log').values(rows).execute()
    }
    await note(lms, lms.db, 'SYNC_ERROR', 'now')
    expect(await clearLog(lms, 90)).toBe(21_000)
    const { rows } = await sql`select type, description from billtech_log`.execute(lms.db)
    expect(rows).toEqual([{ type: 'SYNC_ERROR', description: 'now' }])
  })
})
