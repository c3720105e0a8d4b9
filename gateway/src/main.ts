import { runCommandLine } from './commands/program.ts'
import { environment } from './settings.ts'

await runCommandLine(process.argv.slice(2), environment)
