export { type LogsReport, linksPass, logsPass, paymentsPass } from './passes.ts'
export { remember, type WatchOptions, watch } from './watch.ts'
