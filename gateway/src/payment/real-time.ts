import type { Provider } from '../provider/index.ts'

/** When the real clock shows what the provider's clock shows at the moment given: jobs run by the real one. */
export function realTimeOf(provider: Provider, moment: Date): Date {
  return new Date(moment.getTime() - provider.clockAheadMs)
}
