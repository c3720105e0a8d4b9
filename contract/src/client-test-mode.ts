import type { CallOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type { ClockAdvanced, TestPaid, TestPay } from './payment.ts'

export interface TestModeCalls {
  /**
   * Pays a link through the sandbox, by the same code as the payer’s page.
   *
   * @example
   * const paid = await client.test.pay(token, { scope: 'link', outcome: 'paid' })
   */
  pay(token: string, request?: Partial<TestPay>, options?: CallOptions): Promise<TestPaid>
  /**
   * Moves the test provider’s clock and returns when everything that fell due is done.
   *
   * @param advance an ISO 8601 duration such as `P5D` or `PT20M`, at most 400 days
   */
  advanceClock(advance: string, options?: CallOptions): Promise<ClockAdvanced>
}

export function testModeCalls(transport: Transport): TestModeCalls {
  const post = async (call: string, path: string, body: object, { signal }: CallOptions = {}) =>
    (await transport.send({ call, method: 'POST', path, body, repeatable: false, signal })).body
  return {
    async pay(token, request = {}, options) {
      const path = `/pay/v1/test/payments/${encodeURIComponent(token)}/pay`
      return (await post('test.pay', path, { scope: 'link', ...request }, options)) as TestPaid
    },
    async advanceClock(advance, options) {
      return (await post('test.advanceClock', '/pay/v1/test/clock', { advance }, options)) as ClockAdvanced
    },
  }
}
