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

/** Errors that every call can answer; the reference names them once. */
export const commonCodes: readonly ErrorCode[] = [
  'bad_request',
  'method_not_allowed',
  'too_many_requests',
  'internal_error',
  'unavailable',
]
