import { databaseTime, type Lms, transact } from '../platform/index.ts'
import type { Catalog } from './catalog.ts'
import { judgeLinks, judgePayments, type LinkVerdict, type PaymentVerdict } from './old-rows.ts'
import { type Change, planColumns, planIndexes, planKeys, recordOf, type TableRecord } from './plan.ts'
import { readCatalog, runDdl } from './queries/catalog.ts'
import { infoKeys, newestId, readJournal, writeJournal } from './queries/journal.ts'
import {
  markLinks,
  markPayments,
  mergeDoubled,
  oldLinksAfter,
  oldPaymentsAfter,
  standingTokens,
} from './queries/old-rows.ts'
import { tables } from './shape.ts'

export interface TakeOver {
  /** Whose links the old rows are: the normalised address of the API that the old plugin spoke to, or ''. */
  gateway: string
  /** Days until an open temporary payment expires. */
  expiration: number | 'never'
  /** Say what would be done and do nothing. */
  dryRun?: boolean
}

export interface TakeOverFinding {
  table: string
  code: 'duplicate' | 'copy' | 'paid' | 'no_charge' | 'no_cash' | 'doubled_cash' | 'merged'
  /** How many rows. */
  count: number
  /** Their ids, the first hundred. */
  ids: (number | string)[]
  /** What they are and what became of them. */
  says: string
}

export interface TakeOverReport {
  tables: { name: string; was: 'made' | 'taken over' | 'ready' }[]
  /** What changed in the tables' shape, one sentence each; empty the second time. */
  changes: string[]
  /** Rows of the old plugin that were taken over. */
  links: number
  payments: number
  findings: TakeOverFinding[]
}

/**
 * Brings our tables here into shape: makes them in an empty database, takes the old plugin's over in place.
 * Every row stays, and twice is the same as once, also after it was killed half-way.
 *
 * @throws where the database refuses: a missing right, a lock that came too late
 */
export async function takeOver(lms: Lms, options: TakeOver): Promise<TakeOverReport> {
  const before = await readCatalog(lms)
  const shape = planColumns(before, lms.engine)
  const report: TakeOverReport = {
    tables: tables.map(({ name }) => ({ name, was: wasOf(name, before, shape) })),
    changes: shape.map(({ says }) => says),
    links: 0,
    payments: 0,
    findings: [],
  }
  if (!options.dryRun) await reshape(lms, before, shape)
  const add = async (changes: Change[]) => {
    report.changes.push(...changes.map(({ says }) => says))
    if (!options.dryRun) await runAll(lms, changes)
  }
  await add(planIndexes(await readCatalog(lms), lms.engine))
  await takeRows(lms, before, options, report)
  await add(planKeys(await readCatalog(lms), lms.engine))
  return report
}

function wasOf(name: string, catalog: Catalog, shape: Change[]) {
  if (!catalog.has(name)) return 'made'
  return shape.some(({ table }) => table === name) ? 'taken over' : 'ready'
}

/** The journal first: MariaDB commits each change of a table by itself. */
async function reshape(lms: Lms, before: Catalog, shape: Change[]): Promise<void> {
  const ofJournal = (change: Change) => ['billtech_install', 'billtech_lease'].includes(change.table)
  await runAll(lms, shape.filter(ofJournal))
  const journal = await readJournal(lms.db)
  for (const table of tables) {
    const standing = before.get(table.name)
    const earlier = journal.get(`table:${table.name}`) as TableRecord | undefined
    const hasIds = standing?.columns.has('id') ?? false
    const found = {
      lastOldId: hasIds ? await newestId(lms.db, table.name) : 0,
      keys: standing && table.name === 'billtech_info' ? await infoKeys(lms.db) : [],
    }
    const record = recordOf(table, standing, earlier, found)
    if (JSON.stringify(record) !== JSON.stringify(earlier)) {
      await writeJournal(lms, lms.db, `table:${table.name}`, record)
    }
  }
  await runAll(
    lms,
    shape.filter((change) => !ofJournal(change)),
  )
}

/** PostgreSQL does all of it or nothing; MariaDB one after the other. */
async function runAll(lms: Lms, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  if (lms.engine === 'mysql') {
    for (const { statement } of changes) await runDdl(lms.db, statement)
    return
  }
  await transact(lms, async (tx) => {
    for (const { statement } of changes) await runDdl(tx, statement)
  })
}

async function takeRows(lms: Lms, before: Catalog, options: TakeOver, report: TakeOverReport): Promise<void> {
  if (before.has('billtech_payment_links')) await takeLinks(lms, before, options, report)
  if (before.has('billtech_payments')) await takePayments(lms, before, options, report)
  for (const name of ['billtech_info', 'billtech_customer_info'] as const) {
    if (options.dryRun || before.get(name)?.hasPrimaryKey !== false) continue
    const merged = await transact(lms, (tx) => mergeDoubled(tx, name))
    add(report, name, 'merged', merged, 'stood more than once; the greatest value was kept')
  }
}

