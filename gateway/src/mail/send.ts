import { enqueue } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { findProvider, type Provider } from '../provider/index.ts'
import { addressHash } from './address.ts'
import { composeMail } from './compose.ts'
import { isNotice } from './mail.ts'
import { nextTry, troubleOf } from './outcome.ts'
import { addRefusal, endMail, putOffMail, refusalsOf, type TakenMail, takeMail } from './queries.ts'
import { jobKey } from './queue.ts'
import { deliver } from './transport.ts'

/** Longer than a delivery lasts whose every answer takes its time, so that two never run at a time. */
const takenSeconds = 900

/**
 * Sends a waiting mail, or says when it is tried again. A crash between the server's yes and our note of it
 * sends it again, with the Message-ID that the server has seen; nothing else does.
 */
export async function sendMail(platform: Platform, providerId: number, mailId: bigint): Promise<void> {
  const { db } = platform
  const mail = await takeMail(db, providerId, mailId, takenSeconds)
  const provider = mail && (await findProvider(db, providerId))
  if (!provider) return
  const hash = await addressHash(db, providerId, mail.recipient)
  const refusals = await refusalsOf(db, providerId, hash)
  if (refusals.includes('bad')) return endMail(db, mail, 'refused', 'bad address')
  if (refusals.includes('unwanted') && isNotice(mail.template)) return endMail(db, mail, 'unwanted')
  await attempt(platform, provider, mail, hash)
}

async function attempt(platform: Platform, provider: Provider, mail: TakenMail, hash: Buffer): Promise<void> {
  const { db, settings, log } = platform
  const { smtpUrl, mailFrom } = settings
  if (!smtpUrl || !mailFrom) return endMail(db, mail, 'failed', 'no SMTP_URL')
  const about = { provider: provider.code, mail: String(mail.id) }
  try {
    await deliver(smtpUrl, await composeMail(platform, provider, mail, hash))
  } catch (error) {
    const { kind, problem } = troubleOf(error)
    log.warn({ ...about, problem, tries: mail.tries }, 'a mail was not taken')
    if (kind === 'bad-address') await addRefusal(db, provider.id, hash, 'bad', problem)
    const again = kind === 'later' ? nextTry(mail.tries, mail.createdAt, new Date()) : undefined
    if (!again) return endMail(db, mail, kind === 'bad-address' ? 'refused' : 'failed', problem)
    await putOffMail(db, mail, again, problem)
    return sendLater(platform, mail.providerId, mail.id, again)
  }
  await endMail(db, mail, 'sent')
  log.info(about, 'a mail was sent')
}

export async function sendLater(
  { db }: Pick<Platform, 'db'>,
  providerId: number,
  mailId: bigint,
  runAt: Date,
): Promise<void> {
  const key = jobKey(providerId, mailId)
  await enqueue(db, 'mail.send', { providerId, mailId: String(mailId) }, { runAt, key })
}
