import fc from 'fast-check'
import type { FuzzRequest } from './client.ts'
import { anyJson } from './creates.ts'
import { formRequests } from './forms.ts'
import type { World } from './world.ts'

const json = 'application/json'

/** What fits a header of node's own client: no control characters. */
const headerText = fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,60}$/)
/** What fits a path of node's own client; percent signs that mean nothing included. */
const pathText = fc.stringMatching(/^[!-~]{0,40}$/).map((text) => text.replaceAll('#', '%23'))
const anyQuery = fc.oneof(
  fc.webQueryParameters(),
  pathText.map((text) => text.replaceAll('?', '')),
  fc
    .dictionary(
      fc.constantFrom('fromDate', 'limit', 'after', 'type', 'lang', 'utm_x', 'connectApp', 'lastEventId'),
      pathText,
    )
    .map((values) => new URLSearchParams(values).toString()),
)

function tokenOf(world: World): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...world.tokens) },
    { weight: 1, arbitrary: fc.constantFrom(...world.tokens).map((token) => token.toUpperCase()) },
    { weight: 1, arbitrary: fc.stringMatching(/^[0-9a-f]{128}$/) },
    { weight: 1, arbitrary: pathText.map((text) => encodeURIComponent(text) || 'x') },
  )
}

function keyed(world: World): fc.Arbitrary<Record<string, string>> {
  const authorization = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(world.keys.own, world.keys.own, world.keys.plugin, world.keys.live),
    },
    { weight: 1, arbitrary: fc.constant(world.keys.wrong) },
    { weight: 1, arbitrary: headerText },
  )
  const accept = fc.option(fc.constantFrom('*/*', 'text/html', json, ''), { freq: 3 })
  return fc.tuple(authorization, accept).map(([given, accepted]) => ({
    authorization: given,
    ...(accepted === null ? {} : { accept: accepted }),
  }))
}

/** A body from a list of fields and odd values for each, or any JSON. */
function bodyOf(model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<string> {
  const [required = ''] = Object.keys(model)
  const part = fc.record(model, { requiredKeys: [] })
  const whole = fc.record(model, { requiredKeys: [required] })
  return fc.oneof(
    { weight: 4, arbitrary: whole.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: part.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anyJson },
  )
}

const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary', maxLength: 50 }))
const words = (...given: unknown[]) =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...given) }, { weight: 1, arbitrary: odd })

function post(
  kind: string,
  path: fc.Arbitrary<string>,
  headers: fc.Arbitrary<Record<string, string>>,
  body: fc.Arbitrary<string>,
): fc.Arbitrary<FuzzRequest> {
  return fc.tuple(path, headers, body).map(([at, given, text]) => ({
    kind,
    method: 'POST',
    path: at,
    headers: { 'content-type': json, ...given },
    body: text,
  }))
}

function get(
  kind: string,
  path: fc.Arbitrary<string>,
  headers: fc.Arbitrary<Record<string, string>>,
): fc.Arbitrary<FuzzRequest> {
  return fc.tuple(path, headers).map(([at, given]) => ({ kind, method: 'GET', path: at, headers: given }))
}

const withQuery = (path: string) => anyQuery.map((query) => `${path}?${query}`)

export function otherRequests(world: World): fc.Arbitrary<FuzzRequest>[] {
  const keys = keyed(world)
  return [
    ...changes(world, keys),
    ...payments(world, keys),
    ...readings(world, keys),
    ...formRequests(world),
    anything(world, keys),
  ]
}

type Headers = fc.Arbitrary<Record<string, string>>
const nobody = fc.constant({})

