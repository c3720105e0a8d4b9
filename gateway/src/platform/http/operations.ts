import { BlockList } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { pendingMigrations } from '../db/migrate.ts'
import { metrics, registry } from '../metrics.ts'
import type { Platform } from '../platform.ts'
import { ApiError } from './errors.ts'

const Health = Type.Object({ status: Type.Literal('ok') })

/** /health/live, /health/ready and /metrics. */
export async function registerOperations(app: FastifyInstance, platform: Platform): Promise<void> {
  const mayRead = blockListOf(platform.settings.metricsAllow)
  const schema = (summary: string) => ({ tags: ['Operations'], summary, response: { 200: Health } })
  app.get('/health/live', { schema: schema('The process runs') }, async () => ({ status: 'ok' as const }))
  app.get('/health/ready', { schema: schema('The database answers and its schema is right') }, async () => {
    const pending = await pendingMigrations(platform)
    if (pending.length > 0)
      throw new ApiError('unavailable', { detail: `migrations to apply: ${pending.join(', ')}` })
    return { status: 'ok' as const }
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayRead.check(request.ip, request.ip.includes(':') ? 'ipv6' : 'ipv4')) return reply.callNotFound()
    await measureQueues(platform)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    metrics.requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
    done()
  })
}

async function measureQueues({ db }: Platform): Promise<void> {
  const { rows } = await sql<{ queued: bigint; queue_age: number; event_lag: number }>`
    select
      (select count(*) from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts) as queued,
      (select coalesce(extract(epoch from now() - min(run_at)), 0)::float8 from graphile_worker._private_jobs
        where run_at <= now() and attempts < max_attempts) as queue_age,
      (select coalesce(max(extract(epoch from now()) - unfetched.id / 1e6), 0)::float8 from provider
        left join event_fetch on event_fetch.provider_id = provider.id
        cross join lateral (
          select event_id as id from payment
          where payment.provider_id = provider.id and event_id > coalesce(fetched_id, 0)
          order by event_id limit 1
        ) as unfetched) as event_lag`.execute(db)
  const measured = rows[0]
  metrics.queueLength.set(Number(measured?.queued ?? 0))
  metrics.queueAge.set(measured?.queue_age ?? 0)
  metrics.eventLag.set(measured?.event_lag ?? 0)
}

function blockListOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}
