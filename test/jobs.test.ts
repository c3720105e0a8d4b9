import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enqueue, startWorker, type TaskList, type Worker } from '../gateway/src/platform/jobs.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { until } from './support/until.ts'

let gateway: TestGateway
let server: pg.Client
let name: string
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  const url = new URL(gateway.database.url)
  name = url.pathname.slice(1)
  url.pathname = '/postgres'
  server = new pg.Client({ connectionString: url.href })
  await server.connect()
})
afterAll(async () => {
  await server?.end()
  await gateway?.close()
})

/** Nobody gets in, and who is in is thrown out. */
async function closeDatabase(): Promise<void> {
  await server.query(`alter database ${name} with allow_connections false`)
  await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
}

function openDatabaseAgain(): Promise<unknown> {
  return server.query(`alter database ${name} with allow_connections true`)
}

/** How often a connection was refused to the gateway. */
function countRefusals(): () => number {
  const { pool } = gateway.platform
  let refused = 0
  const connect = pool.connect.bind(pool)
  Object.assign(pool, {
    connect(callback?: Parameters<typeof connect>[0]) {
      if (callback) return connect(callback)
      return connect().catch((error: Error) => {
        refused += 1
        throw error
      })
    },
  })
  return () => refused
}

describe('jobs through an outage of the database', () => {
  it('that end one by one while nobody can note it do not stop later ones', {
    timeout: 600_000,
  }, async () => {
    const { db } = gateway.platform
    const refusals = countRefusals()
    const started: (() => void)[] = []
    let holding = true
    const done = new Set<number>()
    const tasks: TaskList = {
      async hold(payload) {
        const { number, fails } = payload as { number: number; fails: boolean }
        if (fails && holding) await new Promise<void>((resolve) => started.push(resolve))
        done.add(number)
        if (fails && number % 2) throw new Error('as if the database had gone')
      },
    }
    const worker: Worker = await startWorker(gateway.platform, tasks, '')
    for (let round = 1; round <= 3; round++) {
      started.length = 0
      for (let nth = 0; nth < 4; nth++) await enqueue(db, 'hold', { number: round * 10 + nth, fails: true })
      await until('four jobs run', async () => started.length >= 4)
      await closeDatabase()
      for (const end of started.slice(0, 4)) {
        const before = refusals()
        end()
        await until('its end could not be noted', async () => refusals() > before)
      }
      await openDatabaseAgain()
      // Those of the last round begin anew by and by, and must not hold up this one.
      const later = round * 10 + 8
      const added = () =>
        enqueue(db, 'hold', { number: later, fails: false }).then(
          () => true,
          () => false,
        )
      await until('the database is back', added)
      await until('a later job has run', async () => {
        for (const end of started.slice(4)) end()
        return done.has(later)
      })
    }
    holding = false
    for (const end of started) end()
    await worker.stop()
    const { pool } = gateway.platform
    await until('every connection is given back', async () => pool.idleCount === pool.totalCount)
  })
})

describe('a job that throws', () => {
  it('says why, waits for its next try, and holds up nobody', async () => {
    const { db, pool } = gateway.platform
    const errors: unknown[] = []
    const log = gateway.platform.log.child({})
    const seen = Object.assign(Object.create(log), {
      child: () => seen,
      error: (...said: unknown[]) => errors.push(said),
    })
    let held: (() => void) | undefined
    let holds = 0
    const tasks: TaskList = {
      async fail() {
        throw new Error('there is no paper')
      },
      async hold() {
        holds += 1
        await new Promise<void>((resolve) => {
          held = resolve
        })
      },
    }
    const worker = await startWorker({ ...gateway.platform, log: seen }, tasks, '')
    await enqueue(db, 'hold', {})
    await until('one is held', async () => held)
    for (let nth = 0; nth < 3; nth++) await enqueue(db, 'fail', { nth })
    const failed = async () => {
      const { rows } = await pool.query(
        `select last_error, locked_by from graphile_worker._private_jobs as job
         join graphile_worker._private_tasks as task on task.id = job.task_id where identifier = 'fail'`,
      )
      return rows
    }
    const all = await until('all have failed', async () => {
      const rows = await failed()
      // A second try may be under way.
      const noted = rows.filter(({ last_error, locked_by }) => last_error !== null && locked_by === null)
      return noted.length === 3 && noted
    })
    for (const row of all) expect(row).toMatchObject({ last_error: 'there is no paper' })
    held?.()
    await worker.stop()
    expect(holds).toBe(1)
    const told = errors.map((error) => JSON.stringify(error))
    expect(told.filter((error) => !error.includes('there is no paper'))).toEqual([])
  })
})
