import type { Desk } from '../desk.ts'
import { idOf, listOf, placeholdersOf, recordOf, textOf } from '../question.ts'
import { type Look, type Replacements, replacementsOf } from './placeholders.ts'

/** A text of LMS’s notices: once a message, once a subject, once a format. */
export async function noticeAnswer(desk: Desk, data: unknown): Promise<{ replace: Replacements }> {
  const question = recordOf(data)
  const customerId = idOf(question.customerId)
  if (customerId === undefined) return { replace: {} }
  const wants = placeholdersOf(question.wants)
  const documentId = idOf(question.documentId)
  return { replace: await replacementsOf(desk, { wants, customerId, documentId, look: lookOf(question) }) }
}

/**
 * HTML goes to mails only. A plain text goes to a phone if LMS was told to send SMS, or did not say what it
 * sends, to somebody who has a phone; where mails are HTML a plain text is never a mail’s.
 */
function lookOf(question: Record<string, unknown>): Look {
  if (textOf(question.format).toLowerCase() === 'html') return 'html'
  const channels = channelsOf(listOf(question.arguments).filter((word) => typeof word === 'string'))
  const maySendSms = channels === undefined || channels.includes('sms')
  if (!maySendSms || question.hasPhone !== true) return 'text'
  return 'phone'
}

/** The channels that `lms-notify` was started for; undefined where it was not told. */
function channelsOf(words: readonly string[]): string[] | undefined {
  for (const [place, word] of words.entries()) {
    const [, joined] = /^(?:--channel=|-c=?)(.+)$/.exec(word) ?? []
    const list = joined ?? (word === '--channel' || word === '-c' ? words[place + 1] : undefined)
    if (list !== undefined) return list.toLowerCase().split(',')
  }
  return undefined
}
