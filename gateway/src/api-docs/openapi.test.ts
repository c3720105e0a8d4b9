import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import {
  type ApiDocument,
  bodyOf,
  type Media,
  type Operation,
  operationsOf,
  type Schema,
} from './document.ts'

let gateway: TestGateway
let document: ApiDocument & { openapi: string }
let ours: Operation[]
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as typeof document
  ours = operationsOf(document).filter(({ path }) => /^\/(pay|api)\/|^\/s\/encode$/.test(path))
})
afterAll(() => gateway?.close())

/** Said by the body itself, by one of its variants, or by what it is a list of. */
function hasExample({ example, examples, schema }: Media): boolean {
  const within = (part: Schema | undefined): boolean => (part?.examples?.length ?? 0) > 0 || within2(part)
  const within2 = (part: Schema | undefined): boolean =>
    (part?.anyOf?.some(within) ?? false) || (part?.items !== undefined && within(part.items))
  return example !== undefined || examples !== undefined || within(schema)
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const result = await new Validator().validate({ ...document })
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('has every route of the API, and no other', () => {
    expect(ours.map(({ name }) => name).sort()).toEqual([
      'DELETE /pay/v1/webhooks/{id}',
      'GET /pay/v1/events',
      'GET /pay/v1/events/stream',
      'GET /pay/v1/payments/search',
      'GET /pay/v1/payments/{token}',
      'GET /pay/v1/payments/{token}/refunds',
      'GET /pay/v1/payouts',
      'GET /pay/v1/payouts/{id}',
      'GET /pay/v1/refunds/{id}',
      'GET /pay/v1/settlements',
      'GET /pay/v1/settlements/report',
      'GET /pay/v1/statements',
      'GET /pay/v1/statements/entries',
      'GET /pay/v1/statements/entries/{id}',
      'GET /pay/v1/statements/{id}',
      'GET /pay/v1/unallocated',
      'GET /pay/v1/webhooks',
      'GET /pay/v1/webhooks/{id}',
      'GET /pay/v1/webhooks/{id}/deliveries',
      'PATCH /pay/v1/webhooks/{id}',
      'POST /api/service-provider/generate-key',
      'POST /pay/v1/payments',
      'POST /pay/v1/payments/bulk',
      'POST /pay/v1/payments/{token}/cancel',
      'POST /pay/v1/payments/{token}/refunds',
      'POST /pay/v1/statements',
      'POST /pay/v1/statements/entries/{id}/ignore',
      'POST /pay/v1/statements/entries/{id}/match',
      'POST /pay/v1/statements/entries/{id}/undo',
      'POST /pay/v1/test/clock',
      'POST /pay/v1/test/payments/{token}/pay',
      'POST /pay/v1/webhooks',
      'POST /pay/v1/webhooks/{id}/replay',
      'POST /pay/v1/webhooks/{id}/secret',
      'POST /s/encode',
    ])
  })

  it('describes each call, each parameter and each field of its body', () => {
    for (const { name, summary, description, tags, parameters = [], requestBody } of ours) {
      expect(summary, name).toBeTruthy()
      expect(description, name).toBeTruthy()
      expect(tags, name).toHaveLength(1)
      for (const parameter of parameters)
        expect(parameter.description, `${name} ${parameter.name}`).toBeTruthy()
      const body = bodyOf(requestBody?.content)
      for (const [field, schema] of Object.entries(body?.media.schema?.properties ?? {})) {
        expect(schema.description ?? schema['x-rule'], `${name} ${field}`).toBeTruthy()
        expect(schema['x-rule'], `${name} ${field}`).toBeTruthy()
      }
    }
  })

  it('shows an example of each body and each JSON answer', () => {
    for (const { name, requestBody, responses } of ours) {
      const bodies = [
        ...Object.entries(requestBody?.content ?? {}),
        ...Object.entries(responses)
          .filter(([status]) => Number(status) < 300)
          .flatMap(([, { content = {} }]) => Object.entries(content)),
      ]
      for (const [mediaType, media] of bodies) {
        if (mediaType.endsWith('json')) expect(hasExample(media), `${name} ${mediaType}`).toBe(true)
      }
    }
  })

  it('says of every answer what it is, and of every error that it is a problem', () => {
    for (const { name, responses } of ours) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        const at = `${name} ${status}`
        expect(description, at).toBeTruthy()
        expect(description, at).not.toBe('Default Response')
        if (status === '204') expect(content, at).toBeUndefined()
        else if (Number(status) < 400) {
          for (const { schema } of Object.values(content ?? {})) {
            expect(Object.keys(schema ?? {}).length, at).toBeGreaterThan(0)
          }
        } else expect(Object.keys(content ?? {}), at).toEqual(['application/problem+json'])
      }
    }
  })

  it('has every error that a call can answer', () => {
    for (const { name, method, path, security, requestBody, responses } of ours) {
      const expected = [400, 429, 500, 503]
      if (security?.length) expected.push(401, 403)
      if (method === 'POST') expected.push(415)
      if (bodyOf(requestBody?.content)?.mediaType === 'application/json') expected.push(413)
      if (path.includes('{token}')) expected.push(404)
      expect(Object.keys(responses), name).toEqual(expect.arrayContaining(expected.map(String)))
    }
  })

  it('needs a key for everything but fetching a secret and adding parameters', () => {
    const open = ours.filter(({ security }) => !security?.length).map(({ path }) => path)
    expect(open.sort()).toEqual(['/api/service-provider/generate-key', '/s/encode'])
  })
})
