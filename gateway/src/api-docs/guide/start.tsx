import type { Guide, GuideSection } from '../parts.tsx'
import { Code, Split, Text } from '../parts.tsx'

function Steps() {
  return (
    <ol>
      <li>
        <Text>
          Take a test provider’s key. The demo writes one to `data/demo.json`: `apiKey` and `apiSecret`. Test
          keys begin with `test_`, and no money moves.
        </Text>
      </li>
      <li>
        <Text>
          Make a link. The answer has a `token`, which you keep with the bill, and a `link`, which you send to
          the customer.
        </Text>
      </li>
      <li>
        <Text>
          Open the link in a browser and pay with the BLIK code `777000`. The page says that it is paid.
        </Text>
      </li>
      <li>
        <Text>
          Search payments. The row names your `userId` and `operationId`, the amount and a reference number.
          Book it by its `id`, and you are done.
        </Text>
      </li>
    </ol>
  )
}

function Start({ baseUrl }: Guide) {
  return (
    <Split
      aside={
        <>
          <Code title="Make a link" language="sh">{`
export API_KEY=test_… API_SECRET=…

curl "${baseUrl}/pay/v1/payments" \\
  -u "$API_KEY:$API_SECRET" \\
  -H 'Content-Type: application/json' \\
  -d '{ "payments": [ {
    "userId": "user-1234",
    "operationId": "13912",
    "amount": 123.45,
    "nrb": "28616102383202382844889825",
    "title": "FV 123/2030",
    "paymentDue": "2030-07-23"
  } ] }'`}</Code>
          <Code title="See who paid" language="sh">{`
curl "${baseUrl}/pay/v1/payments/search?fromDate=0" \\
  -u "$API_KEY:$API_SECRET"`}</Code>
        </>
      }
    >
      <p>
        Bill Gateway turns each amount that a customer owes you into a <strong>payment link</strong>. You send
        the bill; the customer opens the link and pays; your system hears of it within a second. No card
        number and no bank login ever passes through your system.
      </p>
      <Steps />
      <p>
        A real integration does two things more: it listens to <a href="#hearing">events</a> rather than
        searching, and it <a href="#idempotency">repeats</a> what was interrupted.
      </p>
    </Split>
  )
}

function TypeScriptClient({ base, baseUrl }: Guide) {
  return (
    <Split
      aside={
        <Code title="TypeScript" language="ts">{`
import { createClient } from '@bill-gateway/contract'

const client = createClient({
  baseUrl: '${baseUrl}',
  apiKey: process.env.API_KEY ?? '',
  apiSecret: process.env.API_SECRET ?? '',
})

const [link] = await client.paymentLinks.create([
  { userId: 17, operationId: 'FV 1/2030', amount: 49.99,
    nrb: '28616102383202382844889825',
    title: 'FV 1/2030', paymentDue: '2030-07-23' },
])
console.log(link.link)`}</Code>
      }
    >
      <p>
        <Text>
          The package `@bill-gateway/contract` holds a typed client for Node 20.19 and newer. It builds on the
          platform’s `fetch`, puts a time limit on every call, tries again what is safe to try again, keeps
          event streams open through outages, and uploads any number of bills in constant memory.
        </Text>
      </p>
      <p>
        <Text>
          Any other HTTP client will do as well: everything below is plain JSON, described by the OpenAPI 3.1
          document at
        </Text>{' '}
        <a href={`${base}openapi.json`}>/openapi.json</a>.
      </p>
    </Split>
  )
}

export const startSections: GuideSection[] = [
  { id: 'start', title: 'Start in five minutes', Body: Start },
  { id: 'client', title: 'TypeScript client', Body: TypeScriptClient },
]
