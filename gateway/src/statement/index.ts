export { finishMatch, ignoreEntry, matchEntry, numberForMatch, undoEntry } from './by-hand.ts'
export { type EntryState, entryStates, idOfEntry } from './entry.ts'
export { watchFolders } from './folder.ts'
export {
  type CsvProfile,
  csvProfileOf,
  csvProfiles,
  type StatementFormat,
  statementFormats,
} from './format/index.ts'
export { type ImportOptions, importStatement } from './import.ts'
export { forgetEntries, statementCrontab, statementTasks, sweepStatements } from './jobs.ts'
export { matchStatement } from './match/run.ts'
export { findEntry, listEntries } from './queries/entries.ts'
export { findStatement, listStatements } from './queries/statements.ts'
export { statementRoutes } from './routes.ts'
export type { Statement } from './statement.ts'
export { type SeenTransfer, type TransferListener, transferListeners } from './transfers.ts'
export { viewsOfEntries, viewsOfStatements } from './view.ts'
export { addVirtualAccount, removeVirtualAccount, virtualAccounts } from './virtual-accounts.ts'
