import { databaseTime } from '../platform/index.ts'
import { type Leased, withLease, writeInfo } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'

export type PassName = 'links' | 'payments' | 'logs'

/** What a pass came to: whether all of it was done, and in a sentence what was not. */
export interface Ended {
  ok: boolean
  says?: string
}

/**
 * Runs a pass alone: where another process is at it already, says who, and does nothing. How it ended is written
 * down for doctor and the pages.
 *
 * @param judge whether the report says that all was done
 * @throws what the pass throws
 */
export async function runPass<T>(
  context: Context,
  name: PassName,
  work: (context: Context) => Promise<T>,
  judge: (report: T) => Ended = () => ({ ok: true }),
): Promise<Leased<T>> {
  const { lms, log } = context
  const startedAt = performance.now()
  const write = (ended: Ended) => writeEnd(context, name, Math.round(performance.now() - startedAt), ended)
  const leased = await withLease(
    lms,
    name,
    async (signal) => {
      const report = await work({ ...context, signal }).catch(async (error: unknown) => {
        // A process that is told to stop has not failed.
        if (!context.signal?.aborted) await write({ ok: false, says: sentenceOf(error) })
        throw error
      })
      await write(judge(report))
      return report
    },
    { signal: context.signal },
  )
  if (!leased.held)
    log.info({ pass: name, holder: leased.holder, since: leased.since }, 'another process is at it')
  return leased
}

/** Where the database is away, nobody can be told. */
async function writeEnd({ lms }: Context, name: PassName, ms: number, ended: Ended): Promise<void> {
  try {
    const at = await databaseTime(lms.db, lms)
    await writeInfo(lms, lms.db, `pass:${name}`, JSON.stringify({ at, ms, ...ended }))
  } catch {
    return
  }
}

function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500)
}
