import type { Tx } from '../platform/db/transaction.ts'
import { enqueue } from '../platform/jobs.ts'
import { randomCode } from '../platform/random.ts'
import type { NewMail, Template } from './mail.ts'
import { insertMail } from './queries.ts'

/** Queues a mail in the caller's transaction: it is sent, soon, if and only if that commits. */
export async function queueMail<Name extends Template>(tx: Tx, mail: NewMail<Name>): Promise<void> {
  const { providerId } = mail
  const mailId = await insertMail(tx, mail, randomCode(24))
  await enqueue(tx, 'mail.send', { providerId, mailId: String(mailId) }, { key: jobKey(providerId, mailId) })
}

export function jobKey(providerId: number, mailId: bigint): string {
  return `mail ${providerId} ${mailId}`
}
