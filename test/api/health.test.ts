import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
})
afterAll(() => gateway?.close())

describe('what an operator asks a gateway, without a key', () => {
  it.each(['/health/live', '/health/ready'])('%s', async (path) => {
    expect((await gateway.api(path, { credentials: null })).body).toEqual({ status: 'ok' })
  })

  it('/metrics', async () => {
    expect((await gateway.api('/metrics', { credentials: null })).text).toContain('bill_gateway_links_total')
  })
})
