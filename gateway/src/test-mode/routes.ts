import { AdvanceClock, ClockAdvanced, TestPaid, TestPay } from '@bill-gateway/contract'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate, requireTestProvider } from '../provider/index.ts'
import { advanceTestClock } from './advance.ts'
import { payInTest } from './pay.ts'

const common = { tags: ['Test mode'], security: [{ key: [] }] }

const paySchema = {
  ...common,
  summary: 'Pay as a payer would',
  description:
    'Drives a checkout through the sandbox by the same code as the page and answers the state reached: `paid`, `early`, `twice` and `wrong-amount` succeed, `refused` fails. The others are told of later, by event and search: `slow` after 20 seconds, `silent` when the gateway next asks the sandbox, `late` five minutes after the checkout expired, `expired` never. Let the test clock bring that about. Scope balance pays at most 500 links, those that are due first.',
  params: Type.Object({ token: Type.String({ description: 'The link’s token.' }) }),
  body: TestPay,
  response: {
    200: {
      description: 'The payment, or the checkout that has none yet.',
      content: { 'application/json': { schema: TestPaid } },
    },
    ...keyedProblems(404, 409, 413, 415),
  },
}

const clockSchema = {
  ...common,
  summary: 'Move the test clock',
  description:
    'Moves the test provider’s own clock forward and answers when all that fell due is done, each thing at its own time. The clock cannot be moved back.',
  body: AdvanceClock,
  response: {
    200: {
      description: 'The clock after the step.',
      content: { 'application/json': { schema: ClockAdvanced } },
    },
    ...keyedProblems(404, 413, 415),
  },
}

/** For test providers only: live ones are answered as if there were no such address. */
export function testModeRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    app.addHook('onRequest', async (request) => requireTestProvider(accessOf(request)))

    app.post<{ Params: { token: string }; Body: TestPay }>(
      '/pay/v1/test/payments/:token/pay',
      { schema: paySchema },
      async (request) => payInTest(platform, accessOf(request).provider, request.params.token, request.body),
    )

    app.post<{ Body: AdvanceClock }>('/pay/v1/test/clock', { schema: clockSchema }, async (request) =>
      advanceTestClock(platform, accessOf(request).provider, request.body.advance),
    )
  }
}
