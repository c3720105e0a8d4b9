import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { repairBalances } from '../lms/index.ts'
import { clearLog, clearStatements, type Leased } from '../store/index.ts'
import { type Context, type LinksReport, type UpdateLinksOptions, updateLinks } from '../sync/links/index.ts'
import { type PaymentsReport, updatePayments } from '../sync/payments/index.ts'
import { runPass } from './pass.ts'

/** Books payments, settles and ends temporary ones. */
export function paymentsPass(context: Context): Promise<Leased<PaymentsReport>> {
  return runPass(context, 'payments', updatePayments, ({ failedGateways }) =>
    failedGateways.length === 0
      ? { ok: true }
      : { ok: false, says: `Former gateways could not be asked: ${failedGateways.join(', ')}` },
  )
}

/** Makes, updates and cancels links of everybody whose data have changed; payments are booked first. */
export function linksPass(context: Context, options: UpdateLinksOptions = {}): Promise<Leased<LinksReport>> {
  const work = (inside: Context) =>
    updateLinks(
      {
        ...inside,
        bookPayments: async () => {
          await paymentsPass(inside)
        },
      },
      options,
    )
  return runPass(context, 'links', work, ({ failed }) =>
    failed ? { ok: false, says: failed.says } : { ok: true },
  )
}

export interface LogsReport {
  /** Rows of billtech_log that were deleted, of every kind. */
  rows: number
  /** Statement rows of long ago that were forgotten. */
  statements: number
  /** Day files that were deleted. */
  files: string[]
  /** Customers whose cached balance LMS had wrong. */
  repaired: number
}

/**
 * Deletes log rows of every kind and day files that are older than `billtech.log_retention_days`, and puts LMS's
 * cached balances right where its own triggers have lost an update.
 */
export function logsPass(context: Context, directory: string | undefined): Promise<Leased<LogsReport>> {
  return runPass(context, 'logs', async ({ lms, settings }) => {
    const days = settings().logRetentionDays
    return {
      rows: await clearLog(lms, days),
      statements: await clearStatements(lms, days),
      files: directory ? await clearFiles(directory, days) : [],
      repaired: (await repairBalances(lms)).length,
    }
  })
}

/** Files named for a day, ours and the old plugin's, and what logrotate made of them. */
async function clearFiles(directory: string, days: number): Promise<string[]> {
  const oldest = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  const names = await readdir(directory).catch(() => [])
  const old = names.filter(
    (name) => /^\d{8}-[a-z-]+\.log(\.\d+)?(\.gz)?$/.test(name) && name.slice(0, 8) < oldest,
  )
  for (const name of old) await rm(join(directory, name), { force: true })
  return old
}
