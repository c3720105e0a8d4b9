import type { Guide, GuideSection } from '../parts.tsx'
import { Code, Split, Table, Text } from '../parts.tsx'

function Pages({ baseUrl }: Guide) {
  return (
    <>
      <p>
        <Text>
          The payer’s page shows the bill, the payer’s other open bills, and the ways to pay. These parameters
          may be added to a link:
        </Text>
      </p>
      <Table
        head={['Parameter', 'What it does']}
        rows={[
          [
            <code key="a">type=balance</code>,
            'Selects all open bills of the payer, for a reminder or a “you are blocked” page.',
          ],
          [
            <code key="a">name, surname, email</code>,
            'Fill forms, nothing more. They leave the address bar at once and are not logged.',
          ],
          [<code key="a">lang</code>, 'pl, en or uk. Without it the payer’s browser decides.'],
          [<code key="a">utm_*</code>, 'For your own statistics.'],
        ]}
      />
      <p>
        <Text>
          A paid link shows its receipt, a cancelled one answers 410 and what is owed now, one that went to
          the wrong person can be cancelled with `revoke` and then shows nothing. Opening a link never changes
          anything: mail scanners may follow it.
        </Text>{' '}
        <Text>{`Links look like ${`\`${baseUrl}/single-payment/{token}\``}.`}</Text>
      </p>
    </>
  )
}

function ShortLinks({ shortUrl }: Guide) {
  return (
    <Split
      aside={
        <Code title="The same link, selecting the balance" language="text">{`
${shortUrl}/SscsYRx7qy
${shortUrl}/SscsYRx7qy/1`}</Code>
      }
    >
      <p>
        <Text>
          An item with `name` and `surname` is answered with a `shortLink` as well: ten characters after the
          host, made for SMS. It works as long as the link does, also after updates.
        </Text>
      </p>
      <p>
        <a href="#post-s-encode">Encode</a>{' '}
        <Text>
          adds parameters at the price of a slash and a few characters. The same parameters always have the
          same suffix, so you need to ask only once for each set. Only `type`, `connectApp`, `lang` and
          `utm_*` are taken: personal data never goes into a short link.
        </Text>
      </p>
    </Split>
  )
}

export const linkSections: GuideSection[] = [
  { id: 'pages', title: 'The payer’s page', Body: Pages },
  { id: 'short-links', title: 'Short links', Body: ShortLinks },
]
