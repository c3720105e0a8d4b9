import { Command } from 'commander'
import { type Finding, findings, unopened } from '../doctor/index.ts'
import { createContext } from '../sync/links/index.ts'
import type { CommandMaker, CommonOptions } from './context.ts'
import { sentenceOf } from './failure.ts'
import { type Opened, withLms } from './open.ts'
import { answer, startProgress, styled } from './output.ts'

interface DoctorOptions extends CommonOptions {
  polish?: boolean
}

export const doctorCommand: CommandMaker = (environment) =>
  new Command('doctor')
    .description('Look at everything, say what is wrong and what to do about it.')
    .option('--polish', 'Say it in Polish; the default where the language of the machine is.')
    .addHelpText(
      'after',
      '\nAnswers: do the passes run, are the logs fresh, which documents have no link and why, which payments are' +
        '\nnot matched and why, is a lock held and by whom, can the gateway be reached, is the secret right, are' +
        '\nclock and time zone right, is the old plugin still active, is ours enabled, does its class load, would' +
        '\nthe hooks fire. Status 1 where anything is wrong.\n\nExample:\n  bill-gateway-lms doctor --json',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>()
      const polish = options.polish ?? /^pl/i.test(environment.LC_ALL || environment.LANG || '')
      const progress = startProgress('Looking…')
      // Its answer is its log.
      const quiet = { ...options, logLevel: 'silent' }
      const found = await withLms(quiet, 'doctor', look)
        .catch((error: unknown) => [unopened(sentenceOf(error))])
        .finally(() => progress.end())
      const ok = found.every(({ level }) => level === 'ok')
      answer(options.json, { ok, findings: found }, () =>
        found.map((each) => described(each, polish)).join('\n'),
      )
      if (!ok) process.exitCode = 1
    })

async function look(opened: Opened): Promise<Finding[]> {
  return findings(await createContext({ ...opened, timeoutMs: 10_000, retries: 0 }))
}

const marks = {
  ok: styled('green', 'ok     '),
  warning: styled('yellow', 'warning'),
  problem: styled('red', 'problem'),
}

function described(finding: Finding, polish: boolean): string {
  const { says, mend } = polish ? finding.pl : finding
  const lines = says.split('\n')
  const more = [...lines.slice(1), ...(mend ? [styled('bold', mend)] : [])]
  return [`${marks[finding.level]}  ${lines[0] ?? ''}`, ...more.map((line) => `         ${line}`)].join('\n')
}
