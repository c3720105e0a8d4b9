import type { PaymentRow } from '@bill-gateway/contract'
import { expect } from 'vitest'
import type { TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, nrb } from './bill.ts'
import { type GuzzleOptions, guzzle } from './guzzle.ts'

export interface PluginLink {
  token: string
  link: string
  shortLink: string | null
}

/** A provider with an installation of the plugin, on the bytes of its HTTP client. */
export async function newInstallation(at: TestGateway, values: Record<string, unknown> = {}) {
  const { provider, credentials } = await at.newProvider({ defaultNrb: nrb, ...values })
  const ask = (method: string, path: string, options: GuzzleOptions = {}) =>
    guzzle(at.url, method, path, { credentials, ...options })
  const create = (payments: unknown, providerCode: unknown = provider.code) =>
    ask('POST', '/pay/v1/payments', { body: { providerCode, payments } })
  const made = async (...payments: Record<string, unknown>[]) => {
    const answer = await create(payments)
    expect(answer.status, answer.body).toBe(201)
    return answer.json as PluginLink[]
  }
  return {
    provider,
    call: { credentials },
    ask,
    create,
    made,
    one: async (item: Record<string, unknown>) => (await made(item))[0]?.token ?? '',
    cancel: (token: string, resolution = 'CANCELLED') =>
      ask('POST', `/pay/v1/payments/${token}/cancel`, { body: { resolution } }),
    async rows(fromDate = -3600) {
      const answer = await ask('GET', `/pay/v1/payments/search?fromDate=${fromDate}`)
      expect(answer.status, answer.body).toBe(200)
      return answer.json as PaymentRow[]
    },
  }
}

/** An item as the plugin writes it: ids as strings, null names. */
export const lmsBill = (values: Record<string, unknown> = {}) =>
  bill({ name: null, surname: null, email: null, operationId: '17', ...values })
