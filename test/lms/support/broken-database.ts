import { setTimeout as sleep } from 'node:timers/promises'
import type { KyselyPlugin } from 'kysely'
import type { Lms } from '../../../connector/src/platform/index.ts'
import type { World } from '../../../connector/testing/index.ts'

/** What happens at a statement. `dies`: the process is gone before it. `cut`: all connections are, after it. */
export type Break = 'dies' | 'cut'

export interface BreakingLms {
  lms: Lms
  /** How many statements were asked for so far. */
  statements(): number
}

/** The same database, until a statement of this number (from 1) is reached. */
export function breakingAt(world: World, lms: Lms, at: number, how: Break): BreakingLms {
  let asked = 0
  let isCut = false
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      asked++
      if (how === 'dies' && asked >= at) throw new Error('the process is dead')
      return node
    },
    async transformResult({ result }) {
      if (how === 'cut' && asked >= at && !isCut) {
        isCut = true
        await world.cutConnections()
      }
      return result
    },
  }
  return { lms: { ...lms, db: lms.db.withPlugin(plugin) }, statements: () => asked }
}

/** Until the pool has found out which of its connections are gone. */
export async function awaken({ lms }: Pick<World, 'lms'>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const asked = Array.from({ length: 8 }, () =>
      lms.db.selectFrom('billtech_lease').select('name').execute(),
    )
    const answers = await Promise.allSettled(asked)
    if (answers.every(({ status }) => status === 'fulfilled')) return
    await sleep(100)
  }
  throw new Error('the database does not come back')
}
