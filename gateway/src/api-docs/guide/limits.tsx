import { limitsOf } from '../limits.ts'
import type { Guide, GuideSection } from '../parts.tsx'
import { Table, Text } from '../parts.tsx'

function Limits({ rates }: Guide) {
  return (
    <>
      <p>
        <Text>
          Answers to a live key carry `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; beyond a
          limit the answer is 429 with `Retry-After`. Rates count in each process of the gateway.
        </Text>
      </p>
      {limitsOf(rates).map(({ group, limits }) => (
        <div key={group}>
          <h3>{group}</h3>
          <Table head={['What', 'Limit']} rows={limits.map(({ what, limit }) => [what, limit])} />
        </div>
      ))}
    </>
  )
}

function PluginDialect() {
  return (
    <>
      <p>
        <Text>
          LMS installations that run the payment plugin work against this gateway unchanged. A key becomes a
          plugin key by its first create with `providerCode`, by fetching its secret with a PIN, or by the
          operator’s word. A create is in the dialect when its body has `providerCode`; any other call when
          the key is a plugin key and the request has no `Accept` header. curl, fetch and axios all send one,
          so what you try by hand is answered as this page says.
        </Text>
      </p>
      <Table
        head={['Call', 'In the dialect']}
        rows={[
          [
            'Create',
            <Text key="b">
              201 with the bare array; `shortLink` is always there, `null` unless short links are on for the
              plugin. An invalid name, surname or e-mail is dropped and reported in the event and the status
              as `dropped`; a title of spaces becomes “Płatność”. Another provider’s code is 403.
            </Text>,
          ],
          ['Cancel', 'Always 204: unknown, paid and cancelled links stay as they are.'],
          [
            'Search',
            <Text key="b">
              Only payments of links that were made in the dialect. A row carries the link’s own token only
              where the payment completed the link; other rows carry `token.n`. Transfers that the billing
              system imports itself are left out.
            </Text>,
          ],
          ['Encode', 'Without Accept: the bare address as text.'],
        ]}
      />
    </>
  )
}

export const limitSections: GuideSection[] = [
  { id: 'limits', title: 'Limits', Body: Limits },
  { id: 'lms-plugin', title: 'The LMS plugin’s dialect', Body: PluginDialect },
]
