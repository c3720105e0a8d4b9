import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../gateway/testing/conformance.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'

let gateway: TestGateway
let document: OpenApiDocument & { openapi: string }
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as typeof document
})
afterAll(() => gateway?.close())

describe('the OpenAPI document', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const result = await new Validator().validate({ ...document })
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('has every path of the API', () => {
    const paths = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(paths).toEqual(
      expect.arrayContaining([
        'POST /pay/v1/payments',
        'POST /pay/v1/payments/bulk',
        'POST /pay/v1/payments/{token}/cancel',
        'GET /pay/v1/payments/{token}',
        'GET /pay/v1/payments/search',
        'GET /pay/v1/events',
        'GET /pay/v1/events/stream',
        'POST /api/service-provider/generate-key',
        'POST /pay/v1/test/payments/{token}/pay',
        'POST /pay/v1/test/clock',
        'GET /health/live',
        'GET /health/ready',
      ]),
    )
    expect(paths.some((path) => /POST .*\/encode$/.test(path))).toBe(true)
  })

  it('/docs is readable HTML', async () => {
    const response = await fetch(`${gateway.url}/docs`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toContain('/pay/v1/payments')
  })

  it('/health answers', async () => {
    expect((await gateway.api('/health/live', { credentials: null })).body).toEqual({ status: 'ok' })
    expect((await gateway.api('/health/ready', { credentials: null })).body).toEqual({ status: 'ok' })
    expect((await gateway.api('/metrics', { credentials: null })).text).toContain('bill_gateway_links_total')
  })
})
