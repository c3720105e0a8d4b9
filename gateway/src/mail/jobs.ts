import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskList } from '../platform/jobs.ts'
import type { Platform } from '../platform/platform.ts'
import { deleteMailsEndedBefore, mailsOverdue } from './queries.ts'
import { sendLater, sendMail } from './send.ts'

const Payload = Type.Object({ providerId: Type.Integer(), mailId: Type.String({ pattern: '^\\d{1,18}$' }) })

export const mailTasks: TaskList = {
  'mail.send': async (payload, platform) => {
    const { providerId, mailId } = Value.Parse(Payload, payload)
    await sendMail(platform, providerId, BigInt(mailId))
  },
  'sweep-mails': async (_payload, platform) => {
    await sweepMails(platform)
  },
  'purge-mails': async (_payload, platform) => {
    await purgeMails(platform)
  },
}

export const mailCrontab = ['*/5 * * * * sweep-mails', '37 3 * * * purge-mails'].join('\n')

const overdueSeconds = 120
const sweptMax = 1_000

/** Rings again for mails whose job is lost, or whose sender died. @returns how many */
export async function sweepMails(platform: Platform): Promise<number> {
  const overdue = await mailsOverdue(platform.db, overdueSeconds, sweptMax)
  for (const { providerId, mailId } of overdue) await sendLater(platform, providerId, mailId, new Date())
  return overdue.length
}

const dayMs = 86_400_000
/** What is left of a mail that has ended says when and how, and no more. */
const keptDays = 90
const purgeRowsMax = 1_000

/** @returns how many */
export async function purgeMails({ db }: Platform): Promise<number> {
  const oldest = new Date(Date.now() - keptDays * dayMs)
  let purged = 0
  let deleted = purgeRowsMax
  while (deleted === purgeRowsMax) {
    deleted = await deleteMailsEndedBefore(db, oldest, purgeRowsMax)
    purged += deleted
  }
  return purged
}
