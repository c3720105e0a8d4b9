import type { Lms } from '../platform/index.ts'
import { type TakeOverReport, takeOver } from './take-over.ts'

export type { DropReport } from './drop.ts'
export { dropTables } from './drop.ts'
export { exportTables } from './export.ts'
export type { FormerGateway, GatewayAccess } from './former-gateways.ts'
export { formerGateways, keepGateway } from './former-gateways.ts'
export type { Leased, LeaseOptions } from './lease.ts'
export { withLease } from './lease.ts'
export { isInstalled, tablesExist } from './queries/catalog.ts'
export { markDirty } from './queries/dirty.ts'
export { readInfo, writeInfo } from './queries/info.ts'
export { readJournal, writeJournal } from './queries/journal.ts'
export type { LeaseRow } from './queries/lease.ts'
export { heldLeases } from './queries/lease.ts'
export { clearLog, clearStatements, note } from './queries/log.ts'
export type { Refusal, RefusalKey, RefusedFilter } from './queries/refused.ts'
export { clearRefused, countRefused, listRefused, recordRefused } from './queries/refused.ts'
export { tables as ownTables } from './shape.ts'
export type { TakeOver, TakeOverFinding, TakeOverReport } from './take-over.ts'
export { takeOver }

/** Our tables in a database that has none of them. */
export function createTables(lms: Lms): Promise<TakeOverReport> {
  return takeOver(lms, { gateway: '', expiration: 5 })
}
