import type { Context } from '../sync/links/index.ts'
import { type Finding, problem } from './finding.ts'
import { checkClock, checkGateway } from './gateway.ts'
import { checkBridge, checkDatabase, checkPlugin, checkSettings } from './installation.ts'
import { checkBlocking, checkLinks, checkPayments } from './money.ts'
import { checkLeases, checkLogFiles, checkPasses, defaultLogDirectory } from './work.ts'

type Check = (context: Context) => Promise<Finding[]> | Finding[]

const checks: Record<string, Check> = {
  settings: checkSettings,
  plugin: checkPlugin,
  bridge: checkBridge,
  passes: checkPasses,
  logs: () => checkLogFiles(defaultLogDirectory),
  leases: checkLeases,
  gateway: checkGateway,
  clock: checkClock,
  links: checkLinks,
  payments: checkPayments,
  blocking: checkBlocking,
}

/** Everything that can be found out, in the order in which one would look. Changes nothing. */
export async function examine(context: Context): Promise<Finding[]> {
  const found = await checkDatabase(context)
  if (found.some(({ code }) => code === 'tables_missing')) return [...found, ...checkSettings(context)]
  for (const [name, check] of Object.entries(checks)) {
    found.push(...(await tried(name, () => check(context))))
  }
  return found
}

/** One check that fails hides no other. */
async function tried(name: string, check: () => Promise<Finding[]> | Finding[]): Promise<Finding[]> {
  try {
    return await check()
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    return [
      problem(
        `check_failed:${name}`,
        [`the check "${name}" could not be made: ${says}`, `nie udało się sprawdzić „${name}”: ${says}`],
        ['Mend what is named there and look again.', 'Napraw to, co tu wymieniono, i sprawdź ponownie.'],
      ),
    ]
  }
}

/** The database or lms.ini cannot be used: nothing can be looked at. */
export function unopened(says: string): Finding {
  return problem(
    'not_opened',
    [says, says],
    [
      'Mend that first: everything else is in the database.',
      'Napraw najpierw to: wszystko inne jest w bazie danych.',
    ],
  )
}
