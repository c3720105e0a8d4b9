export { settlementListener } from './close-shown.ts'
export {
  type ElixirEncoding,
  elixirEncodings,
  type FileFormat,
  fileFormats,
  paymentFile,
} from './file/index.ts'
export { decimalOf } from './file/order.ts'
export { cancelRun, closeRun, closeShown, returnTransfer, SettlementError, uploadRun } from './life.ts'
export { dueNow, makeRun, type NewRun } from './make.ts'
export { itemsOfRun } from './queries/items.ts'
export { findRunSummary, listRuns, type RunSummary } from './queries/runs.ts'
export { type Report, type ReportRow, settlementReport } from './report.ts'
export { settlementRoutes } from './routes.ts'
export type { Item, Run } from './run.ts'
