/** What stands in the database of one of our tables. */
export interface Standing {
  columns: Map<string, { type: string; hasDefault: boolean }>
  indexes: Set<string>
  hasPrimaryKey: boolean
  foreignKeys: ForeignKey[]
}

export interface ForeignKey {
  name: string
  column: string
  parent: string
  parentColumn: string
  /** `FOREIGN KEY (…) REFERENCES …`, as ADD CONSTRAINT takes it. */
  definition: string
}

/** By the name of the table. */
export type Catalog = Map<string, Standing>