/** In a dry run the new columns may not be there yet. */
const marked = (catalog: Catalog, table: string, column: string, { dryRun }: TakeOver) =>
  !dryRun || (catalog.get(table)?.columns.has(column) ?? false)

async function takeLinks(
  lms: Lms,
  before: Catalog,
  options: TakeOver,
  report: TakeOverReport,
): Promise<void> {
  const hasMark = marked(before, 'billtech_payment_links', 'gateway', options)
  const tokens = marked(before, 'billtech_payments', 'token', options) && before.has('billtech_payments')
  const found: LinkVerdict[] = []
  for (let customer = -1; ; ) {
    const rows = await oldLinksAfter(lms, customer, hasMark, tokens)
    if (rows.length === 0) break
    const byCustomer = new Map<number, typeof rows>()
    for (const row of rows) byCustomer.set(row.customer, [...(byCustomer.get(row.customer) ?? []), row])
    const standing = hasMark ? await standingTokens(lms, options.gateway, [...byCustomer.keys()]) : undefined
    const verdicts = [...byCustomer].flatMap(([id, links]) => judgeLinks(links, standing?.get(id)))
    if (!options.dryRun) {
      await transact(lms, async (tx) => {
        const now = await databaseTime(tx, lms)
        await markLinks(lms, tx, verdicts, { gateway: options.gateway, now })
      })
    }
    customer = Math.max(...byCustomer.keys())
    report.links += rows.length
    found.push(...verdicts.filter(({ verdict }) => verdict !== 'active'))
  }
  const ids = (keep: (each: LinkVerdict) => boolean) => found.filter(keep).map(({ id }) => id)
  const add_ = (code: TakeOverFinding['code'], keep: (each: LinkVerdict) => boolean, says: string) =>
    add(report, 'billtech_payment_links', code, ids(keep), says)
  add_('paid', (each) => each.verdict === 'paid', 'were paid before; kept as paid')
  add_('copy', (each) => each.verdict === 'copy', 'repeat the token of a newer row; kept, but out of use')
  add_(
    'duplicate',
    (each) => each.verdict === 'superfluous' && each.operationId !== null,
    'are older links of a charge that has a newer one; cancelled at the gateway by the next pass',
  )
  add_(
    'no_charge',
    (each) => each.verdict === 'superfluous' && each.operationId === null,
    'are for a charge that is gone; cancelled at the gateway by the next pass',
  )
}

async function takePayments(
  lms: Lms,
  before: Catalog,
  options: TakeOver,
  report: TakeOverReport,
): Promise<void> {
  const hasMark = marked(before, 'billtech_payments', 'state', options)
  const tokens = marked(before, 'billtech_payments', 'token', options)
  const found: (PaymentVerdict & { closed: boolean })[] = []
  for (let last = 0; ; ) {
    const { rows, earlier } = await oldPaymentsAfter(lms, last, hasMark, tokens)
    if (rows.length === 0) break
    const closed = new Map(rows.map((row) => [row.id, row.closed]))
    const verdicts = judgePayments([...earlier, ...rows]).filter(({ id }) => closed.has(id))
    if (!options.dryRun) await transact(lms, (tx) => markPayments(lms, tx, verdicts, options))
    last = rows.at(-1)?.id ?? last
    report.payments += rows.length
    found.push(
      ...verdicts
        .filter(({ state }) => state === 'removed')
        .map((each) => ({ ...each, closed: closed.get(each.id) === true })),
    )
  }
  const ids = (keep: (each: (typeof found)[number]) => boolean) => found.filter(keep).map(({ id }) => id)
  const add_ = (
    code: TakeOverFinding['code'],
    keep: (each: (typeof found)[number]) => boolean,
    says: string,
  ) => add(report, 'billtech_payments', code, ids(keep), says)
  add_(
    'duplicate',
    (each) => each.copyOf !== null,
    'repeat the token and reference of an earlier row; closed',
  )
  add_(
    'doubled_cash',
    (each) => each.removeCashId !== null,
    'had counted a payment a second time; their temporary ledger row was taken away',
  )
  add_(
    'no_cash',
    (each) => each.copyOf === null && !each.closed,
    'were open for ever, because their ledger row had been deleted; closed',
  )
}

function add(
  report: TakeOverReport,
  table: string,
  code: TakeOverFinding['code'],
  ids: (number | string)[],
  says: string,
): void {
  if (ids.length > 0) report.findings.push({ table, code, count: ids.length, ids: ids.slice(0, 100), says })
}
