import type { TaskList } from '../platform/jobs.ts'
import { sendReceipts } from './send-receipts.ts'

export const receiptTasks: TaskList = {
  'send-receipts': async (_payload, platform) => {
    await sendReceipts(platform)
  },
}

export const receiptCrontab = '* * * * * send-receipts'
