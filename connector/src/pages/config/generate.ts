import { BillGatewayError, createClient } from '@bill-gateway/contract'
import { GatewaySettingError, gatewayId } from '../../gateway/index.ts'
import type { Settings } from '../../lms/index.ts'
import { writeSetting } from '../../lms/index.ts'
import { transact } from '../../platform/index.ts'
import { note } from '../../store/index.ts'
import type { Call } from '../call.ts'
import { hrefOf } from '../href.ts'
import { type PageAnswer, textOf } from '../request.ts'
import type { Values, WordKey } from '../speech.ts'
import { configAnswer } from './page.ts'
import { readNow } from './values.ts'

/** Below the time that LMS waits for a page. */
const timeoutMs = 8_000
const pinMax = 100

/**
 * Generuj API secret: asks the gateway for a new secret by a PIN and stores it. Never tried twice by itself: a
 * PIN works once, and a wrong one counts.
 */
export async function generateSecret(call: Call): Promise<PageAnswer> {
  const { speech, request, context, frame } = call
  const refuse = (word: WordKey, values?: Values) =>
    configAnswer(call, { problems: [{ field: 'pin', text: speech.say(word, values) }] })
  const pin = textOf(request.form.pin).trim()
  if (pin === '') return refuse('generate.pin.empty')
  if (pin.length > pinMax) return refuse('generate.pin.long')
  const settings = await readNow(call)
  const access = accessOf(settings)
  const missing = Object.entries(access).filter(([, value]) => value === '')
  if (missing.length > 0) {
    return refuse('generate.missing', { names: missing.map(([name]) => `billtech.${name}`).join(', ') })
  }
  const fetched = await fetchSecret(access, pin)
  if ('word' in fetched) {
    context.log.warn({ code: fetched.code, operator: request.operator.id }, 'no secret was given for the PIN')
    return refuse(fetched.word, { url: access.api_url })
  }
  const { lms } = context
  await transact(lms, async (tx) => {
    await writeSetting(lms, tx, { section: 'billtech', variable: 'api_secret' }, fetched.secret)
    await note(lms, tx, 'settings', `operator ${request.operator.id} fetched a new api_secret`)
  })
  return { redirect: hrefOf('config', { ...frame.keep, done: 'secret' }) }
}

/** As they are stored, whether or not the address can be used. */
function accessOf({ config }: Settings) {
  const stored = (name: string) => config.text(`billtech.${name}`, '').trim()
  return { api_url: stored('api_url'), isp_id: stored('isp_id'), api_key: stored('api_key') }
}

type Fetched = { secret: string } | { word: WordKey; code: string }

async function fetchSecret(
  { api_url, isp_id, api_key }: ReturnType<typeof accessOf>,
  pin: string,
): Promise<Fetched> {
  try {
    const client = createClient({ baseUrl: gatewayId(api_url), timeoutMs, retries: 0 })
    const secret = await client.keys.generate({ providerCode: isp_id, apiKey: api_key, pin })
    if (typeof secret === 'string' && /^[\x21-\x7e]{8,500}$/.test(secret)) return { secret }
    return { word: 'generate.odd', code: 'unexpected_answer' }
  } catch (error) {
    if (error instanceof GatewaySettingError) return { word: 'generate.unsafe', code: 'unsafe_address' }
    if (!(error instanceof BillGatewayError)) throw error
    return { word: wordFor(error), code: error.code }
  }
}

function wordFor({ status, code }: BillGatewayError): WordKey {
  if (code === 'connection_failed' || code === 'timeout' || status >= 500) return 'generate.unreachable'
  if (code === 'unexpected_answer' || code === 'answer_too_large') return 'generate.odd'
  return status === 429 ? 'generate.busy' : 'generate.refused'
}
