import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface TakenMessage {
  from: string
  to: string[]
  /** As it came over the wire. */
  raw: string
  mail: ParsedMail
}

export interface MailServer {
  /** For SMTP_URL. */
  url: string
  messages: TakenMessage[]
  /** What it answers to the next recipients, in order: nothing takes them. */
  refuse: { to: 'MAIL' | 'RCPT' | 'DATA'; code: number; text: string }[]
  close(): Promise<void>
}

/** A mail server on the loopback that keeps what it is given. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const messages: TakenMessage[] = []
  const refuse: MailServer['refuse'] = []
  const refusalOf = (to: 'MAIL' | 'RCPT' | 'DATA') => {
    const [first] = refuse
    if (first?.to !== to) return undefined
    refuse.shift()
    return Object.assign(new Error(first.text), { responseCode: first.code })
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: (_address, _session, done) => done(refusalOf('MAIL')),
    onRcptTo: (_address, _session, done) => done(refusalOf('RCPT')),
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', async () => {
        const refused = refusalOf('DATA')
        if (refused) return done(refused)
        const raw = Buffer.concat(parts)
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map((recipient) => recipient.address)
        messages.push({ from, to, raw: raw.toString('utf8'), mail: await simpleParser(raw) })
        done()
      })
    },
    ...options,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    messages,
    refuse,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
