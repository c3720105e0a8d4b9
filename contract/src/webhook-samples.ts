import { samples } from './samples.ts'

/** The examples of webhooks: they go on with the bill of {@link samples}. */

const eventId = samples.eventPage.next
const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const url = 'https://erp.netix.example/hooks/bills'

const webhook = {
  id: 'wh_5Rk2vQ9sLw7Tz3Xb',
  url,
  types: ['payment.succeeded', 'payment.refunded', 'payment.reversed'],
  description: 'Books payments',
  enabled: true,
  failingSince: null,
  pending: 0,
  parked: 0,
  cursor: eventId,
  oldSecretUntil: null,
  createdAt: '2030-07-09T06:00:00.000Z',
  test: false,
}

export const webhookSamples = {
  newWebhook: { url, types: webhook.types, description: webhook.description },
  webhookChanges: { enabled: true },
  webhook,
  createdWebhook: { ...webhook, secret },
  rotatedSecret: { secret, oldSecretUntil: '2030-07-10T06:00:00.000Z' },
  replayWebhook: { after: '0', only: 'parked' },
  acceptedReplay: { from: '1', to: eventId, only: 'parked' },
  deliveryPage: {
    deliveries: [
      {
        eventId,
        type: 'payment.succeeded',
        state: 'delivered',
        queuedAt: '2030-07-19T14:20:20.530Z',
        nextAt: null,
        endedAt: '2030-07-19T14:20:25.911Z',
        attempts: [
          { nth: 1, at: '2030-07-19T14:20:20.544Z', status: 503, failure: 'status', durationMs: 81 },
          { nth: 2, at: '2030-07-19T14:20:25.784Z', status: 200, failure: null, durationMs: 127 },
        ],
      },
    ],
    next: null,
  },
}
