import { sandboxBlikCodes } from '../../payment/index.ts'
import type { Guide, GuideSection } from '../parts.tsx'
import { Code, Split, Table, Text } from '../parts.tsx'

/** What each thing that the sandbox can do means for the payer and for you. */
export const outcomeMeanings: Record<string, string> = {
  paid: 'Paid at once.',
  slow: 'Pending for 20 seconds, then paid.',
  refused: 'The bank refuses.',
  cancelled: 'The payer cancels in the bank’s app.',
  'expired-code': 'The code is too old; the payer types a new one.',
  'used-code': 'The code was used before; the payer types a new one.',
  'wrong-code': 'The code is wrong; the payer types a new one.',
  expired: 'The payer never finishes; the checkout expires.',
  late: 'The money comes after the checkout expired. It is recorded all the same.',
  twice: 'The method notifies twice. One payment is recorded.',
  early: 'The method notifies before the payer is back.',
  silent: 'The method never notifies; the gateway asks by itself.',
  'wrong-amount': 'One grosz more than asked arrives; it is unallocated.',
}

function TestMode({ baseUrl }: Guide) {
  return (
    <Split
      aside={
        <>
          <Code title="Pay without a browser" language="sh">{`
curl "${baseUrl}/pay/v1/test/payments/$TOKEN/pay" \\
  -u "$API_KEY:$API_SECRET" \\
  -H 'Content-Type: application/json' \\
  -d '{ "scope": "link", "outcome": "late" }'`}</Code>
          <Code title="An hour passes" language="sh">{`
curl "${baseUrl}/pay/v1/test/clock" \\
  -u "$API_KEY:$API_SECRET" \\
  -H 'Content-Type: application/json' \\
  -d '{ "advance": "PT1H" }'`}</Code>
        </>
      }
    >
      <p>
        <Text>
          With a test provider’s key everything is real but the money: the same pages, checkouts, events and
          books. The sandbox stands in for the bank. Type one of these codes as the BLIK code, choose an
          outcome on the sandbox’s bank or card page, or name it as `outcome` in a test payment.
        </Text>
      </p>
      <Table
        head={['BLIK code', 'outcome', 'What happens']}
        rows={[
          ...sandboxBlikCodes.map(({ code, outcome }) => [
            <code key="a">{code}</code>,
            <code key="b">{outcome}</code>,
            outcomeMeanings[outcome] ?? '',
          ]),
          [<code key="a">777xxx</code>, '', 'Any other three digits: paid after two seconds.'],
          ['any other', <code key="b">wrong-code</code>, outcomeMeanings['wrong-code'] ?? ''],
        ]}
      />
      <p>
        <strong>The test clock</strong>{' '}
        <Text>
          moves the time of your test provider forward, and answers when everything that fell due is done:
          expiries, late confirmations, status queries. It cannot be moved back. Live providers are answered
          404 on all of this.
        </Text>
      </p>
    </Split>
  )
}

export const testingSections: GuideSection[] = [{ id: 'test-mode', title: 'Test mode', Body: TestMode }]
