import { Command } from 'commander'
import type { CommandMaker } from './context.ts'

export const workerCommand: CommandMaker = (environment) =>
  new Command('worker')
    .description(
      'Run jobs until told to stop: status queries, expiries, clean-up. As many processes as wanted.',
    )
    .option('--json', 'Has no effect: it logs JSON lines at all times.')
    .addHelpText(
      'after',
      '\nSIGTERM or SIGINT: lets running jobs end, and ends within 10 s with status 0.' +
        '\n\nExample:\n  DATABASE_URL=postgres://gateway@db/gateway bill-gateway worker',
    )
    .action(async () => {
      const { runJobs, runProcess } = await import('./gateway-process.ts')
      await runProcess({ environment, role: 'command' }, async (gateway) => {
        await runJobs(gateway)
        gateway.platform.log.info('working')
      })
    })
