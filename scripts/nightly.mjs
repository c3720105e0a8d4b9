// npm run test:nightly: the tests that search by chance, for long. npm test runs the same for minutes.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const { status } = spawnSync(
  process.execPath,
  [
    'scripts/test.mjs',
    ...[
      'test/fuzz.test.ts',
      'test/crash.test.ts',
      'test/simulation.test.ts',
      'test/lms/faults',
      'connector/src/sync/links/update.property',
      'gateway/src/statement/format/fuzz',
      'gateway/src/statement/format/large',
    ],
    ...process.argv.slice(2),
  ],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: {
      FUZZ_REQUESTS: '100000',
      CRASH_KILLS: '200',
      SIMULATION_RUNS: '10000',
      FAULT_ROUNDS: '50',
      LINK_RUNS: '100',
      STATEMENT_FILES: '20000',
      STATEMENT_ENTRIES: '500000',
      ...process.env,
    },
  },
)
process.exit(status ?? 1)
