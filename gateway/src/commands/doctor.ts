import { Command } from 'commander'
import { readSettings } from '../settings.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { checkDatabase } from './doctor/database-checks.ts'
import { type Finding, wrong } from './doctor/finding.ts'
import { checkAddresses, checkDisk } from './doctor/settings-checks.ts'
import { sentenceOf } from './failure.ts'
import { answer, startProgress, styled } from './output.ts'

interface DoctorOptions extends CommonOptions {
  check?: string[]
}

export const doctorCommand: CommandMaker = (environment) =>
  new Command('doctor')
    .description('Check settings, database, worker, queue and books; say what is wrong and what to do.')
    .option('--check <names...>', 'Count only these checks, such as worker or books.')
    .option('--json', 'Answer in JSON: { "ok", "findings": [{ "check", "ok", "found", "advice" }] }.')
    .addHelpText('after', '\nStatus 0: nothing is wrong; 1: something is.\n\nExample:\n  bill-gateway doctor')
    .action(async ({ check, json }: DoctorOptions) => {
      const progress = startProgress('Checking…')
      const all = await examine(environment).finally(() => progress.end())
      const findings = check ? all.filter((finding) => check.includes(finding.check)) : all
      if (findings.length === 0)
        throw new Error(
          `There is no such check. These are: ${all.map((finding) => finding.check).join(', ')}.`,
        )
      const ok = findings.every((finding) => finding.ok)
      answer(json, { ok, findings }, () => findings.map(described).join('\n'))
      if (!ok) process.exitCode = 1
    })

async function examine(environment: Environment): Promise<Finding[]> {
  const settings = readSettings(environment)
  const ofDatabase = await withDatabase(environment, { schema: 'any' }, (database) =>
    checkDatabase(database, settings),
  ).catch((error: unknown) => [wrong('database', 'cannot be used', sentenceOf(error))])
  return [...checkAddresses(settings), ...(await checkDisk(settings)), ...ofDatabase]
}

function described({ check, ok, found, advice }: Finding): string {
  const [first, ...more] = found.split('\n')
  const mark = ok ? styled('green', 'ok   ') : styled('red', 'wrong')
  const lines = [`${mark}  ${check.padEnd(15)} ${first}`, ...more.map((line) => `${' '.repeat(23)}${line}`)]
  return [...lines, ...(advice ? [`${' '.repeat(23)}${styled('bold', advice)}`] : [])].join('\n')
}
