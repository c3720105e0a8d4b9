import type { CreatedPaymentLinks, PaymentLinkAddress, PluginPaymentLinks } from '@bill-gateway/contract'
import type { Settings } from '../settings.ts'
import { shortLinkUrl } from '../short-link/index.ts'
import { linkUrl } from './payment-link.ts'
import type { Answered } from './plan.ts'

/** Where a payer finds the link; `shortLink` only where it has a code to show. */
export function addressOf(settings: Settings, { token, shortCode }: Answered): PaymentLinkAddress {
  const link = linkUrl(settings, token)
  return shortCode === null ? { token, link } : { token, link, shortLink: shortLinkUrl(settings, shortCode) }
}

export function answerOf(settings: Settings, answers: readonly Answered[]): CreatedPaymentLinks {
  return { links: answers.map((answered) => addressOf(settings, answered)) }
}

/** The LMS plugin’s dialect: a bare array in which every link has the field shortLink. */
export function pluginAnswerOf(settings: Settings, answers: readonly Answered[]): PluginPaymentLinks {
  return answers.map((answered) => ({ shortLink: null, ...addressOf(settings, answered) }))
}
