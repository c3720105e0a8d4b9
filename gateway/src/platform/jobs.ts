import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCrontab, type Runner, run, type WorkerEvents } from 'graphile-worker'
import { sql } from 'kysely'
import type { Db } from './db/database.ts'
import type { Log } from './log.ts'
import type { Platform } from './platform.ts'

/** A job's handler: a doorbell that calls an act. Every job may run twice. */
export type Task = (payload: unknown, platform: Platform) => Promise<void>
export type TaskList = Record<string, Task>

export interface EnqueueOptions {
  /** Not before this moment of the real clock. Default: now. */
  runAt?: Date
  /** A job of the same key that waits is replaced. */
  key?: string
}

/** Tries of a job that throws; the pauses between them grow to hours. */
const attemptsMax = 40

/** Adds a job in the caller's transaction: it exists if and only if the transaction commits. */
export async function enqueue(
  db: Db,
  task: string,
  payload: Record<string, unknown>,
  { runAt, key }: EnqueueOptions = {},
): Promise<void> {
  await sql`select graphile_worker.add_job(
    ${task}, payload => ${JSON.stringify(payload)}::json, run_at => ${runAt ?? null}::timestamptz,
    max_attempts => ${attemptsMax}, job_key => ${key ?? null}::text)`.execute(db)
}

export interface Worker {
  /** Lets running jobs end, then stops. */
  stop(): Promise<void>
}

/** Jobs that one process runs at the same time. */
const concurrency = 4
const pollEveryMs = 1_000
const beatEveryMs = 5_000
/** A worker that has not beaten for so long is dead; its jobs then run again. */
const deadAfterSeconds = 30
const restartPauseMs = 1_000

/**
 * Runs jobs in this process until stopped, through outages of the database.
 *
 * @param crontab recurring jobs in graphile-worker's crontab format
 */
export async function startWorker(platform: Platform, tasks: TaskList, crontab: string): Promise<Worker> {
  const log = platform.log.child({ part: 'worker' })
  const stopping = new AbortController()
  const pools = new Set<string>()
  let running = await startRunner(platform, tasks, crontab, pools, log)
  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      await running.ended
      while (!stopping.signal.aborted) {
        await sleep(restartPauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
        if (stopping.signal.aborted) return
        try {
          running = await startRunner(platform, tasks, crontab, pools, log)
          break
        } catch (error) {
          log.error({ err: error }, 'the job runner cannot start')
        }
      }
    }
  }
  const kept = keepRunning()
  const beating = keepBeating(platform.db, pools, stopping.signal, log)
  return {
    async stop() {
      stopping.abort()
      await Promise.race([running.runner.stop().catch(() => undefined), running.ended])
      await Promise.all([kept, beating])
    },
  }
}

interface Running {
  runner: Runner
  /** Resolves once it takes no more jobs, whatever it still waits for. Never rejects. */
  ended: Promise<void>
}

async function startRunner(
  platform: Platform,
  tasks: TaskList,
  crontab: string,
  pools: Set<string>,
  log: Log,
): Promise<Running> {
  const events: WorkerEvents = new EventEmitter()
  // Jobs are locked under the id of the pool that took them.
  events.on('pool:create', ({ workerPool }) => pools.add(workerPool.id))
  events.on('pool:release', ({ workerPool }) => pools.delete(workerPool.id))
  // Ids are bigint by our pool and text by graphile-worker's own: it writes them as JSON when a job has failed.
  events.on('job:start', ({ job }) => {
    job.id = String(job.id)
  })
  const broken = new Promise<void>((resolve) => {
    // A job's end could not be noted. The pool then closes, and may wait for ever in doing so.
    events.once('pool:fatalError', ({ workerPool }) => {
      pools.delete(workerPool.id)
      resolve()
    })
  })
  const runner = await run({
    pgPool: platform.pool,
    concurrency,
    pollInterval: pollEveryMs,
    noHandleSignals: true,
    // In batches, a failure to note a job's end is told; one by one it is a rejection that nobody hears.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    events,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') log.error(message)
      else if (level === 'warning') log.warn(message)
      else log.debug(message)
    }),
    parsedCronItems: parseCrontab(crontab),
    taskList: Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, (payload: unknown) => task(payload, platform)]),
    ),
  })
  const over = runner.promise.catch((error: Error) => log.error({ err: error }, 'the job runner ended'))
  const ended = Promise.race([over, broken.then(() => void runner.stop().catch(() => undefined))])
  return { runner, ended }
}

/** Says that this worker lives, and gives the jobs of those that do not to the others. */
async function keepBeating(db: Db, pools: Set<string>, stopping: AbortSignal, log: Log): Promise<void> {
  while (!stopping.aborted) {
    try {
      await beat(db, [...pools])
      const freed = await freeJobsOfTheDead(db)
      if (freed > 0) log.warn({ workers: freed }, 'jobs of dead workers run again')
    } catch (error) {
      log.warn({ err: error }, 'the worker could not beat')
    }
    await sleep(beatEveryMs, undefined, { signal: stopping }).catch(() => undefined)
  }
  await sql`delete from worker_beat where worker_id = any(${[...pools]}::text[])`
    .execute(db)
    .catch(() => undefined)
}

async function beat(db: Db, pools: string[]): Promise<void> {
  await sql`insert into worker_beat (worker_id, beat_at) select id, clock_timestamp() from unnest(${pools}::text[]) as id
    on conflict (worker_id) do update set beat_at = excluded.beat_at`.execute(db)
}

async function freeJobsOfTheDead(db: Db): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    select distinct locked_by as id from graphile_worker._private_jobs
    where locked_at < now() - make_interval(secs => ${deadAfterSeconds})
      and not exists (select from worker_beat
        where worker_id = locked_by and beat_at > now() - make_interval(secs => ${deadAfterSeconds}))`.execute(
    db,
  )
  if (rows.length === 0) return 0
  const ids = rows.map((row) => row.id)
  await sql`select graphile_worker.force_unlock_workers(${ids}::text[])`.execute(db)
  await sql`delete from worker_beat where beat_at < now() - interval '1 day'`.execute(db)
  return ids.length
}
