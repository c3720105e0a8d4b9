import type { Command } from 'commander'
import { validationFailed } from '../platform/http/errors.ts'
import { compileSchema } from '../platform/http/validation.ts'
import type { Platform } from '../platform/platform.ts'
import type { Provider } from '../provider/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'

export interface ProviderOptions extends CommonOptions {
  provider: string
}

/** Does a command's work for a provider. */
export function forProvider<T>(
  environment: Environment,
  code: string,
  work: (platform: Platform, provider: Provider) => Promise<T>,
): Promise<T> {
  return withPlatform(environment, async (platform) =>
    work(platform, await providerByCode(platform.db, code)),
  )
}

/** A command about one provider's webhooks. */
export function subcommand(webhook: Command, name: string, description: string): Command {
  return webhook.command(name).description(description).requiredOption('--provider <code>', 'Whose webhook.')
}

/** Holds what was given to the API's own rules. @throws ApiError validation_failed */
export function requireFields(schema: object, values: object): void {
  const errors = compileSchema(schema)(values)
  if (errors.length > 0) throw validationFailed(errors)
}

/** @throws Error where it is none */
export function requireEventId(id: string | undefined): void {
  if (id !== undefined && !/^\d{1,18}$/.test(id)) throw new Error(`${id} is no id of an event.`)
}
