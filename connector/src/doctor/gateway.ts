import { BillGatewayError } from '@bill-gateway/contract'
import { GatewaySettingError, gatewayId } from '../gateway/index.ts'
import { databaseTime } from '../platform/index.ts'
import { formerGateways } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'
import { type Finding, fine, problem, type Said, warning } from './finding.ts'
import { spanOf } from './work.ts'

const clockTimeoutMs = 5_000
const clockOffSeconds = 60

/** Can the gateway be reached, is the secret right. */
export async function checkGateway(context: Context): Promise<Finding[]> {
  const { lms, settings } = context
  const { apiUrl, apiKey, apiSecret } = settings()
  // What is missing is said with the settings.
  if (!apiUrl || !apiKey || !apiSecret) return []
  const found = [await tryKey(context)]
  for (const { id, until } of await formerGateways(lms, idOf(apiUrl))) {
    const left = spanOf(until - (await databaseTime(lms.db, lms)))
    found.push(
      fine('gateway_former', [
        `payments are still looked for at ${id}, for ${left}`,
        `wpłaty są jeszcze sprawdzane w ${id}, przez ${left}`,
      ]),
    )
  }
  return found
}

/** Empty for an address that cannot be used: what is wrong with it is said already. */
function idOf(apiUrl: string): string {
  try {
    return gatewayId(apiUrl)
  } catch (error) {
    if (error instanceof GatewaySettingError) return ''
    throw error
  }
}

async function tryKey(context: Context): Promise<Finding> {
  const { apiUrl } = context.settings()
  const startedAt = performance.now()
  try {
    const fromDate = Math.floor(Date.now() / 1000)
    for await (const _row of context.gateway().client.payments.search({ fromDate })) break
    const ms = Math.round(performance.now() - startedAt)
    return fine('gateway', [
      `${apiUrl} answers in ${ms} ms, and takes the key and the secret`,
      `${apiUrl} odpowiada w ${ms} ms i przyjmuje klucz i sekret`,
    ])
  } catch (error) {
    return gatewayFinding(apiUrl, error)
  }
}

function gatewayFinding(apiUrl: string, error: unknown): Finding {
  const status = error instanceof BillGatewayError ? error.status : 0
  const says = error instanceof Error ? error.message : String(error)
  if (status === 401) {
    return problem(
      'gateway_secret',
      [`${apiUrl} refuses api_key and api_secret`, `${apiUrl} odrzuca api_key i api_secret`],
      [
        'Make a new secret: LMS, Konfiguracja, BillTech, PIN, Generuj API secret.',
        'Wygeneruj nowy sekret: LMS, Konfiguracja, BillTech, PIN, Generuj API secret.',
      ],
    )
  }
  if (status === 403) {
    return problem(
      'gateway_disabled',
      [`${apiUrl} has this provider switched off`, `${apiUrl}: ten dostawca jest wyłączony`],
      ['Ask the operator of the gateway.', 'Zapytaj operatora bramki.'],
    )
  }
  return problem(
    'gateway_unreachable',
    [`${apiUrl} cannot be used: ${says}`, `${apiUrl} nie działa: ${says}`],
    [
      'Check billtech.api_url, the network and its firewall: this machine must reach it over https.',
      'Sprawdź billtech.api_url, sieć i zaporę: ta maszyna musi się z nią łączyć przez https.',
    ],
  )
}

/** Are clocks and time zone right. */
export async function checkClock({ lms, settings, zone }: Context): Promise<Finding[]> {
  const ours = Date.now() / 1000
  const off = [
    clockFinding(
      'database',
      'the database’s clock',
      'zegar bazy danych',
      (await databaseTime(lms.db, lms)) - ours,
    ),
  ]
  const theirs = await gatewayTime(settings().apiUrl)
  if (theirs !== undefined)
    off.push(clockFinding('gateway', 'the gateway’s clock', 'zegar bramki', theirs - Date.now() / 1000))
  const bad = off.filter((finding) => finding !== undefined)
  const found: Finding[] = bad.length > 0 ? bad : [fine('clock', ['the clocks agree', 'zegary są zgodne'])]
  if (zone !== 'Europe/Warsaw' && zone !== 'Poland') {
    found.push(
      warning(
        'time_zone',
        [
          `this machine’s time zone is ${zone}: due dates may be a day off`,
          `strefa czasowa tej maszyny to ${zone}: terminy płatności mogą być przesunięte o dzień`,
        ],
        [
          'Run "timedatectl set-timezone Europe/Warsaw", and set date.timezone of PHP to the same.',
          'Uruchom "timedatectl set-timezone Europe/Warsaw" i ustaw tak samo date.timezone w PHP.',
        ],
      ),
    )
  }
  return found
}

function clockFinding(code: string, en: string, pl: string, seconds: number): Finding | undefined {
  if (Math.abs(seconds) <= clockOffSeconds) return undefined
  const span = spanOf(Math.round(Math.abs(seconds)))
  const says: Said =
    seconds > 0
      ? [`${en} is ${span} ahead of this machine’s`, `${pl} spieszy się o ${span} względem tej maszyny`]
      : [`${en} is ${span} behind this machine’s`, `${pl} spóźnia się o ${span} względem tej maszyny`]
  return problem(`clock_${code}`, says, [
    'Switch on time synchronisation on both machines ("timedatectl set-ntp true").',
    'Włącz synchronizację czasu na obu maszynach ("timedatectl set-ntp true").',
  ])
}

/** Every HTTP answer tells the time. @returns undefined where none came; that is said elsewhere */
async function gatewayTime(apiUrl: string): Promise<number | undefined> {
  if (!apiUrl) return undefined
  try {
    const signal = AbortSignal.timeout(clockTimeoutMs)
    const { headers } = await fetch(apiUrl, { method: 'HEAD', redirect: 'manual', signal })
    const at = Date.parse(headers.get('date') ?? '')
    return Number.isNaN(at) ? undefined : at / 1000
  } catch {
    return undefined
  }
}
