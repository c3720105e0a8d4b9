// The yardstick of pages and redirects: one Fastify route that does nothing.
import { fastify } from 'fastify'

const app = fastify()
app.get('/health/live', async () => ({ status: 'ok' }))
app.get('/bare', async () => 'ok')
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
process.once('SIGTERM', () => app.close())
