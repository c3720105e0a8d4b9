import { Command } from 'commander'
import type { CommandMaker, CommonOptions } from './context.ts'

export const demoCommand: CommandMaker = (environment) =>
  new Command('demo')
    .description(
      'Serve everything with a demo provider, payers and bills, until told to stop. No real money.',
    )
    .option('--json', 'When ready, print the content of DATA_DIR/demo.json instead of where to click.')
    .addHelpText(
      'after',
      '\nWithout DATABASE_URL it runs its own PostgreSQL in DATA_DIR. When ready it has\n' +
        'written DATA_DIR/demo.json with the key and the links. LOG_LEVEL is warn unless\nset.' +
        '\n\nExample:\n  PORT=9000 bill-gateway demo',
    )
    .action(async ({ json }: CommonOptions) => {
      const { runDemo } = await import('./demo/run.ts')
      await runDemo(environment, json === true)
    })
