import { Command } from 'commander'
import { readSettings } from '../settings.ts'
import type { CommandMaker } from './context.ts'
import { requireFreePort } from './port.ts'

export const serveCommand: CommandMaker = (environment) =>
  new Command('serve')
    .description(
      'Serve the API and the pages until told to stop. As many processes as wanted, on DATABASE_URL.',
    )
    .option('--with-worker', 'Run the jobs too, in this process: for an installation of one process.')
    .option('--json', 'Has no effect: it logs JSON lines at all times.')
    .addHelpText(
      'after',
      '\nSIGTERM or SIGINT: stops listening, finishes requests and jobs, and ends within\n10 s with status 0.' +
        '\n\nExample:\n  DATABASE_URL=postgres://gateway@db/gateway \\\n    PUBLIC_URL=https://pay.example.com bill-gateway serve',
    )
    .action(async ({ withWorker }: { withWorker?: boolean }) => {
      const { runJobs, runProcess, serveHttp } = await import('./gateway-process.ts')
      await requireFreePort(readSettings(environment))
      await runProcess({ environment, role: 'gateway' }, async (gateway) => {
        await serveHttp(gateway)
        if (withWorker) await runJobs(gateway)
        const { publicUrl, shortUrl, host, port } = gateway.platform.settings
        gateway.platform.log.info({ publicUrl, shortUrl, host, port, jobs: withWorker === true }, 'serving')
      })
    })
