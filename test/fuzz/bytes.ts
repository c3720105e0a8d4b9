import fc from 'fast-check'
import type { World } from './world.ts'

const crlf = '\r\n'

/** Requests with something wrong in the protocol itself: every one ends the connection. */
export function hardlyHttp(world: World): fc.Arbitrary<Buffer> {
  const noise = fc
    .uint8Array({ minLength: 1, maxLength: 80 })
    .map((bytes) => Buffer.from(bytes).toString('latin1'))
  const line = fc.oneof(
    noise,
    fc.constantFrom(
      'Content-Length: -1',
      'Content-Length: 5',
      'Content-Length: 99999999999',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: x',
      'Expect: 100-continue',
      'Upgrade: websocket',
      `X: ${'x'.repeat(20_000)}`,
      'Content-Type: application/json',
      'Accept:',
      'Host: evil.example',
      'Idempotency-Key:',
      'Last-Event-ID: \xff',
    ),
  )
  const first = fc.oneof(
    { weight: 1, arbitrary: noise },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'POST /pay/v1/payments HTTP/1.1',
        'POST /pay/v1/payments/bulk HTTP/1.1',
        'GET /pay/v1/events/stream HTTP/1.1',
        'GET /pay/v1/payments/search?fromDate=0 HTTP/1.0',
        'GET http://evil.example/ HTTP/1.1',
        'CONNECT evil.example:443 HTTP/1.1',
        'OPTIONS * HTTP/1.1',
        'GET /single-payment/x HTTP/1.1',
        'PRI * HTTP/2.0',
      ),
    },
  )
  const body = fc.oneof(
    fc.constant(''),
    noise,
    fc.constantFrom('5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '{"payments":[]}'),
  )
  return fc.tuple(first, fc.array(line, { maxLength: 4 }), body).map(([head, lines, rest]) => {
    const authorization = `Authorization: ${world.keys.own}`
    const text = [head, 'Host: localhost', authorization, 'Connection: close', ...lines].join(crlf)
    return Buffer.from(`${text}${crlf}${crlf}${rest}`, 'latin1')
  })
}
