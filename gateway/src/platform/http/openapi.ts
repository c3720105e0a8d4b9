import fastifySwagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Registers the OpenAPI document; call it before the routes that it is made of. */
export async function registerOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Bill Gateway',
        version: '1.0.0',
        description:
          'Payment links for bills: make a link for each amount due, and hear at once when it is paid.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: [
        { name: 'Payment links', description: 'Make, update, cancel and look up links.' },
        { name: 'Payments', description: 'What has been paid.' },
        { name: 'Refunds', description: 'Give money back, and see what no link took.' },
        { name: 'Statements', description: 'Transfers, as your bank’s statements show them.' },
        { name: 'Settlements', description: 'What was passed on to you.' },
        { name: 'Events', description: 'Hear of everything as it happens.' },
        { name: 'Webhooks', description: 'Be told of events at an address of yours.' },
        { name: 'Short links', description: 'Addresses that fit an SMS.' },
        { name: 'Keys', description: 'Fetch an API secret by a PIN.' },
        { name: 'Test mode', description: 'For test providers only; 404 for live ones.' },
        { name: 'Operations', description: 'Health of the service.' },
      ],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'basic', description: 'User: api_key. Password: api_secret.' },
        },
      },
    },
    hideUntagged: true,
  })
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    return reply
      .header('cache-control', 'public, max-age=300')
      .type('application/json')
      .send(JSON.stringify(app.swagger()))
  })
}
