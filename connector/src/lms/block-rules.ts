import { sql } from 'kysely'
import { type Decimal, type Lms, parseDecimal } from '../platform/index.ts'
import type { DueRule } from './block-due.ts'
import type { LmsConfig } from './config.ts'
import type { LmsIni } from './ini.ts'
import type { Settings } from './settings.ts'

/** Which of LMS's programs blocks customers who do not pay. */
export type BlockingJob = 'cutoff' | 'lmsd' | 'notify' | 'unknown' | 'none'

/** How blocking is done here, as far as it can be read out of LMS. */
export interface BlockRules {
  job: BlockingJob
  /** Where it was found, for the log and for doctor. */
  foundBy: string
  /** Whether the job was found out: then a customer’s own block may say better which one it was. */
  isGuessed: boolean
  limits: Record<DueRule, Decimal>
  graceDays: Record<DueRule, number>
  /** Days to pay a charge without document where neither customer nor division says. */
  paytimeDays: number
  /** Ids or names of customer groups; empty for all customers. */
  groups: string[]
  excludedGroups: string[]
  /** What lms-notify's channel `block` does here. */
  actions: string[]
  /** Whether LMS keeps an audit log, which knows what operators did by hand. */
  isAudited: boolean
  /** Whether a customer of status 5 was put there by a block, which a payment undoes. */
  marksStatus: boolean
}

/** What of the settings decides. */
export type BlockSettings = Pick<
  Settings,
  'blocking' | 'blockingLimit' | 'blockingDays' | 'blockingActions' | 'config'
>

const defaultActions = 'node-access,customer-status,assignment-invoice'
/** lms-cutoff's own default, which it also takes for 0. */
const cutoffGraceDays = 7

/**
 * Reads how this LMS blocks. lms-cutoff reads its section of the ini file and nothing else; lmsd its own
 * configuration in the database; lms-notify the settings. A setting of ours overrides what was found.
 */
export async function readBlockRules(
  lms: Lms,
  ini: Pick<LmsIni, 'section'>,
  settings: BlockSettings,
): Promise<BlockRules> {
  const fromIni = ini.section('cutoff')
  const { config } = settings
  const daemon = await readDaemon(lms)
  const found =
    settings.blocking === 'auto'
      ? await detect(lms, fromIni, daemon, config)
      : { job: settings.blocking, foundBy: 'billtech.blocking' }
  const groups = (name: string) =>
    (found.job === 'lmsd' ? daemon?.[name] : undefined) ?? fromIni[name] ?? config.text(`cutoff.${name}`)
  const actions = list(settings.blockingActions ?? defaultActions)
  const limit = settings.blockingLimit
  const days = settings.blockingDays
  return {
    ...found,
    isGuessed: settings.blocking === 'auto',
    limits: {
      cutoff: readLimit(limit ?? fromIni.limit),
      notify: readLimit(limit ?? config.text('notify.debtors_limit')),
      total: readLimit(limit ?? (found.job === 'lmsd' ? daemon?.limit : undefined)),
    },
    graceDays: {
      cutoff: days ?? (whole(fromIni.extend_deadline) || cutoffGraceDays),
      notify: days ?? whole(config.text('notify.debtors_days')),
      total: 0,
    },
    paytimeDays: whole(config.text('payments.deadline') ?? config.text('invoices.paytime')),
    groups: list(groups('customergroups')),
    excludedGroups: list(groups('excluded_customergroups')),
    actions,
    isAudited: config.flag('logs.enabled'),
    marksStatus:
      (settings.blocking === 'auto' || found.job === 'notify') && actions.includes('customer-status'),
  }
}

/**
 * By which rule a customer is judged.
 *
 * @param block what his block looks like: lms-notify's changes the status, lms-cutoff's warns at every node
 */
export function ruleFor(rules: BlockRules, block: { isMarked: boolean; isWarned: boolean }): DueRule {
  if (rules.marksStatus && block.isMarked) return 'notify'
  if (rules.job === 'notify') return rules.isGuessed && block.isWarned ? 'cutoff' : 'notify'
  return rules.job === 'cutoff' || (rules.job === 'unknown' && block.isWarned) ? 'cutoff' : 'total'
}

type Found = { job: BlockingJob; foundBy: string }
type Daemon = Record<string, string> | undefined

async function detect(
  lms: Lms,
  ini: Record<string, string>,
  daemon: Daemon,
  config: LmsConfig,
): Promise<Found> {
  if (Object.keys(ini).length > 0) return { job: 'cutoff', foundBy: 'section [cutoff] of lms.ini' }
  if (daemon) return { job: 'lmsd', foundBy: 'module cutoff of lmsd' }
  if (config.text('notify.debtors_limit') !== undefined) {
    return { job: 'notify', foundBy: 'notify.debtors_limit' }
  }
  if (await hasMarked(lms)) return { job: 'notify', foundBy: 'customers of status 5' }
  return { job: 'unknown', foundBy: 'nothing: neither [cutoff], lmsd nor customers of status 5' }
}

/** What was found in a database, and when, in milliseconds: the look reads every customer. */
const looks = new WeakMap<Lms, { at: number; found: boolean }>()
const lookAgainMs = 600_000

/** Whether any customer has the status that lms-notify's channel `block` gives. */
async function hasMarked(lms: Lms): Promise<boolean> {
  const last = looks.get(lms)
  if (last && performance.now() - last.at < lookAgainMs) return last.found
  const rows = await lms.db.selectFrom('customers').select('id').where('status', '=', 5).limit(1).execute()
  looks.set(lms, { at: performance.now(), found: rows.length > 0 })
  return rows.length > 0
}

/** The variables of lmsd's module cutoff, where one is on. */
async function readDaemon(lms: Lms): Promise<Daemon> {
  if (!lms.has('daemoninstances', 'module') || !lms.has('daemonconfig', 'instanceid')) return undefined
  const { rows: instances } = await sql<{ id: number }>`
    select id from daemoninstances where disabled = 0 and module like '%cutoff%' order by id limit 1`.execute(
    lms.db,
  )
  const instance = instances[0]
  if (!instance) return undefined
  const rows = await lms.db
    .selectFrom('daemonconfig')
    .select(['var', 'value'])
    .where('instanceid', '=', instance.id)
    .where('disabled', '=', 0)
    .execute()
  return Object.fromEntries(rows.map((row) => [row.var, row.value]))
}

/** A share of the monthly fee cannot be known here: 0, the stricter limit, stands for it. */
function readLimit(text: string | undefined): Decimal {
  const bare = text?.trim().replace(',', '.') ?? ''
  return /^-?\d+(\.\d{1,12})?$/.test(bare) ? parseDecimal(bare) : 0n
}

function whole(text: string | undefined): number {
  const bare = text?.trim() ?? ''
  return /^\d{1,5}$/.test(bare) ? Number(bare) : 0
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[,;\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
