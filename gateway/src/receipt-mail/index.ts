export { receiptCrontab, receiptTasks } from './jobs.ts'
export { sendReceipts } from './send-receipts.ts'
