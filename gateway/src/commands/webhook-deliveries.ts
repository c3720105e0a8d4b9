import type { DeliveryState, ReplayWebhook } from '@bill-gateway/contract'
import { type Command, Option } from 'commander'
import { transact } from '../platform/db/transaction.ts'
import { deliveriesOf, replay, requireEndpoint, requireEndpointLocked, shownOf } from '../webhook/index.ts'
import type { Environment } from './context.ts'
import { answer, table } from './output.ts'
import { forProvider, type ProviderOptions, requireEventId, subcommand } from './webhook-common.ts'

export function addDeliveries(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'deliveries', 'Show a webhook’s newest deliveries and the last try of each.')
    .argument('<id>', 'The webhook, as "webhook list" shows it.')
    .addOption(
      new Option('--state <state>', 'Only those in this state.').choices(['pending', 'delivered', 'parked']),
    )
    .option('--json', 'Answer in JSON: an array of deliveries, each with all its tries.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway webhook deliveries wh_5Rk2… --provider netix --state parked',
    )
    .action(
      async (id: string, { provider: code, state, json }: ProviderOptions & { state?: DeliveryState }) => {
        const found = await forProvider(environment, code, async ({ db }, provider) => {
          const endpoint = await requireEndpoint(db, provider, id)
          return deliveriesOf(db, endpoint, { state: state ?? null, eventId: null, before: null, limit: 50 })
        })
        const shown = found.map(shownOf)
        answer(json, shown, () =>
          shown.length === 0
            ? 'No deliveries.'
            : table(
                shown.map(({ eventId, type, state: reached, attempts, nextAt }) => ({
                  event: eventId,
                  type,
                  state: reached,
                  tries: String(attempts.length),
                  last: attempts.at(-1)?.status?.toString() ?? attempts.at(-1)?.failure ?? '-',
                  next: nextAt ?? '-',
                })),
              ),
        )
      },
    )
}

interface ReplayOptions extends ProviderOptions, ReplayWebhook {
  event?: string
}

export function addReplay(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'replay', 'Send events again: one, a range, or all after a cursor.')
    .argument('<id>', 'The webhook, as "webhook list" shows it.')
    .option('--event <id>', 'This one event.')
    .option('--from <id>', 'A range: from this event on,')
    .option('--to <id>', 'up to this one. Default: the newest.')
    .option('--after <id>', 'Everything after this event; 0 for all that are kept.')
    .addOption(new Option('--only <which>', 'parked: only what was given up.').choices(['all', 'parked']))
    .option('--json', 'Answer in JSON: { "from", "to", "only" }.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway webhook replay wh_5Rk2… --provider netix --after 0 --only parked',
    )
    .action(async (id: string, { provider: code, json, event, from, to, after, only }: ReplayOptions) => {
      const order: ReplayWebhook = {
        ...(event === undefined ? {} : { eventId: event }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(after === undefined ? {} : { after }),
        ...(only === undefined ? {} : { only }),
      }
      for (const given of [event, from, to, after]) requireEventId(given)
      const taken = await forProvider(environment, code, ({ db }, provider) =>
        transact(db, async (tx) =>
          replay(tx, provider, await requireEndpointLocked(tx, provider, id), order),
        ),
      )
      answer(json, taken, () => `Events ${taken.from} to ${taken.to} will be sent again.`)
    })
}
