import { databaseTime, type Lms, transact } from '../platform/index.ts'
import { readInfo, writeInfo } from './queries/info.ts'

/** How to speak to a gateway. `id` is its API address in normal form. */
export interface GatewayAccess {
  id: string
  apiUrl: string
  apiKey: string
  apiSecret: string
  ispId: string
}

/** A gateway that was used before: links are cancelled and payments looked for there until then. */
export interface FormerGateway extends GatewayAccess {
  /** Epoch seconds of the database's clock. */
  until: number
}

const keptDays = 30
const currentKey = 'gateway:current'
const formerKey = 'gateway:former'

/**
 * Remembers how the gateway of the settings is reached. Where the settings name another one than before, the
 * one before is kept for 30 days.
 */
export async function keepGateway(lms: Lms, access: GatewayAccess): Promise<'same' | 'changed'> {
  if (!access.id || !access.apiKey || !access.apiSecret) return 'same'
  return transact(lms, async (tx) => {
    const text = await readInfo(tx, currentKey)
    const current = text ? (JSON.parse(text) as GatewayAccess) : undefined
    if (text !== JSON.stringify(access)) await writeInfo(lms, tx, currentKey, JSON.stringify(access))
    if (!current || current.id === access.id) return 'same'
    const now = await databaseTime(tx, lms)
    const others = parsed(await readInfo(tx, formerKey)).filter(
      ({ id }) => id !== access.id && id !== current.id,
    )
    const former = [...others, { ...current, until: now + keptDays * 86_400 }]
    await writeInfo(lms, tx, formerKey, JSON.stringify(former.filter(({ until }) => until > now)))
    return 'changed'
  })
}

/**
 * Those whose 30 days are not over. One that was the gateway of the settings a moment ago is among them, though
 * nobody has come to {@link keepGateway} since the settings were changed.
 *
 * @param nowId the gateway that the settings name
 */
export async function formerGateways(lms: Lms, nowId: string): Promise<FormerGateway[]> {
  const text = await readInfo(lms.db, currentKey)
  const current = text ? (JSON.parse(text) as GatewayAccess) : undefined
  const former = parsed(await readInfo(lms.db, formerKey))
  if (!current && former.length === 0) return []
  const now = await databaseTime(lms.db, lms)
  const known = [
    ...former.filter(({ id }) => id !== current?.id),
    ...(current ? [{ ...current, until: now + keptDays * 86_400 }] : []),
  ]
  return known.filter(({ id, until }) => id !== nowId && until > now)
}

function parsed(text: string | undefined): FormerGateway[] {
  return text ? (JSON.parse(text) as FormerGateway[]) : []
}
