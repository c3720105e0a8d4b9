import type { Context } from '../sync/links/index.ts'
import { answerHook } from './answer.ts'
import type { LinkWaits } from './desk.ts'
import { type Place, placeOf } from './place.ts'
import { type Bridge, listen } from './server.ts'

/**
 * Answers the plugin’s questions on the socket until it is closed.
 *
 * @throws Error naming the file and how to mend it, see {@link listen}
 */
export function startBridge(
  context: Context,
  place: Place = placeOf(context.settings()),
  waits?: LinkWaits,
): Promise<Bridge> {
  return listen({ place, log: context.log, answer: (hook, data) => answerHook(context, hook, data, waits) })
}
