import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'

/**
 * A process that does nothing but keep an embedded database: `node runner.mjs DATA_DIR gateway|command`.
 * Says one line of JSON when the database is ready, and stops it at SIGTERM.
 */
const [dataDir = '', role = ''] = process.argv.slice(2)
try {
  const database = await startEmbeddedPostgres({
    dataDir,
    role: role === 'command' ? 'command' : 'gateway',
    report: (problem) => console.error(problem),
  })
  const alive = setInterval(() => undefined, 60_000)
  process.on('SIGTERM', async () => {
    clearInterval(alive)
    await database.stop()
  })
  console.log(JSON.stringify({ url: database.url }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
