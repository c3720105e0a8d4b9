import type { TaskList } from '../platform/jobs.ts'
import { purgeIdempotentAnswers } from './idempotent-answer.ts'

export const providerTasks: TaskList = {
  'purge-idempotent-answers': async (_payload, { db }) => {
    await purgeIdempotentAnswers(db)
  },
}

export const providerCrontab = '23 * * * * purge-idempotent-answers'
