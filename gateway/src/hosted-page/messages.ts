import type { Message } from './views/models.ts'

/** Pages that only say something. What they say is in the tables of words. */

export const unknownMessage: Message = {
  tone: 'info',
  title: 'unknown.title',
  lines: [{ text: 'unknown.lead' }, { text: 'unknown.more' }],
}

/** @param nothingOwed whether it may be said that nothing is open */
export function cancelledMessage(nothingOwed: boolean): Message {
  return {
    tone: 'info',
    title: 'cancelled.title',
    lines: [...(nothingOwed ? [{ text: 'cancelled.nothing' } as const] : []), { text: 'cancelled.ask' }],
  }
}

export const revokedMessage: Message = {
  tone: 'info',
  title: 'revoked.title',
  lines: [{ text: 'revoked.lead' }],
}

export function disabledMessage(who: string): Message {
  return { tone: 'warn', title: 'disabled.title', lines: [{ text: 'disabled.lead', values: { who } }] }
}

export function limitedMessage(reload: string): Message {
  return { tone: 'warn', title: 'limited.title', lines: [{ text: 'limited.lead' }], reload }
}

/** @param id the request’s, for whoever looks for it in the logs */
export function brokenMessage(id: string, reload: string): Message {
  return {
    tone: 'warn',
    title: 'broken.title',
    lines: [{ text: 'broken.lead' }, { text: 'broken.id', values: { id } }],
    reload,
  }
}

export const notFoundMessage: Message = {
  tone: 'info',
  title: 'notFound.title',
  lines: [{ text: 'notFound.lead' }],
}

export const methodMessage: Message = {
  tone: 'info',
  title: 'method.title',
  lines: [{ text: 'method.lead' }],
}

export const refusedRequestMessage: Message = {
  tone: 'info',
  title: 'refusedRequest.title',
  lines: [{ text: 'refusedRequest.lead' }],
}

/** Paid in a way that we know no more of. */
export function paidElsewhereMessage(nothingOwed: boolean): Message {
  return {
    tone: 'good',
    title: 'notice.paidPlain',
    lines: nothingOwed ? [{ text: 'cancelled.nothing' }] : [{ text: 'cancelled.ask' }],
  }
}

/** An attempt that ended without money, for bills that need none any more. */
export function endedMessage(status: 'failed' | 'expired'): Message {
  return status === 'expired'
    ? { tone: 'warn', title: 'expired.title', lines: [{ text: 'expired.lead' }] }
    : {
        tone: 'warn',
        title: 'refused.title',
        lines: [{ text: 'refused.noMoney' }, { text: 'refused.notOwed' }],
      }
}

/** A transfer that was to be made for bills that need none any more. */
export function noTransferMessage(who: string): Message {
  return {
    tone: 'good',
    title: 'transfer.overTitle',
    lines: [{ text: 'transfer.overLead', values: { who } }],
  }
}
