export { advanceClock, aheadMaxSeconds } from './advance-clock.ts'
export {
  accessOf,
  authenticate,
  becomePluginKey,
  keyStillValid,
  requireTestProvider,
} from './authenticate.ts'
export { createProvider, type NewProvider } from './create.ts'
export { speaksPluginDialect } from './dialect.ts'
export type { DueActs } from './due-acts.ts'
export { purgeIdempotentAnswers, withIdempotencyKey } from './idempotent-answer.ts'
export { installationSecret } from './installation-secret.ts'
export { providerCrontab, providerTasks } from './jobs.ts'
export { type ApiKey, createKey, keyTopic, listKeys, type NewKey, revokeKey } from './keys.ts'
export { createPin, type NewPin } from './pin.ts'
export { type Access, type Language, languages, type Provider, providerNow, type Ways } from './provider.ts'
export { findProvider, findProviderByCode, listProviders } from './queries/providers.ts'
export { providerRoutes } from './routes.ts'
export { setWays } from './set-ways.ts'
export { type ProviderChanges, updateProvider } from './update.ts'
