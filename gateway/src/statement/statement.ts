import type { StatementFormat } from './format/index.ts'

/** A file that somebody brought. */
export interface Statement {
  id: bigint
  /** `st_<20 letters and digits>` */
  publicId: string
  source: StatementSource
  fileName: string | null
  format: StatementFormat | null
  state: StatementState
  /** Why nothing of it was kept; null unless it failed. */
  problem: string | null
  /** Read until now. */
  bytes: bigint
  entries: number
  /** Of the entries: those that no file had brought before. */
  entriesNew: number
  createdAt: Date
  endedAt: Date | null
}

export type StatementSource = 'api' | 'command' | 'folder'
export type StatementState = 'reading' | 'matching' | 'done' | 'failed'
