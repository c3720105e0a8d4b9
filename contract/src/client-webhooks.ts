import type { CallOptions, CreateOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type {
  AcceptedReplay,
  CreatedWebhook,
  DeliveryState,
  NewWebhook,
  ReplayWebhook,
  RotatedSecret,
  Webhook,
  WebhookChanges,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookList,
} from './webhook.ts'

export interface DeliveriesOptions extends CallOptions {
  /** Only those in this state. */
  state?: DeliveryState
  /** Only this event. */
  eventId?: string
}

/** Addresses of yours that the gateway tells of events by itself. Check what comes there by `verifyWebhook`. */
export interface WebhookCalls {
  /**
   * Makes a webhook. Keep the secret of the answer: it is shown this once. Safe to repeat.
   *
   * @throws BillGatewayError `validation_failed` for an address that is not public, `too_many_webhooks`
   * @example
   * const { id, secret } = await client.webhooks.create({ url: 'https://erp.example.pl/hooks/bills' })
   */
  create(webhook: NewWebhook, options?: CreateOptions): Promise<CreatedWebhook>
  /** All webhooks of the provider. */
  list(options?: CallOptions): Promise<Webhook[]>
  /** @throws BillGatewayError `not_found` */
  get(id: string, options?: CallOptions): Promise<Webhook>
  /** Changes what is given. @throws BillGatewayError `not_found` */
  update(id: string, changes: WebhookChanges, options?: CallOptions): Promise<Webhook>
  /** @throws BillGatewayError `not_found` */
  delete(id: string, options?: CallOptions): Promise<void>
  /** A new secret; the one before signs too for 24 hours. @throws BillGatewayError `not_found` */
  rotateSecret(id: string, options?: CreateOptions): Promise<RotatedSecret>
  /** The newest first, each with its tries, page after page as the loop goes on. */
  deliveries(id: string, options?: DeliveriesOptions): AsyncIterable<WebhookDelivery>
  /**
   * Has events sent again, in their order, with the ids they had.
   *
   * @throws BillGatewayError `not_found`, or `events_expired` where the cursor is older than 400 days
   * @example
   * await client.webhooks.replay(id, { after: '0', only: 'parked' })
   */
  replay(id: string, order: ReplayWebhook, options?: CreateOptions): Promise<AcceptedReplay>
}

export function webhookCalls(transport: Transport): WebhookCalls {
  const get = async <T>(call: string, path: string, options: CallOptions & { query?: Query } = {}) => {
    const { signal, query = {} } = options
    const { body } = await transport.send({ call, method: 'GET', path, query, repeatable: true, signal })
    return body as T
  }
  const change = async <T>(
    call: string,
    method: 'PATCH' | 'DELETE',
    path: string,
    { signal, ...rest }: CallOptions & { body?: object } = {},
  ) => (await transport.send({ call, method, path, ...rest, repeatable: true, signal })).body as T
  const post = async <T>(
    call: string,
    path: string,
    sent: object | undefined,
    options: CreateOptions = {},
  ) => {
    const { idempotencyKey = crypto.randomUUID(), signal } = options
    const headers = { 'idempotency-key': idempotencyKey }
    const body = sent === undefined ? {} : { body: sent }
    return (await transport.send({ call, method: 'POST', path, ...body, headers, repeatable: true, signal }))
      .body as T
  }
  return {
    create: (webhook, options) => post('webhooks.create', base, webhook, options),
    list: async (options) => (await get<WebhookList>('webhooks.list', base, options)).webhooks,
    get: (id, options) => get('webhooks.get', pathOf(id), options),
    update: (id, changes, options) =>
      change('webhooks.update', 'PATCH', pathOf(id), { ...options, body: changes }),
    delete: (id, options) => change('webhooks.delete', 'DELETE', pathOf(id), options),
    rotateSecret: (id, options) => post('webhooks.rotateSecret', `${pathOf(id)}/secret`, undefined, options),
    replay: (id, order, options) => post('webhooks.replay', `${pathOf(id)}/replay`, order, options),
    async *deliveries(id, { signal, ...filter } = {}) {
      const path = `${pathOf(id)}/deliveries`
      for (let before: string | null | undefined; before !== null; ) {
        const query: Query = { ...filter, before, limit: pageSize }
        const options = { query, ...(signal ? { signal } : {}) }
        const page: WebhookDeliveryPage = await get('webhooks.deliveries', path, options)
        yield* page.deliveries
        before = page.next
      }
    },
  }
}

type Query = Record<string, string | number | undefined>

const base = '/pay/v1/webhooks'
const pageSize = 100

function pathOf(id: string): string {
  if (id === '') throw new TypeError('id must not be empty')
  return `${base}/${encodeURIComponent(id)}`
}
