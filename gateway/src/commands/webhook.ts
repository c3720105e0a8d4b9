import { type EventType, eventTypes, NewWebhook, type Webhook, WebhookChanges } from '@bill-gateway/contract'
import { Command, Option } from 'commander'
import { transact } from '../platform/db/transaction.ts'
import {
  createEndpoint,
  deleteEndpoint,
  requireEndpoint,
  requireUrl,
  rotateSecret,
  secretOf,
  showEndpoint,
  showEndpoints,
  updateEndpoint,
} from '../webhook/index.ts'
import type { CommandMaker, Environment } from './context.ts'
import { answer, list, table } from './output.ts'
import {
  forProvider,
  type ProviderOptions,
  requireEventId,
  requireFields,
  subcommand,
} from './webhook-common.ts'
import { addDeliveries, addReplay } from './webhook-deliveries.ts'

export const webhookCommand: CommandMaker = (environment) => {
  const webhook = new Command('webhook').description(
    'Webhooks: addresses of a provider’s own that are told of its events.',
  )
  for (const add of [addCreate, addList, addSet, addRotate, addDelete, addDeliveries, addReplay])
    add(webhook, environment)
  return webhook
}

const typesOption = () =>
  new Option(
    '--types <names>',
    `Only events of these types, such as ${eventTypes[3]}. Default: all.`,
  ).argParser((text: string) => text.split(',').flatMap((part) => part.trim() || []))

const notOfTypes = (types: readonly string[] = []) =>
  types.filter((type) => !(eventTypes as readonly string[]).includes(type))

/** @throws Error that names what is no type */
function requireTypes(types: string[] | undefined): void {
  const wrong = notOfTypes(types)
  if (wrong.length > 0)
    throw new Error(`There are no events ${wrong.join(', ')}; there are ${eventTypes.join(', ')}.`)
}

function addCreate(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'create', 'Make a webhook and print its secret, which is shown this once.')
    .requiredOption('--url <address>', 'An https address on port 443 of a public host.')
    .addOption(typesOption())
    .option('--description <text>', 'For people.')
    .option('--after <eventId>', 'Begin after this event; 0 sends all that are kept. Default: now.')
    .option('--json', 'Answer in JSON: the webhook with its secret.')
    .addHelpText(
      'after',
      '\nExample:\n  bill-gateway webhook create --provider netix \\\n    --url https://erp.netix.pl/hooks/bills',
    )
    .action(async ({ provider: code, url, types, description, after, json }: CreateOptions) => {
      requireTypes(types)
      requireEventId(after)
      const made = await forProvider(environment, code, async (platform, provider) => {
        const values = {
          url,
          ...(types ? { types } : {}),
          ...(description ? { description } : {}),
          ...(after ? { after } : {}),
        }
        requireFields(NewWebhook, values)
        await requireUrl(platform, url)
        const id = await transact(platform.db, (tx) => createEndpoint(tx, platform.keyring, provider, values))
        const endpoint = await requireEndpoint(platform.db, provider, id)
        const shown = await showEndpoint(platform.db, provider, endpoint)
        return { ...shown, secret: secretOf(platform.keyring, endpoint) }
      })
      answer(json, made, () =>
        [
          list([
            ['Webhook', made.id],
            ['Secret', made.secret],
          ]),
          '',
          'Keep the secret now: it cannot be shown again.',
        ].join('\n'),
      )
    })
}

interface CreateOptions extends ProviderOptions {
  url: string
  types?: EventType[]
  description?: string
  after?: string
}

