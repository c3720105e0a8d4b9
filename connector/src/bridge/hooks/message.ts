import type { Desk } from '../desk.ts'
import { idOf, placeholdersOf, recordOf, textOf } from '../question.ts'
import { type Replacements, replacementsOf } from './placeholders.ts'

/**
 * A text of the operators’ message form: mail, SMS or panel. A recipient without a customer (an SMS to any
 * number) gets no button.
 */
export async function messageAnswer(desk: Desk, data: unknown): Promise<{ replace: Replacements }> {
  const question = recordOf(data)
  const customerId = idOf(question.customerId)
  if (customerId === undefined) return { replace: {} }
  const isHtml = textOf(question.contentType).toLowerCase().includes('html')
  const look = question.toPhone === true ? 'phone' : isHtml ? 'html' : 'text'
  const wants = placeholdersOf(question.wants)
  return { replace: await replacementsOf(desk, { wants, customerId, documentId: undefined, look }) }
}
