import type { LmsTables } from './lms-tables.ts'
import type { OwnTables } from './own-tables.ts'

export type { LmsTables, Numeric } from './lms-tables.ts'
export type { LinkState, OwnTables, PaymentState, StatementState } from './own-tables.ts'

/** What one LMS database holds for the connector: LMS's tables and the connector's own. */
export interface Tables extends LmsTables, OwnTables {}
