import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldLeases, withLease } from '../../connector/src/store/index.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { awaken } from './support/broken-database.ts'
import { ensureBuilt } from './support/command-line.ts'
import { holdLease } from './support/lease-holder.ts'

describe.each(engines)('a lease on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    await ensureBuilt()
    world = await startLmsWorld(engine)
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    await sql`delete from billtech_lease`.execute(world.lms.db)
  })

  it('who finds it taken is told by whom and since when, and does nothing', async () => {
    let ran = false
    const outer = await withLease(world.lms, 'links', async () => {
      const [held] = await heldLeases(world.lms)
      const inner = await withLease(world.lms, 'links', async () => {
        ran = true
      })
      expect(inner).toEqual({ held: false, holder: held?.holder, since: held?.since })
      return 'done'
    })
    expect(outer).toEqual({ held: true, result: 'done' })
    expect(ran).toBe(false)
    expect(await heldLeases(world.lms)).toEqual([])
  })

  it('is given back where the work fails', async () => {
    const failing = withLease(world.lms, 'links', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await withLease(world.lms, 'links', async () => 1)).toEqual({ held: true, result: 1 })
  })

  it('defect 31: of any number of passes at once, one works at a time', async () => {
    const other = await world.open(4)
    let [inside, most, worked] = [0, 0, 0]
    const work = async () => {
      inside++
      most = Math.max(most, inside)
      await sleep(1)
      inside--
      worked++
    }
    const tries = Array.from({ length: 60 }, (_, n) => withLease(n % 2 ? other : world.lms, 'links', work))
    const held = (await Promise.all(tries)).filter((each) => each.held)
    expect(most).toBe(1)
    expect(worked).toBe(held.length)
    expect(worked).toBeGreaterThan(0)
  })

  it('defect 31: a lock of a killed process is taken over, with no file to delete', async () => {
    const holder = await holdLease(world.access, 'links', 10)
    expect(await withLease(world.lms, 'links', async () => 1)).toMatchObject({ held: false })
    holder.kill('SIGKILL')
    await expect
      .poll(() => withLease(world.lms, 'links', async () => 1), { timeout: 90_000, interval: 100 })
      .toMatchObject({ held: true })
  })

  it('is kept for as long as the work takes', async () => {
    const until = async () => (await heldLeases(world.lms))[0]?.until_at ?? 0
    await withLease(
      world.lms,
      'links',
      async () => {
        const first = await until()
        await expect.poll(until, { timeout: 90_000 }).toBeGreaterThan(first)
      },
      { seconds: 30, renewEveryMs: 50 },
    )
  })

  it('the work is told where another took it', async () => {
    const work = async (signal: AbortSignal) => {
      await sql`update billtech_lease set holder = 'another'`.execute(world.lms.db)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return String(signal.reason)
    }
    const leased = await withLease(world.lms, 'links', work, { renewEveryMs: 20 })
    expect(leased).toMatchObject({ held: true, result: expect.stringMatching(/lease links was lost/) })
    const { rows } = await sql`select holder from billtech_lease`.execute(world.lms.db)
    expect(rows).toEqual([{ holder: 'another' }])
  })

  it('a clock that was set back does not lock everybody out', async () => {
    await sql`insert into billtech_lease (name, holder, until_at, since)
      values ('links', 'dead', ${(await world.now()) + 3_600}, 0)`.execute(world.lms.db)
    expect(await withLease(world.lms, 'links', async () => 1)).toEqual({ held: true, result: 1 })
  })

  it('is given back also where all connections broke during the work', async () => {
    await withLease(world.lms, 'links', () => world.cutConnections())
    await awaken(world)
    expect(await heldLeases(world.lms)).toEqual([])
  })
})
