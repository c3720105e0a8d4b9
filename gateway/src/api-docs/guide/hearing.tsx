import { samples } from '@bill-gateway/contract'
import type { Guide, GuideSection } from '../parts.tsx'
import { Code, Split, Table, Text } from '../parts.tsx'
import { prettyJson } from '../sample.ts'

const types = [
  [
    'payment.succeeded',
    'Money was confirmed by a payment method. One event a payment, with a row for each link.',
  ],
  ['payment.refunded', 'Money of a payment was given back to the payer, all of it or a part.'],
  ['payment.reversed', 'The payer’s bank took money of a payment back.'],
  ['link.created', 'A create request made links; all of them are in the one event.'],
  ['link.updated', 'A create request changed active links of the same pair.'],
  ['link.cancelled', 'A link was cancelled, with its resolution.'],
] as const

function Ways() {
  return (
    <Table
      head={['Way', 'When to use it']}
      rows={[
        [
          <a key="a" href="#get-pay-v1-events-stream">
            Stream
          </a>,
          <Text key="b">
            The best one. You open a connection, so it works behind NAT; events come within a second. After an
            outage go on with `Last-Event-ID`, and nothing is lost.
          </Text>,
        ],
        [
          <a key="a" href="#get-pay-v1-events">
            Polling events
          </a>,
          <Text key="b">
            The same events and cursor where a connection cannot be kept. `after=0` gives all that are kept.
          </Text>,
        ],
        [
          <a key="a" href="#post-pay-v1-webhooks">
            Webhooks
          </a>,
          <Text key="b">
            The gateway calls an address of yours, signed, in the order of each payer, and tries for three
            days. For servers that the internet can reach.
          </Text>,
        ],
        [
          <a key="a" href="#get-pay-v1-payments-search">
            Searching payments
          </a>,
          <Text key="b">
            The payments alone, by the time at which they were recorded. Overlap rounds and dedupe by `id`.
          </Text>,
        ],
      ]}
    />
  )
}

function Hearing({ baseUrl }: Guide) {
  return (
    <Split
      aside={
        <>
          <Code title="Listen" language="sh">{`
curl -N "${baseUrl}/pay/v1/events/stream" \\
  -u "$API_KEY:$API_SECRET" \\
  -H "Last-Event-ID: $LAST_BOOKED"`}</Code>
          <Code title="payment.succeeded" language="json">
            {prettyJson(samples.events['payment.succeeded'])}
          </Code>
        </>
      }
    >
      <p>A payment and its event are committed together: what happened is told, and what is told happened.</p>
      <Ways />
      <p>
        <strong>Book, then save the cursor.</strong>{' '}
        <Text>
          Save the event’s `id` after its payments are booked, best in the same transaction of your database.
          After a crash the same event may come again: book each row once by its `id`.
        </Text>
      </p>
      <p>
        <Text>
          Ids grow, events come in the order in which they were recorded, and no id that you have passed ever
          appears later. A payment’s rows share its `referenceNumber` and add up to it; `unallocated` is money
          that the link could not take, because it was paid or cancelled meanwhile. Ignore types and fields
          that you do not know: there will be more.
        </Text>
      </p>
      <Table
        head={['Type', 'What happened']}
        rows={types.map(([type, meaning]) => [<code key="a">{type}</code>, meaning])}
      />
    </Split>
  )
}

export const hearingSections: GuideSection[] = [
  { id: 'hearing', title: 'Hearing of payments', Body: Hearing },
]
