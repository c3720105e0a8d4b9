import { fileURLToPath } from 'node:url'
import { gatewayId } from '../gateway/index.ts'
import { pluginName, readSettings } from '../lms/index.ts'
import { keepGateway, type TakeOverReport, takeOver, withLease } from '../store/index.ts'
import { classMapStep, cronStep, filesStep, type HostOptions, secretStep } from './host-steps.ts'
import { settingsStep } from './settings-step.ts'
import { type Host, type StepReport, takeStep } from './step.ts'
import { switchStep } from './switch-step.ts'

const packaging = fileURLToPath(new URL('../../packaging', import.meta.url))

export interface InstallOptions extends HostOptions {
  dryRun: boolean
  /** Settings of section `billtech` by name. */
  set: Readonly<Record<string, string>>
}

export interface InstallReport {
  dryRun: boolean
  /** Whether anything was changed, or in a dry run would be. */
  changed: boolean
  tables: TakeOverReport
  steps: StepReport[]
  /** What comes after. */
  next: string[]
}

/**
 * Puts the connector into this LMS, taking the old plugin's place where it stands. The plugin is switched on last:
 * what fails before leaves LMS as it was for its users. Done again after any interruption, it goes on.
 *
 * @throws Error naming what to mend: a right that is missing, a setting that does not exist, a folder in the way
 */
export async function install(host: Host, options: InstallOptions): Promise<InstallReport> {
  const { lms, ini } = host
  const { dryRun } = options
  const gateway = host.settings.apiUrl ? gatewayId(host.settings.apiUrl) : ''
  const takeRows = () => takeOver(lms, { gateway, expiration: host.settings.paymentExpiration, dryRun })
  const tables = await takeRows()
  const steps: StepReport[] = []
  let settled = host
  const work = async () => {
    const step = async (name: string, actions: Awaited<ReturnType<typeof switchStep>>) => {
      const report = await takeStep(name, actions, dryRun)
      if (report.done.length + report.left.length > 0) steps.push(report)
    }
    await step('settings', await settingsStep(host, options.set))
    if (!dryRun) settled = { ...host, settings: await readSettings(lms, ini) }
    await step('plugin', await filesStep(settled, options))
    await step('class map', await classMapStep(settled, options))
    await step('secret', await secretStep(settled, options))
    await step('crons', await cronStep(settled, options))
    await step('switch', await switchStep(settled))
    if (dryRun) return
    // The old plugin may have written a row while it was still on.
    const late = await takeRows()
    tables.links += late.links
    tables.payments += late.payments
    tables.findings.push(...late.findings)
    const { apiUrl, apiKey, apiSecret, ispId } = settled.settings
    if (apiUrl) await keepGateway(lms, { id: gatewayId(apiUrl), apiUrl, apiKey, apiSecret, ispId })
  }
  if (dryRun) await work()
  else await alone(host, work)
  const changed =
    tables.changes.length + tables.links + tables.payments > 0 || steps.some(({ done }) => done.length > 0)
  return { dryRun, changed, tables, steps, next: nextSteps(settled, dryRun ? options.set : {}) }
}

/** @throws Error where another installation runs */
async function alone({ lms }: Host, work: () => Promise<void>): Promise<void> {
  const lease = await withLease(lms, 'install', work)
  if (!lease.held) {
    throw new Error(`Another install or uninstall runs (${lease.holder}). Wait for its end, then try again.`)
  }
}

/** @param coming settings that a real installation would write */
function nextSteps({ ini, settings }: Host, coming: Readonly<Record<string, string>>): string[] {
  const fatal = settings.problems.filter(
    ({ fatal, name }) => fatal && !(name.replace('billtech.', '') in coming),
  )
  return [
    ...fatal.map(({ name, says, mend }) => `${name} ${says}. ${mend}`),
    `Copy ${packaging}/bill-gateway-lms.service to /etc/systemd/system/ and begin by what it says at its top; ` +
      `or copy ${packaging}/cron to /etc/cron.d/bill-gateway-lms.`,
    `Put %billtech_btn or %billtech_balance_btn into the text of LMS's invoice mails. ${pluginName} replaces them.`,
    `Run "bill-gateway-lms doctor --lms-ini ${ini.path}" to see whether all is well.`,
  ]
}
