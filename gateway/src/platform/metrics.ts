import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** One registry for the process, as Prometheus wants it. Rooms count here what happens in them. */
export const registry = new Registry()
collectDefaultMetrics({ register: registry, prefix: 'bill_gateway_' })

const registers = [registry]

export const metrics = {
  requests: new Histogram({
    name: 'bill_gateway_http_request_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  }),
  links: new Counter({
    name: 'bill_gateway_links_total',
    help: 'Payment links by what was done: created, updated, cancelled.',
    labelNames: ['act'],
    registers,
  }),
  checkouts: new Counter({
    name: 'bill_gateway_checkouts_total',
    help: 'Checkouts by the state that they reached.',
    labelNames: ['status', 'channel'],
    registers,
  }),
  payments: new Counter({
    name: 'bill_gateway_payments_total',
    help: 'Payments recorded.',
    labelNames: ['channel'],
    registers,
  }),
  eventDelivery: new Histogram({
    name: 'bill_gateway_event_delivery_seconds',
    help: 'From the recording of an event to its writing to an open stream.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30],
    registers,
  }),
  webhookAttempts: new Counter({
    name: 'bill_gateway_webhook_attempts_total',
    help: 'Tries to deliver an event by webhook, by what came of them.',
    labelNames: ['outcome'],
    registers,
  }),
  webhookDelivery: new Histogram({
    name: 'bill_gateway_webhook_delivery_seconds',
    help: 'From the recording of an event to the end of its first try by webhook.',
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 300],
    registers,
  }),
  openStreams: new Gauge({
    name: 'bill_gateway_open_streams',
    help: 'Event streams open in this process.',
    registers,
  }),
  eventLag: new Gauge({
    name: 'bill_gateway_event_lag_seconds',
    help: 'Age of the oldest payment that its provider has not fetched, over all providers.',
    registers,
  }),
  queueAge: new Gauge({
    name: 'bill_gateway_job_queue_age_seconds',
    help: 'How long the job that is due longest has been waiting.',
    registers,
  }),
  queueLength: new Gauge({ name: 'bill_gateway_job_queue_length', help: 'Jobs that are due.', registers }),
}
