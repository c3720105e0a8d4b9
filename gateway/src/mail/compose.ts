import type { SendMailOptions } from 'nodemailer'
import type { Platform } from '../platform/platform.ts'
import { type Language, languages, type Provider } from '../provider/index.ts'
import { bareAddress } from './address.ts'
import { isNotice } from './mail.ts'
import type { TakenMail } from './queries.ts'
import { unsubscribeUrl } from './unsubscribe.ts'

/** Set here and nowhere else. */
const ownHeaders =
  /^(from|sender|to|cc|bcc|reply-to|subject|date|message-id|return-path|list-.*|auto-submitted)$/i

/** The whole mail: the provider's name in the reader's language, from the operator's address. */
export async function composeMail(
  { db, settings }: Pick<Platform, 'db' | 'settings'>,
  provider: Provider,
  mail: TakenMail,
  addressHash: Buffer,
): Promise<SendMailOptions> {
  const sender = bareAddress(settings.mailFrom ?? '')
  const language: Language = languages.find((each) => each === mail.language) ?? provider.language
  // React and its parts are loaded by the first mail, not by every command.
  const { drawMail } = await import('./views/draw.tsx')
  const { subject, html, text } = await drawMail(provider, language, mail.template, mail.data)
  const unsubscribe = isNotice(mail.template)
    ? await unsubscribeUrl(db, settings.publicUrl, provider.id, addressHash)
    : undefined
  return {
    from: { name: provider.name, address: sender },
    to: { name: '', address: mail.recipient },
    ...(provider.contactEmail ? { replyTo: { name: provider.name, address: provider.contactEmail } } : {}),
    // What cannot be delivered is reported to the bare address of the sender.
    envelope: { from: sender, to: [mail.recipient] },
    subject,
    html,
    text,
    messageId: `<${mail.messageId}@${sender.split('@')[1] ?? 'localhost'}>`,
    date: mail.createdAt,
    headers: {
      ...Object.fromEntries(Object.entries(mail.headers).filter(([name]) => !ownHeaders.test(name))),
      // Nobody's machine shall answer a machine.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribe
        ? { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
        : {}),
    },
  }
}
