import { Fragment } from 'react'
import { commonCodes } from '../operations.ts'
import type { Guide, GuideSection } from '../parts.tsx'
import { Code, Split, Text } from '../parts.tsx'

function Authentication() {
  return (
    <>
      <p>
        <Text>
          HTTP Basic: user is the `api_key`, password the `api_secret`. A key sees and touches its own
          provider’s data only; another provider’s token answers 404, as an unknown one does.
        </Text>
      </p>
      <ul>
        <li>
          <Text>
            **Live and test.** A provider is one or the other for ever. Test keys begin with `test_`, and
            every event, status and page of a test provider says `test`.
          </Text>
        </li>
        <li>
          A provider can hold several keys; the operator makes and revokes them. A revoked key’s open streams
          close at once. Secrets are stored hashed and shown once.
        </li>
        <li>
          A secret can be <a href="#post-api-service-provider-generate-key">fetched by a PIN</a> that the
          operator gives you, so that it never travels by e-mail.
        </li>
        <li>
          <Text>
            Keep the secret on your server. Links and tokens are secrets too: who has one sees the bill and
            may pay it.
          </Text>
        </li>
      </ul>
    </>
  )
}

function Errors({ base, baseUrl }: Guide) {
  return (
    <Split
      aside={
        <Code title="400 Bad Request" language="json">{`
{
  "type": "${baseUrl}/docs/errors#validation_failed",
  "title": "Validation of the request failed",
  "status": 400,
  "code": "validation_failed",
  "requestId": "5b1f2a3c-…",
  "errors": [
    {
      "pointer": "/payments/0/amount",
      "code": "too_small",
      "detail": "payments[0].amount must be a number above 0 …"
    }
  ]
}`}</Code>
      }
    >
      <p>
        <Text>
          Errors are problem details (RFC 9457) with the media type `application/problem+json`. Decide by
          `code`, never by the words; `type` leads to what it means. A refused body names every bad field in
          `errors`, and nothing of it was stored.
        </Text>
      </p>
      <p>
        <a href={`${base}docs/errors`}>All errors</a> with what to do about each. A call names those of its
        own; any call can answer{' '}
        {commonCodes.map((code, index) => (
          <Fragment key={code}>
            {index > 0 && ', '}
            <a href={`${base}docs/errors#${code}`}>{code}</a>
          </Fragment>
        ))}{' '}
        as well. Quote the <code>requestId</code> when you ask the operator.
      </p>
    </Split>
  )
}

function Idempotency() {
  return (
    <>
      <p>An answer can get lost on the way. Three things make it safe to send the same again:</p>
      <ul>
        <li>
          <Text>
            **The pair.** At most one link of (`userId`, `operationId`) is active. A second request for the
            pair replaces that link’s data whole and answers with the same token. Where the pair’s last link
            is paid or cancelled, a new one is made. Give every bill an `operationId`.
          </Text>
        </li>
        <li>
          <Text>
            **Idempotency-Key.** With this header the same key and body answer the first answer again for 24
            hours; another body is refused with 422, and while the first request runs the answer is 409. The
            client library sends one with every create and cancel.
          </Text>
        </li>
        <li>
          <Text>
            **seen.** The id of the last event that you have booked. If a payment of the pair was recorded
            after it, its money is taken off `amount`; where nothing is left, the answer is the paid link. So
            a bill that is paid at the very moment when you update it is never asked for twice.
          </Text>
        </li>
      </ul>
      <p>
        Create is all or nothing: one bad item refuses the request, and every bad item is named. The bulk
        endpoint is the other way round: a bad line fails alone.
      </p>
    </>
  )
}

function Amounts() {
  return (
    <>
      <p>
        <Text>
          An amount is a JSON number of the major unit (PLN) with at most two decimals, from 0.01 to
          9999999.99. What binary floating point makes of a decimal is understood: 30.300000000000001 is
          30.30. A real third decimal, 12.345, is an error.
        </Text>
      </p>
      <p>
        <Text>
          Send what is owed now, not what was once invoiced. In your own program count in whole grosze:
          `toMinorUnits`, `sumAmounts` and `amountFromText` of the client library convert without rounding.
        </Text>
      </p>
    </>
  )
}

export const callSections: GuideSection[] = [
  { id: 'authentication', title: 'Authentication', Body: Authentication },
  { id: 'errors', title: 'Errors', Body: Errors },
  { id: 'idempotency', title: 'Sending twice', Body: Idempotency },
  { id: 'amounts', title: 'Amounts', Body: Amounts },
]