function addList(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'list', 'Show a provider’s webhooks and how they do, without their secrets.')
    .option('--json', 'Answer in JSON: an array of webhooks.')
    .addHelpText('after', '\nExample:\n  bill-gateway webhook list --provider netix')
    .action(async ({ provider: code, json }: ProviderOptions) => {
      const shown = await forProvider(environment, code, ({ db }, provider) => showEndpoints(db, provider))
      answer(json, shown, () =>
        shown.length === 0
          ? `No webhooks yet. Make one with "bill-gateway webhook create --provider ${code} --url …".`
          : table(
              shown.map((each) => ({
                webhook: each.id,
                state: stateOf(each),
                pending: String(each.pending),
                parked: String(each.parked),
                url: each.url,
              })),
            ),
      )
    })
}

function stateOf({ enabled, failingSince }: Webhook): string {
  if (!enabled) return 'off'
  return failingSince ? `fails since ${failingSince}` : 'works'
}

function addSet(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'set', 'Change a webhook: what is given.')
    .argument('<id>', 'The webhook, as "webhook list" shows it.')
    .option('--url <address>', 'Another address: what waits for its next try is tried at once.')
    .addOption(typesOption())
    .option('--description <text>', 'For people.')
    .addOption(
      new Option('--state <state>', 'off: send nothing. on: go on where it stopped.').choices(['on', 'off']),
    )
    .option('--json', 'Answer in JSON: the webhook.')
    .addHelpText('after', '\nExample:\n  bill-gateway webhook set wh_5Rk2… --provider netix --state on')
    .action(async (id: string, { provider: code, url, types, description, state, json }: SetOptions) => {
      requireTypes(types)
      const shown = await forProvider(environment, code, async (platform, provider) => {
        const changes = {
          ...(url === undefined ? {} : { url }),
          ...(types === undefined ? {} : { types }),
          ...(description === undefined ? {} : { description }),
          ...(state === undefined ? {} : { enabled: state === 'on' }),
        }
        requireFields(WebhookChanges, changes)
        if (url !== undefined) await requireUrl(platform, url)
        await transact(platform.db, (tx) => updateEndpoint(tx, provider, id, changes))
        return showEndpoint(platform.db, provider, await requireEndpoint(platform.db, provider, id))
      })
      answer(json, shown, () => list([[shown.id, `${stateOf(shown)}: ${shown.url}`]]))
    })
}

interface SetOptions extends ProviderOptions {
  url?: string
  types?: EventType[]
  description?: string
  state?: 'on' | 'off'
}

function addRotate(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'rotate', 'Make a new secret; the one before signs too for 24 hours.')
    .argument('<id>', 'The webhook, as "webhook list" shows it.')
    .option('--json', 'Answer in JSON: { "secret", "oldSecretUntil" }.')
    .addHelpText('after', '\nExample:\n  bill-gateway webhook rotate wh_5Rk2… --provider netix')
    .action(async (id: string, { provider: code, json }: ProviderOptions) => {
      const made = await forProvider(environment, code, async ({ db, keyring }, provider) => {
        await transact(db, (tx) => rotateSecret(tx, keyring, provider, id))
        const endpoint = await requireEndpoint(db, provider, id)
        return {
          secret: secretOf(keyring, endpoint),
          oldSecretUntil: endpoint.oldSecretUntil?.toISOString() ?? '',
        }
      })
      answer(json, made, () =>
        list([
          ['New secret', made.secret],
          ['The old one signs until', made.oldSecretUntil],
        ]),
      )
    })
}

function addDelete(webhook: Command, environment: Environment): void {
  subcommand(webhook, 'delete', 'Delete a webhook: nothing more is sent to it.')
    .argument('<id>', 'The webhook, as "webhook list" shows it.')
    .option('--json', 'Answer in JSON: { "deleted": id }.')
    .addHelpText('after', '\nExample:\n  bill-gateway webhook delete wh_5Rk2… --provider netix')
    .action(async (id: string, { provider: code, json }: ProviderOptions) => {
      await forProvider(environment, code, ({ db }, provider) =>
        transact(db, (tx) => deleteEndpoint(tx, provider, id)),
      )
      answer(json, { deleted: id }, () => `Deleted ${id}.`)
    })
}
