import type { TaskList } from '../platform/jobs.ts'
import { purgeEvents } from './purge.ts'

export const eventTasks: TaskList = {
  'purge-events': async (_payload, { db }) => {
    await purgeEvents(db)
  },
}

export const eventCrontab = '41 3 * * * purge-events'
