import type { Platform } from '../platform/platform.ts'
import type { Provider } from './provider.ts'

/**
 * What falls due in a room by the provider's clock: the test clock stops at each such moment. In the real time
 * the room's own jobs do the same.
 */
export interface DueActs {
  /** Does what is due by the provider's clock. @returns how many acts were done; it is called until none is */
  checkDue(platform: Platform, provider: Provider): Promise<number>
  /** When, by the provider's clock, there is next something to do; undefined where nothing is planned. */
  nextDueAt(platform: Platform, provider: Provider): Promise<Date | undefined>
  /** Jobs run by the real clock: after a step of the provider's clock those of the next hour ring earlier. */
  planAgain(platform: Platform, provider: Provider): Promise<void>
}
