import {
  CreatedWebhook,
  NewWebhook,
  RotatedSecret,
  Webhook,
  WebhookChanges,
  WebhookList,
} from '@bill-gateway/contract'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { transact } from '../platform/db/transaction.ts'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate, withIdempotencyKey } from '../provider/index.ts'
import { readNets } from './allowed-address.ts'
import {
  createEndpoint,
  deleteEndpoint,
  requireEndpoint,
  requireUrl,
  rotateSecret,
  secretOf,
  showEndpoint,
  showEndpoints,
  updateEndpoint,
} from './manage.ts'
import { addDeliveries } from './routes-deliveries.ts'

export function webhookRoutes(platform: Platform): FastifyPluginAsync {
  // A setting that cannot be used is told at the start.
  readNets(platform.settings.webhookAllowNets)
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    addCreate(app, platform)
    addShow(app, platform)
    addChange(app, platform)
    addRotate(app, platform)
    addDeliveries(app, platform)
  }
}

const common = { tags: ['Webhooks'], security: [{ key: [] }] }
const params = Type.Object({ id: Type.String({ maxLength: 100, description: 'The webhook’s id.' }) })

interface ById {
  Params: { id: string }
}

function jsonOf(schema: object, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** Secrets are for the caller alone. */
function sendSecret(reply: FastifyReply, status: number, body: object) {
  return reply.code(status).header('cache-control', 'no-store').send(body)
}

function addCreate(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Make a webhook',
    description:
      'An endpoint of yours that is told of events by POST, signed as Standard Webhooks. The answer has its secret, which is shown this once. It begins with what happens from now on, or after the event given. Safe to repeat with an Idempotency-Key.',
    body: NewWebhook,
    response: {
      201: jsonOf(CreatedWebhook, 'The webhook, with its secret.'),
      ...keyedProblems(409, 413, 415, 422),
    },
  }
  app.post<{ Body: NewWebhook }>('/pay/v1/webhooks', { schema }, async (request, reply) => {
    const access = accessOf(request)
    await requireUrl(platform, request.body.url)
    // What is kept for a repeated request has no secret in it: that is opened anew.
    const answer = await withIdempotencyKey(platform, request, access, async (tx) => ({
      status: 201,
      body: { id: await createEndpoint(tx, platform.keyring, access.provider, request.body) },
    }))
    const { id } = JSON.parse(answer.body) as { id: string }
    const endpoint = await requireEndpoint(platform.db, access.provider, id)
    const shown = await showEndpoint(platform.db, access.provider, endpoint)
    return sendSecret(reply, answer.status, { ...shown, secret: secretOf(platform.keyring, endpoint) })
  })
}

function addShow(app: FastifyInstance, { db }: Platform): void {
  const listSchema = {
    ...common,
    summary: 'List webhooks',
    description: 'All webhooks of the provider, in the order in which they were made.',
    response: { 200: jsonOf(WebhookList, 'The webhooks, without their secrets.'), ...keyedProblems() },
  }
  app.get('/pay/v1/webhooks', { schema: listSchema }, async (request) => ({
    webhooks: await showEndpoints(db, accessOf(request).provider),
  }))
  const schema = {
    ...common,
    summary: 'Show a webhook',
    description: 'Its settings, and how it does: since when it fails, what waits, what was given up.',
    params,
    response: { 200: jsonOf(Webhook, 'The webhook, without its secret.'), ...keyedProblems(404) },
  }
  app.get<ById>('/pay/v1/webhooks/:id', { schema }, async (request) => {
    const { provider } = accessOf(request)
    return showEndpoint(db, provider, await requireEndpoint(db, provider, request.params.id))
  })
}

function addChange(app: FastifyInstance, platform: Platform): void {
  const { db } = platform
  const changeSchema = {
    ...common,
    summary: 'Change a webhook',
    description:
      'Changes what is given. Another address, or switching on, begins afresh: what waits for its next try is tried at once.',
    params,
    body: WebhookChanges,
    response: { 200: jsonOf(Webhook, 'The webhook as it is now.'), ...keyedProblems(404, 413, 415) },
  }
  app.patch<ById & { Body: WebhookChanges }>(
    '/pay/v1/webhooks/:id',
    { schema: changeSchema },
    async (request) => {
      const { provider } = accessOf(request)
      const { id } = request.params
      if (request.body.url !== undefined) await requireUrl(platform, request.body.url)
      await transact(db, (tx) => updateEndpoint(tx, provider, id, request.body))
      return showEndpoint(db, provider, await requireEndpoint(db, provider, id))
    },
  )
  const deleteSchema = {
    ...common,
    summary: 'Delete a webhook',
    description: 'Nothing more is sent to it. What is being sent at this moment may still arrive.',
    params,
    response: { 204: { description: 'Deleted.', type: 'null' }, ...keyedProblems(404) },
  }
  app.delete<ById>('/pay/v1/webhooks/:id', { schema: deleteSchema }, async (request, reply) => {
    const { provider } = accessOf(request)
    await transact(db, (tx) => deleteEndpoint(tx, provider, request.params.id))
    return reply.code(204).send()
  })
}

function addRotate(app: FastifyInstance, platform: Platform): void {
  const schema = {
    ...common,
    summary: 'Rotate a webhook’s secret',
    description:
      'Makes a new secret. For 24 hours both sign, so that nothing is refused while you change it over. Safe to repeat with an Idempotency-Key.',
    params,
    response: {
      201: jsonOf(RotatedSecret, 'The new secret.'),
      ...keyedProblems(404, 409, 415, 422),
    },
  }
  app.post<ById>('/pay/v1/webhooks/:id/secret', { schema }, async (request, reply) => {
    const access = accessOf(request)
    const { id } = request.params
    const answer = await withIdempotencyKey(platform, request, access, async (tx) => {
      await rotateSecret(tx, platform.keyring, access.provider, id)
      return { status: 201, body: { id } }
    })
    const endpoint = await requireEndpoint(platform.db, access.provider, id)
    return sendSecret(reply, answer.status, {
      secret: secretOf(platform.keyring, endpoint),
      oldSecretUntil: (endpoint.oldSecretUntil ?? endpoint.createdAt).toISOString(),
    })
  })
}
