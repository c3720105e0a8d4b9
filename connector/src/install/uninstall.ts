import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pluginName, readSettings, removeSetting, writeSetting } from '../lms/index.ts'
import { transact } from '../platform/index.ts'
import {
  type DropReport,
  dropTables,
  exportTables,
  heldLeases,
  isInstalled,
  readJournal,
  withLease,
} from '../store/index.ts'
import { dumpAutoload, findComposer, removeEntries } from './class-map.ts'
import { oldCrons, switchOn } from './crons.ts'
import { type HostOptions, pluginFolder } from './host-steps.ts'
import { requireOurs } from './plugin-files.ts'
import { withOurs, withoutOurs } from './plugin-list.ts'
import { billtechRows, pluginRows, restoreRows, type SettingRow } from './queries/settings.ts'
import { countActiveLinks, type OpenPayment, openPayments, removePayment } from './queries/temporary.ts'
import type { Host } from './step.ts'

export interface UninstallOptions extends Pick<HostOptions, 'composer' | 'path' | 'root'> {
  /** What becomes of temporary payments that are open: their ledger rows stay, or go. */
  temporary?: 'keep' | 'remove' | undefined
  /** The folder that the tables are written into. */
  exportTo: string
}

export interface UninstallReport {
  /** Rows by table, as exported. */
  exported: Record<string, number>
  exportTo: string
  temporary: { kept: number; removed: number }
  /** Links that stay payable at the gateway. */
  activeLinks: number
  done: string[]
  /** What could not be put back. */
  left: string[]
  tables: DropReport
}

/** Temporary payments are open, and nobody said what becomes of them. */
export class OpenTemporaryPayments extends Error {
  readonly payments: OpenPayment[]

  constructor(payments: OpenPayment[]) {
    super(
      `${payments.length} temporary payments are open: nothing was changed. Settle them first, or uninstall with ` +
        '--temporary keep (their ledger rows stay) or --temporary remove (they go).',
    )
    this.payments = payments
  }
}

/**
 * Takes the connector out: tables, settings and plugin entries are as before the installation, ledger rows stay.
 *
 * @throws OpenTemporaryPayments before anything was changed
 * @throws Error where the connector still runs, or was never installed
 */
export async function uninstall(host: Host, options: UninstallOptions): Promise<UninstallReport> {
  const { lms } = host
  if (!(await isInstalled(lms))) {
    throw new Error('The connector is not installed in this LMS: there is no table billtech_install.')
  }
  const busy = (await heldLeases(lms)).filter(({ name }) => name !== 'install')
  if (busy[0]) {
    throw new Error(
      `The connector still works here (${busy[0].name}, ${busy[0].holder}). Stop it first, for example by ` +
        '"systemctl disable --now bill-gateway-lms", and take its lines out of cron.',
    )
  }
  const open = await openPayments(lms.db)
  if (open.length > 0 && !options.temporary) throw new OpenTemporaryPayments(open)
  const lease = await withLease(lms, 'install', () => takeOut(host, options, open))
  if (!lease.held) throw new Error(`Another install or uninstall runs (${lease.holder}). Wait for its end.`)
  return lease.result
}

async function takeOut(host: Host, options: UninstallOptions, open: OpenPayment[]): Promise<UninstallReport> {
  const { lms } = host
  const journal = await readJournal(lms.db)
  const done: string[] = []
  const left: string[] = []
  // The switch first: from here on LMS asks us nothing.
  await restorePlugins(host, journal.get('plugins') as SettingRow[] | undefined)
  done.push(`phpui.plugins: ${pluginName} switched off`)
  const exported = await exportTables(lms, options.exportTo)
  const remove = options.temporary === 'remove'
  if (remove) for (const payment of open) await removePayment(lms, payment)
  const activeLinks = await countActiveLinks(lms.db)
  const before = journal.get('settings') as SettingRow[] | undefined
  if (before) {
    await transact(lms, async (tx) => restoreRows(tx, await billtechRows(tx), before))
    done.push('settings of section billtech as they were before')
  }
  done.push(...(await takeOutFiles(host, options, journal)))
  const tables = await dropTables(lms)
  left.push(...tables.left)
  return {
    exported,
    exportTo: options.exportTo,
    temporary: { kept: remove ? 0 : open.length, removed: remove ? open.length : 0 },
    activeLinks,
    done,
    left,
    tables,
  }
}

/** As it was before, unless somebody has changed the list since: then only our name goes. */
async function restorePlugins({ lms, ini }: Host, before: SettingRow[] | undefined): Promise<void> {
  const name = { section: 'phpui', variable: 'plugins' }
  const { config } = await readSettings(lms, ini)
  await transact(lms, async (tx) => {
    const now = await pluginRows(lms, tx)
    const last = before?.filter(({ disabled }) => disabled === 0).at(-1)
    const value = config.text('phpui.plugins', '')
    const untouched = before && value === withOurs(last?.value ?? '')
    if (untouched) return restoreRows(tx, now, before)
    const wasOn = /(^|[\s,;])BillTech(?=[\s,;:]|$)/.test(last?.value ?? '')
    const wanted = withoutOurs(value, wasOn)
    if (wanted === '' && before?.length === 0) return void (await removeSetting(lms, tx, name))
    if (wanted !== value) await writeSetting(lms, tx, name, wanted)
  })
}

async function takeOutFiles(
  host: Host,
  options: UninstallOptions,
  journal: ReadonlyMap<string, unknown>,
): Promise<string[]> {
  const done: string[] = []
  const { sysDir } = host.ini.directories
  const folder = (journal.get('plugin') as { folder: string } | undefined)?.folder ?? pluginFolder(host)
  if (existsSync(folder)) {
    await requireOurs(folder)
    await rm(folder, { recursive: true })
    done.push(`${folder} removed`)
  }
  const composer = options.composer === 'auto' ? findComposer(sysDir, options.path) : undefined
  if (composer) await dumpAutoload(sysDir, composer)
  const changed = options.composer === 'skip' ? [] : await removeEntries(sysDir, folder)
  if (composer || changed.length > 0) done.push(`${sysDir}: class map without ${pluginName}`)
  const secret = journal.get('secret') as { path: string } | undefined
  if (secret && existsSync(secret.path)) {
    await rm(secret.path)
    done.push(`${secret.path} removed`)
  }
  for (const { path, switchedOff } of await oldCrons(options.root)) {
    if (switchedOff.length === 0) continue
    await switchOn(path)
    done.push(`${path}: ${switchedOff.length} lines of the old plugin run again`)
  }
  return done
}
