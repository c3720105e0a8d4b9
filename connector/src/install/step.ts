import type { LmsIni, Settings } from '../lms/index.ts'
import type { Lms, Log } from '../platform/index.ts'

/** What the steps work on. */
export interface Host {
  lms: Lms
  ini: LmsIni
  settings: Settings
  log: Log
}

/** One thing to be done. Without `run` it is for the operator to do. */
export interface Action {
  /** What happens, or what the operator has to do, in one sentence. */
  says: string
  run?: () => Promise<void>
}

export interface StepReport {
  step: string
  /** What was done, or in a dry run what would be. */
  done: string[]
  /** What is left to the operator. */
  left: string[]
}

/** Looks what a step has to do and, unless it is only a rehearsal, does it. */
export async function takeStep(
  step: string,
  actions: readonly Action[],
  dryRun: boolean,
): Promise<StepReport> {
  const report: StepReport = { step, done: [], left: [] }
  for (const { says, run } of actions) {
    if (run && !dryRun) await run()
    ;(run ? report.done : report.left).push(says)
  }
  return report
}
