import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer'

const connectMs = 10_000
const greetingMs = 10_000
/** Between two bytes. Some servers look through a mail before they answer. */
const silenceMs = 60_000

const transports = new Map<string, Transporter>()

/**
 * Hands a mail to the mail server.
 *
 * @param smtpUrl SMTP_URL; over `smtp:` TLS is used wherever the server offers it
 * @throws what nodemailer throws; troubleOf reads it
 */
export async function deliver(smtpUrl: string, message: SendMailOptions): Promise<void> {
  let transport = transports.get(smtpUrl)
  if (!transport) {
    transport = createTransport({
      url: smtpUrl,
      connectionTimeout: connectMs,
      greetingTimeout: greetingMs,
      socketTimeout: silenceMs,
      // Nothing of a mail is ever read from a file or an address.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    transports.set(smtpUrl, transport)
  }
  await transport.sendMail(message)
}
