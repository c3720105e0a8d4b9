import type { Settings } from '../settings.ts'

export interface LimitGroup {
  group: string
  limits: { what: string; limit: string }[]
}

type Rates = Pick<Settings, 'rateLimitKey' | 'rateLimitMiss' | 'rateLimitPage'>

/** Every limit that a caller can meet. docs/api/limits.md lists the same; a test holds both to each other. */
export function limitsOf(rates: Rates): LimitGroup[] {
  return [ratesOf(rates), ...fixed]
}

function ratesOf({ rateLimitKey, rateLimitPage, rateLimitMiss }: Rates): LimitGroup {
  return {
    group: 'Rates',
    limits: [
      { what: 'Requests of a live key', limit: `${rateLimitKey} a second` },
      { what: 'Requests of a test key', limit: 'no limit' },
      { what: 'Payers’ pages', limit: `${rateLimitPage} a minute from one address` },
      {
        what: 'Unknown tokens, unknown short codes, PIN tries',
        limit: `${rateLimitMiss} a minute from one address`,
      },
    ],
  }
}

const fixed: LimitGroup[] = [
  {
    group: 'Requests',
    limits: [
      { what: 'JSON body', limit: '1 MiB' },
      { what: 'Links in one create request', limit: '1 to 100' },
      { what: 'Lines of a bulk upload', limit: 'any number, within one hour' },
      { what: 'One line of a bulk upload', limit: '64 KiB' },
      { what: 'Idempotency-Key', limit: '1 to 255 characters, kept 24 hours' },
      { what: 'Connection on which nothing moves', limit: 'closed after 75 seconds' },
    ],
  },
  {
    group: 'Fields',
    limits: [
      { what: 'amount', limit: '0.01 to 9999999.99' },
      { what: 'userId, operationId, recipient.id', limit: '1 to 100 characters' },
      { what: 'title', limit: '1 to 105 characters' },
      { what: 'name, surname', limit: '100 characters each' },
      { what: 'email', limit: '254 characters' },
      { what: 'recipient.name', limit: '1 to 35 characters' },
    ],
  },
  {
    group: 'Answers and events',
    limits: [
      { what: 'Bills that a payer’s page shows', limit: '50' },
      { what: 'Rows of a search', limit: 'all; with limit 1 to 1000 a page' },
      { what: 'Events of a page', limit: '1 to 1000, 100 unless told' },
      { what: 'Events are kept', limit: '400 days' },
      { what: 'Silence of an event stream', limit: 'at most 15 seconds' },
      { what: 'Reader of an event stream that takes nothing', limit: 'cut off after 30 seconds' },
    ],
  },
  {
    group: 'Webhooks',
    limits: [
      { what: 'Webhooks of a provider', limit: '50' },
      { what: 'Time in which a webhook has to be answered', limit: '15 seconds' },
      { what: 'Tries of a delivery', limit: '10 in 75 hours and 35 minutes, then it is parked' },
      { what: 'Tries of one webhook at the same time', limit: '8' },
      { what: 'Old webhook secret after a rotation', limit: '24 hours' },
      { what: 'Deliveries are shown', limit: '30 days' },
    ],
  },
  {
    group: 'Keys and short links',
    limits: [
      { what: 'PIN', limit: '8 digits, works once, locks after 5 wrong tries' },
      {
        what: 'Old secret after a new one is fetched',
        limit: 'until the new one is used, at most 24 hours',
      },
      { what: 'Parameters of a short link', limit: '10, of 100 characters each' },
      { what: 'Different parameter sets of a provider', limit: '5000' },
    ],
  },
  {
    group: 'Test mode',
    limits: [
      { what: 'Links in one test payment', limit: '1 to 500' },
      { what: 'One step of the test clock', limit: '400 days' },
      { what: 'Test clock ahead of the real one', limit: '10 years' },
    ],
  },
]
