import { fillHistory } from './fill.ts'
import { benchGrowth } from './growth.ts'
import { benchBulk, benchCreate } from './links.ts'
import { benchLms } from './lms.ts'
import { benchLatency } from './lms-latency.ts'
import { benchPages } from './pages.ts'
import { type Comparison, writeResults } from './report.ts'
import { benchWebhooks } from './webhooks.ts'
import { startWorld, type World } from './world.ts'

const parts: Record<string, (world: World) => Promise<Comparison[]>> = {
  links: async (world) => {
    const gateway = await world.open('bench_links')
    return [await benchCreate(gateway), await benchBulk(gateway)]
  },
  pages: async (world) => benchPages(await world.open('bench_pages')),
  growth: async (world) => {
    const small = await world.open('bench_small')
    const large = await world.open('bench_large')
    console.error('writing a history of 20,000 and of 2,000,000 links (some minutes) …')
    await fillHistory(small, 20_000)
    await fillHistory(large, 2_000_000)
    return benchGrowth(small, large)
  },
  webhooks: benchWebhooks,
  lms: benchLms,
  latency: benchLatency,
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(parts)
const unknown = names.filter((name) => !parts[name])
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)

const comparisons: Comparison[] = []
const world = await startWorld()
try {
  for (const name of names) comparisons.push(...((await parts[name]?.(world)) ?? []))
} finally {
  await world.close()
}
if (wanted.length === 0) await writeResults(comparisons, 'npm run bench')
