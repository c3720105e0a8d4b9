import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { frameOf, framesIn } from './frame.ts'
import type { Place } from './place.ts'
import { provedAnswer, signedRequest } from './proof.ts'
import { readSecret } from './secret.ts'

/**
 * Asks a running connector what PHP would ask it.
 *
 * @param timeoutMs for everything: connecting, asking, the answer
 * @throws Error saying what is wrong: nobody listens, no answer in time, another secret
 */
export async function askBridge(
  place: Place,
  hook: string,
  data: object,
  timeoutMs: number,
): Promise<object> {
  const secret = await readSecret(place.secretFile)
  const stream = connect(place.socket)
  const timer = new AbortController()
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`The connector at ${place.socket} did not answer within ${timeoutMs} ms.`)
  })
  try {
    return await Promise.race([exchange(), late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
    stream.destroy()
  }

  async function exchange(): Promise<object> {
    const nonce = randomBytes(16).toString('hex')
    const at = Math.floor(Date.now() / 1000)
    stream.write(frameOf(signedRequest(secret.text, { nonce, at, hook, data: JSON.stringify(data) })))
    for await (const frame of framesIn(stream)) {
      const answer = provedAnswer(secret.text, nonce, frame)
      if (answer === undefined) throw new Error(`Who answers at ${place.socket} has not our secret.`)
      return JSON.parse(answer)
    }
    throw new Error(`${place.socket} hung up: it was started with another secret. Restart bill-gateway-lms.`)
  }
}
