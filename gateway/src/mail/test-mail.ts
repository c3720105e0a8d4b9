import type { Platform } from '../platform/platform.ts'
import { randomCode } from '../platform/random.ts'
import type { Provider } from '../provider/index.ts'
import { addressHash } from './address.ts'
import { composeMail } from './compose.ts'
import { troubleOf } from './outcome.ts'
import { deliver } from './transport.ts'

/**
 * Sends a mail at once, past the outbox, to see whether mail works.
 *
 * @throws Error that says in a sentence what does not
 */
export async function sendTestMail(
  { db, settings }: Pick<Platform, 'db' | 'settings'>,
  provider: Provider,
  to: string,
): Promise<void> {
  const { smtpUrl, mailFrom } = settings
  if (!smtpUrl || !mailFrom) throw new Error('No mail can be sent: set SMTP_URL and MAIL_FROM.')
  const mail = {
    id: 0n,
    providerId: provider.id,
    messageId: randomCode(24),
    template: 'test',
    language: provider.language,
    recipient: to,
    data: {},
    headers: {},
    tries: 1,
    createdAt: new Date(),
  } as const
  const message = await composeMail({ db, settings }, provider, mail, await addressHash(db, provider.id, to))
  await deliver(smtpUrl, message).catch((cause: unknown) => {
    const { problem } = troubleOf(cause)
    throw new Error(`The mail server of SMTP_URL did not take the mail (${problem}).`, { cause })
  })
}
