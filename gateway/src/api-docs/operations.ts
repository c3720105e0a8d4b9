import type { ErrorCode } from '@bill-gateway/contract'

/** What the reference adds to an operation of the OpenAPI document. */
export interface Note {
  /** How the typed client makes the call; `client`, `items`, `token` and the like are the reader’s. */
  typescript?: string
  /** Query of the curl example. */
  query?: string
  /** The codes that belong to this call in particular. */
  codes: ErrorCode[]
}

/** In the order of the page, below the heading of their tag. */
export const notes: Record<string, Note> = {
  'POST /pay/v1/payments': {
    typescript: `const [link] = await client.paymentLinks.create([
  {
    userId: 'user-1234',
    operationId: '13912',
    amount: 123.45,
    nrb: '28616102383202382844889825',
    title: 'FV 123/2030',
    paymentDue: '2030-07-23',
    name: 'Jan',
    surname: 'Kowalski',
  },
])
await save('13912', link.token, link.shortLink)`,
    codes: ['validation_failed', 'wrong_provider', 'request_in_progress', 'idempotency_key_reused'],
  },
  'POST /pay/v1/payments/bulk': {
    typescript: `const results = client.paymentLinks.createMany(
  bills(),
)
for await (const result of results) {
  const { operationId: id } = result.item
  if ('error' in result) console.error(id, result)
  else await save(id, result.token)
}`,
    codes: [],
  },
  'GET /pay/v1/payments/{token}': {
    typescript: `const link = await client.paymentLinks.get(token)
if (link.status === 'active' && !link.processing) {
  await remind(link.userId, link.amounts.open)
}`,
    codes: ['not_found'],
  },
  'POST /pay/v1/payments/{token}/cancel': {
    typescript: `await client.paymentLinks.cancel(token, {
  resolution: 'PAID',
})`,
    codes: ['not_found', 'link_not_active', 'request_in_progress', 'idempotency_key_reused'],
  },
  'GET /pay/v1/payments/search': {
    typescript: `const lastSearch = new Date(Date.now() - 86_400_000)
const rows = client.payments.search({ fromDate: lastSearch })
for await (const row of rows) await bookOnce(row.id, row)`,
    codes: ['validation_failed'],
  },
  'POST /pay/v1/payments/{token}/refunds': {
    typescript: `const [refund] = await client.refunds.create(token, {
  amount: 23.45,
  manual: true,
})
console.log(refund?.id, refund?.status)`,
    codes: [
      'validation_failed',
      'not_found',
      'refund_exceeds_payment',
      'refund_not_possible',
      'request_in_progress',
      'idempotency_key_reused',
    ],
  },
  'GET /pay/v1/payments/{token}/refunds': {
    typescript: `for (const refund of await client.refunds.list(token)) {
  console.log(refund.kind, refund.amount, refund.status)
}`,
    codes: ['not_found'],
  },
  'GET /pay/v1/refunds/{id}': {
    typescript: `const { status, failure } = await client.refunds.get(refundId)
console.log(status, failure)`,
    codes: ['not_found'],
  },
  'GET /pay/v1/unallocated': {
    query: 'limit=10',
    typescript: `for (const payment of await client.refunds.unallocated()) {
  console.log(payment.paymentId, payment.unallocated)
}`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/events': {
    typescript: `let after = await loadCursor()
let page
do {
  page = await client.events.list({ after })
  for (const event of page.events) await handle(event)
  after = page.next
  await saveCursor(after)
} while (page.events.length > 0)`,
    codes: ['events_expired'],
  },
  'GET /pay/v1/events/stream': {
    typescript: `const stream = client.events.stream({
  lastEventId: await loadCursor(),
  types: ['payment.succeeded'],
})
for await (const event of stream) {
  for (const row of event.data.rows) {
    await bookOnce(row.id, row)
  }
  await saveCursor(event.id)
}`,
    codes: ['events_expired'],
  },
  'POST /pay/v1/statements': {
    typescript: `const { id, entriesNew } = await client.statements.import(
  statementFile,
  { fileName: 'wyciag.sta' },
)
console.log(id, entriesNew)`,
    codes: ['validation_failed', 'statement_unreadable', 'request_in_progress', 'idempotency_key_reused'],
  },
  'GET /pay/v1/statements': {
    query: 'limit=10',
    typescript: `for await (const statement of client.statements.list()) {
  console.log(statement.createdAt, statement.waiting)
}`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/statements/{id}': {
    typescript: `const { state, waiting } = await client.statements.get(
  statementId,
)
console.log(state, waiting)`,
    codes: ['not_found'],
  },
  'GET /pay/v1/statements/entries': {
    query: 'state=queue',
    typescript: `const queue = client.statements.entries({ state: 'queue' })
for await (const { id, suggestions } of queue) {
  console.log(id, suggestions[0]?.userId)
}`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/statements/entries/{id}': {
    typescript: `const { state, userId } = await client.statements.entry(
  entryId,
)
console.log(state, userId)`,
    codes: ['not_found'],
  },
  'POST /pay/v1/statements/entries/{id}/match': {
    typescript: `const { state } = await client.statements.match(entryId, {
  token,
})
console.log(state)`,
    codes: ['validation_failed', 'not_found', 'statement_entry_decided', 'request_in_progress'],
  },
  'POST /pay/v1/statements/entries/{id}/ignore': {
    typescript: `const { state } = await client.statements.ignore(entryId)
console.log(state)`,
    codes: ['not_found', 'statement_entry_decided', 'request_in_progress'],
  },
  'POST /pay/v1/statements/entries/{id}/undo': {
    typescript: `const { waiting } = await client.statements.undo(entryId)
console.log(waiting)`,
    codes: ['not_found', 'statement_entry_decided', 'request_in_progress'],
  },
  'GET /pay/v1/settlements': {
    query: 'limit=10',
    typescript: `for await (const transfer of client.settlements.list()) {
  console.log(transfer.referenceNumber, transfer.amount)
}`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/settlements/report': {
    query: 'from=2030-07-01&to=2030-07-31',
    typescript: `const { rows, held } = await client.settlements.report({
  from: '2030-07-01',
  to: '2030-07-31',
})
console.log(rows, held)`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/payouts': {
    query: 'from=2030-07-01&to=2030-07-31',
    typescript: `for await (const payout of client.payouts.list()) {
  console.log(payout.id, payout.amount, payout.doubtful, payout.difference)
}`,
    codes: ['validation_failed'],
  },
  'GET /pay/v1/payouts/{id}': {
    typescript: `for await (const item of client.payouts.items(payoutId)) {
  if (item.state !== 'matched') console.log(item.methodPaymentId, item.amount)
}`,
    codes: ['not_found'],
  },
  'POST /pay/v1/webhooks': {
    typescript: `const { id, secret } = await client.webhooks.create({
  url: 'https://erp.netix.example/hooks/bills',
  types: ['payment.succeeded'],
})
await keepSecret(id, secret)`,
    codes: ['validation_failed', 'too_many_webhooks', 'request_in_progress', 'idempotency_key_reused'],
  },
  'GET /pay/v1/webhooks': {
    typescript: `for (const webhook of await client.webhooks.list()) {
  console.log(webhook.url, webhook.failingSince, webhook.parked)
}`,
    codes: [],
  },
  'GET /pay/v1/webhooks/{id}': {
    typescript: `const webhook = await client.webhooks.get(webhookId)
console.log(webhook.enabled, webhook.pending)`,
    codes: ['not_found'],
  },
  'PATCH /pay/v1/webhooks/{id}': {
    typescript: `const webhook = await client.webhooks.update(webhookId, {
  enabled: true,
})
console.log(webhook.enabled)`,
    codes: ['validation_failed', 'not_found'],
  },
  'DELETE /pay/v1/webhooks/{id}': {
    typescript: 'await client.webhooks.delete(webhookId)',
    codes: ['not_found'],
  },
  'POST /pay/v1/webhooks/{id}/secret': {
    typescript: `const { secret } = await client.webhooks.rotateSecret(
  webhookId,
)
await keepSecret(webhookId, secret)`,
    codes: ['not_found', 'request_in_progress', 'idempotency_key_reused'],
  },
  'GET /pay/v1/webhooks/{id}/deliveries': {
    query: 'state=parked',
    typescript: `const parked = client.webhooks.deliveries(webhookId, {
  state: 'parked',
})
for await (const { eventId, attempts } of parked) {
  console.log(eventId, attempts.at(-1)?.status)
}`,
    codes: ['not_found'],
  },
  'POST /pay/v1/webhooks/{id}/replay': {
    typescript: `await client.webhooks.replay(webhookId, {
  after: '0',
  only: 'parked',
})`,
    codes: ['validation_failed', 'not_found', 'events_expired', 'request_in_progress'],
  },
  'POST /s/encode': {
    query: 'type=connect&connectApp=MU',
    typescript: `const url = await client.shortLinks.encode(shortLink, {
  type: 'balance',
})`,
    codes: ['validation_failed', 'not_found', 'parameter_sets_exhausted'],
  },
  'GET /s/{code}': { codes: ['not_found'] },
  'GET /s/{code}/{params}': { codes: ['not_found'] },
  'POST /api/service-provider/generate-key': {
    typescript: `const apiSecret = await client.keys.generate({
  providerCode: 'netix',
  apiKey,
  pin,
})`,
    codes: ['generate_key_refused', 'provider_disabled'],
  },
  'POST /pay/v1/test/payments/{token}/pay': {
    typescript: `const paid = await client.test.pay(token, {
  method: 'blik',
  outcome: 'paid',
})
console.log(paid.status, paid.referenceNumber)`,
    codes: ['not_found', 'link_not_active', 'payment_in_progress'],
  },
  'POST /pay/v1/test/clock': {
    typescript: `const { now } = await client.test.advanceClock('P5D')
console.log(now)`,
    codes: ['not_found'],
  },
}

/** Errors that every call can answer; the guide names them once. */
export const commonCodes: readonly ErrorCode[] = [
  'bad_request',
  'method_not_allowed',
  'too_many_requests',
  'internal_error',
  'unavailable',
]
