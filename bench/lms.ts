import { writeFile } from 'node:fs/promises'
import { setInterval } from 'node:timers'
import { sql } from 'kysely'
import type { Engine } from '../connector/src/platform/index.ts'
import { type LinksReport, updateLinks } from '../connector/src/sync/links/index.ts'
import { type LmsBench, type LmsServer, openLmsBench, startLmsServer } from './lms-database.ts'
import { type Comparison, compare } from './report.ts'
import type { World } from './world.ts'

const sizes = (process.env.LMS_CUSTOMERS ?? '5000,100000').split(',').map(Number)
const engines: Engine[] = ['postgres', 'mysql']
const rounds = 5

interface Step {
  engine: Engine
  customers: number
  step: string
  seconds: number
  queries: number
  report: LinksReport
  /** Most resident memory during the step, MiB. */
  memory: number
}

/**
 * update-links on LMS databases of 5,000 and 100,000 customers: first pass, nothing changed, 1 % changed. The
 * yardstick of a pass that finds nothing is one sum over `cash`.
 */
export async function benchLms(world: World): Promise<Comparison[]> {
  const comparisons: Comparison[] = []
  const steps: Step[] = []
  for (const engine of engines) {
    const server = await startLmsServer(engine)
    try {
      for (const customers of sizes) {
        const found = await benchSize(world, server, engine, customers, steps)
        comparisons.push(found)
      }
    } finally {
      await server.close()
    }
  }
  await writeSteps(steps, comparisons)
  return comparisons
}

async function benchSize(
  world: World,
  server: LmsServer,
  engine: Engine,
  customers: number,
  steps: Step[],
): Promise<Comparison> {
  console.error(`writing an LMS of ${customers} customers for ${engine} …`)
  const gateway = await world.open(`bench_lms_${engine}_${customers}`)
  const bench = await openLmsBench(await server.create(`lms_${customers}`), gateway, customers)
  try {
    const take = async (step: string) => {
      const found = { engine, customers, step, ...(await measure(bench)) }
      steps.push(found)
      const { seconds, queries, report, memory } = found
      console.error(
        `${engine}, ${customers}, ${step}: ${seconds.toFixed(2)} s, ${queries} queries, ${JSON.stringify(report)}, ${memory} MiB`,
      )
    }
    await take('first pass')
    await take('nothing changed')
    const comparison = await compare({
      name: `LMS, ${engine}: passes a second that find nothing changed, ${customers} customers`,
      yardstick: 'one sum over cash by customer',
      target: 1 / 3,
      rounds,
      measured: () => rate(() => updateLinks(bench.context)),
      yardstickMeasured: () => rate(() => sumOf(bench)),
    })
    await changeOneInHundred(bench)
    await take('1 % changed')
    await take('nothing changed again')
    return comparison
  } finally {
    await bench.close()
    await gateway.close()
  }
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return 1000 / (performance.now() - startedAt)
}

function sumOf({ lms }: LmsBench) {
  return sql`select customerid, sum(value * currencyvalue) as balance from cash group by customerid`.execute(
    lms.db,
  )
}

async function measure(bench: LmsBench): Promise<Pick<Step, 'seconds' | 'queries' | 'report' | 'memory'>> {
  let most = process.memoryUsage.rss()
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss())
  }, 50)
  const before = bench.queries()
  const startedAt = performance.now()
  const report = await updateLinks(bench.context)
  const seconds = (performance.now() - startedAt) / 1000
  clearInterval(timer)
  return { seconds, report, queries: bench.queries() - before, memory: Math.round(most / 2 ** 20) }
}

async function changeOneInHundred({ lms }: LmsBench): Promise<void> {
  await sql`insert into cash (time, type, value, customerid, comment, currency, currencyvalue)
    select 1750000000, 0, -12.34, id, 'Opłata dodatkowa', 'PLN', 1 from customers
    where deleted = 0 and id % 100 = 7`.execute(lms.db)
}

const stepsFile = new URL('../bench/LMS.md', import.meta.url)

async function writeSteps(steps: Step[], comparisons: Comparison[]): Promise<void> {
  const rows = steps.map(
    ({ engine, customers, step, seconds, queries, report, memory }) =>
      `| ${engine === 'mysql' ? 'MariaDB' : 'PostgreSQL'} | ${customers} | ${step} | ${seconds.toFixed(2)} | ${queries} | ${report.requests} | ${report.made} / ${report.updated} / ${report.cancelled} / ${report.refused} | ${memory} |`,
  )
  const ratios = comparisons.map(
    ({ name, ratio, measured, yardstickMeasured }) =>
      `- ${name}: ${(1 / measured).toFixed(2)} s against ${(1 / yardstickMeasured).toFixed(2)} s for the sum, ${(1 / ratio).toFixed(2)} times as long (at most 3 wanted).`,
  )
  await writeFile(
    stepsFile,
    `# Speed of update-links

Connector, gateway, its database and LMS's share one machine; LMS is filled by the test world's generator.
Written by \`npm run bench -- lms\` on ${new Date().toISOString().slice(0, 10)}.

| LMS's database | customers | pass | seconds | queries | requests | links made / updated / cancelled / refused | memory, MiB |
| --- | ---: | --- | ---: | ---: | ---: | --- | ---: |
${rows.join('\n')}

A pass that finds nothing, beside \`select customerid, sum(value * currencyvalue) from cash group by customerid\`
(medians of ${rounds} rounds in turns):

${ratios.join('\n')}
`,
  )
}
