import { databaseTime, insertReturningId, type Lms, type Tx } from '../../src/platform/index.ts'

/** Where rows are entered: one database, and the numbers already given in it. */
export interface Desk {
  lms: Lms
  /** The provider's first division. */
  division: number | null
  /** A number not given before. */
  next(): number
}

export function insert(
  { lms }: Desk,
  table: Parameters<typeof insertReturningId>[2],
  row: object,
  tx: Tx | Lms['db'] = lms.db,
): Promise<number> {
  return insertReturningId(lms, tx, table, row)
}

/** Epoch seconds of the database. */
export function now({ lms }: Desk): Promise<number> {
  return databaseTime(lms.db, lms)
}