/** Calls that change something where they are right. */
function changes(world: World, keys: Headers): fc.Arbitrary<FuzzRequest>[] {
  const token = tokenOf(world)
  const cancelBody = bodyOf({
    resolution: words('PAID', 'CANCELLED'),
    referenceNumber: words('20200723-123456', '20200723-12345'),
    revoke: words(true, false),
  })
  const keyBody = bodyOf({
    providerCode: words(world.providerCode, 'nobody'),
    apiKey: words(world.apiKey, 'nothing'),
    pin: words(world.pin, '00000000'),
  })
  const clockBody = bodyOf({ advance: words('PT1S', 'PT1M', 'PT10M', 'P1000D', 'P') })
  const shortUrl = codeOf(world).map((text) => `${world.gateway.url}/s/${text}`)
  const urlBody = bodyOf({ url: fc.oneof({ weight: 5, arbitrary: shortUrl }, { weight: 1, arbitrary: odd }) })
  const cancelPath = token.map((text) => `/pay/v1/payments/${text}/cancel`)
  const notifyPath = fc
    .constantFrom('sandbox', 'transfer', 'x')
    .map((method) => `/notify/${method}/${world.providerCode}`)
  return [
    post('cancel', cancelPath, keys, cancelBody),
    post('clock', fc.constant('/pay/v1/test/clock'), keys, clockBody),
    post('generate-key', fc.constant('/api/service-provider/generate-key'), nobody, keyBody),
    post('encode', withQuery('/s/encode'), nobody, urlBody),
    post('notify', notifyPath, nobody, anyJson),
    post(
      'page',
      token.map((text) => `/single-payment/${text}`),
      nobody,
      anyJson,
    ),
  ]
}

function payments(world: World, keys: Headers): fc.Arbitrary<FuzzRequest>[] {
  const token = tokenOf(world)
  const scope = words('link', 'balance')
  const body = bodyOf({
    scope,
    method: words('blik', 'bank', 'card'),
    outcome: words('paid', 'late', 'slow'),
  })
  const oddBody = bodyOf({
    scope,
    tokens: fc.oneof(fc.array(token, { maxLength: 3 }), odd),
    method: words('blik', 'bank', 'card', 'transfer'),
    outcome: words('paid', 'refused', 'slow', 'expired', 'late', 'twice', 'early', 'silent', 'wrong-amount'),
    arrives: words('transfer', 'batch'),
  })
  const path = (text: string) => `/pay/v1/test/payments/${text}/pay`
  const ownKey = fc.constant({ authorization: world.keys.own })
  return [
    post('test pay', fc.constantFrom(...world.tokens).map(path), ownKey, body),
    post('test pay', token.map(path), keys, oddBody),
  ]
}

/** Calls that only read. */
function readings(world: World, keys: Headers): fc.Arbitrary<FuzzRequest>[] {
  const [token, code] = [tokenOf(world), codeOf(world)]
  const lastEvent = fc.oneof(headerText, fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String))
  const stream = fc.tuple(keys, lastEvent).map(([given, id]) => ({ ...given, 'last-event-id': id }))
  const search = fc.integer().map((date) => `/pay/v1/payments/search?fromDate=${date}&limit=5`)
  const suffixed = fc.tuple(code, pathText).map(([text, more]) => `/s/${text}/${encodeURIComponent(more)}`)
  const page = fc.tuple(token, anyQuery).map(([text, query]) => `/single-payment/${text}?${query}`)
  const checkout = pathText.map((text) => `/checkout/${encodeURIComponent(text) || 'x'}`)
  return [
    get(
      'status',
      token.map((text) => `/pay/v1/payments/${text}`),
      keys,
    ),
    get('search', withQuery('/pay/v1/payments/search'), keys),
    get('search', search, keys),
    get('events', withQuery('/pay/v1/events'), keys),
    get('stream', withQuery('/pay/v1/events/stream'), stream),
    get(
      'short link',
      code.map((text) => `/s/${text}`),
      nobody,
    ),
    get('short link', suffixed, nobody),
    get('page', page, keys),
    get('checkout', checkout, nobody),
  ]
}

function codeOf(world: World): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...world.shortCodes),
    pathText.map((text) => encodeURIComponent(text) || 'x'),
  )
}

/** Any method on any path. */
function anything(world: World, keys: fc.Arbitrary<Record<string, string>>): fc.Arbitrary<FuzzRequest> {
  const known = [
    '/pay/v1/payments',
    '/pay/v1/payments/bulk',
    '/pay/v1/events',
    '/s/encode',
    '/openapi.json',
    '/health/live',
  ]
  const path = fc.oneof(
    fc.constantFrom(...known),
    pathText.map((text) => `/${text}`),
  )
  const method = fc.constantFrom(
    'GET',
    'HEAD',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'POST',
  )
  return fc.tuple(method, path, keys, fc.option(anyJson)).map(([verb, at, headers, body]) => ({
    kind: 'anything',
    method: verb,
    path: at,
    headers: { host: new URL(world.gateway.url).host, 'content-type': json, ...headers },
    ...(body === null || verb === 'GET' || verb === 'HEAD' || verb === 'TRACE' ? {} : { body }),
  }))
}
