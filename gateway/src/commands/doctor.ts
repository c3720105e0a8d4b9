import { Command } from 'commander'
import type { Database } from '../platform/db/database.ts'
import { pendingMigrations } from '../platform/db/migrate.ts'
import { readSettings } from '../settings.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { withDatabase } from './database.ts'
import { checkMigrations, databaseChecks, schemaChecks } from './doctor/database-checks.ts'
import { type Finding, wrong } from './doctor/finding.ts'
import { settingsChecks } from './doctor/settings-checks.ts'
import { sentenceOf } from './failure.ts'
import { answer, startProgress, styled } from './output.ts'

interface DoctorOptions extends CommonOptions {
  check?: string[]
}

export const doctorCommand: CommandMaker = (environment) =>
  new Command('doctor')
    .description('Check settings, database, worker, queue and books; say what is wrong and what to do.')
    .option('--check <names...>', 'Do only these checks, such as worker or books.')
    .option('--json', 'Answer in JSON: { "ok", "findings": [{ "check", "ok", "found", "advice" }] }.')
    .addHelpText('after', '\nStatus 0: nothing is wrong; 1: something is.\n\nExample:\n  bill-gateway doctor')
    .action(async ({ check, json }: DoctorOptions) => {
      const strange = check?.find((name) => !names.includes(name))
      if (strange) throw new Error(`There is no check ${strange}. These are: ${names.join(', ')}.`)
      const progress = startProgress('Checking…')
      const findings = await examine(environment, new Set(check ?? names)).finally(() => progress.end())
      const ok = findings.every((finding) => finding.ok)
      answer(json, { ok, findings }, () => findings.map(described).join('\n'))
      if (!ok) process.exitCode = 1
    })

const names = [settingsChecks, databaseChecks, schemaChecks].flatMap((checks) => Object.keys(checks))

async function examine(environment: Environment, wanted: Set<string>): Promise<Finding[]> {
  const settings = readSettings(environment)
  const findings: Finding[] = []
  const chosen = <T>(checks: Record<string, T>) =>
    Object.entries(checks).flatMap(([name, check]) => (wanted.has(name) ? [check] : []))
  for (const check of chosen(settingsChecks)) findings.push(await check(settings))
  const basic = chosen(databaseChecks)
  const deep = chosen(schemaChecks)
  if (basic.length + deep.length === 0) return findings
  const look = async (database: Database) => {
    for (const check of basic) findings.push(await check(database, settings))
    if ((await pendingMigrations(database)).length > 0) {
      if (!wanted.has('migrations')) findings.push(await checkMigrations(database))
      return
    }
    for (const check of deep) findings.push(await check(database, settings))
  }
  await withDatabase(environment, { schema: 'any' }, look).catch((error: unknown) => {
    findings.push(wrong('database', 'cannot be used', sentenceOf(error)))
  })
  return findings
}

function described({ check, ok, found, advice }: Finding): string {
  const [first, ...more] = found.split('\n')
  const mark = ok ? styled('green', 'ok   ') : styled('red', 'wrong')
  const lines = [`${mark}  ${check.padEnd(15)} ${first}`, ...more.map((line) => `${' '.repeat(23)}${line}`)]
  return [...lines, ...(advice ? [`${' '.repeat(23)}${styled('bold', advice)}`] : [])].join('\n')
}
