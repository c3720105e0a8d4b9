/**
 * bad-address: there is no such mailbox, and there will be none tomorrow; refused: the server takes this mail
 * from us never; later: it may take it another time, or the fault is in our settings.
 */
export interface Trouble {
  kind: 'bad-address' | 'refused' | 'later'
  /** Such as `RCPT 550 5.1.1` or `ETIMEDOUT`: never the server's words, for they may hold the address. */
  problem: string
}

interface SmtpError {
  code?: string
  responseCode?: number
  response?: string
  command?: string
}

/** What an error of the mail server, or on the way to it, means for the mail (RFC 5321 4.2, RFC 3463). */
export function troubleOf(error: unknown): Trouble {
  const { code = 'error', responseCode, response = '', command = '' } = error as SmtpError
  if (responseCode === undefined) return { kind: 'later', problem: plain(code) }
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
  const verb = plain(command.split(' ', 1)[0] ?? '')
  const problem = [verb, String(responseCode), status].filter(Boolean).join(' ')
  return { kind: kindOf(verb, responseCode, status), problem }
}

function kindOf(verb: string, responseCode: number, status: string | undefined): Trouble['kind'] {
  if (responseCode < 500) return 'later'
  // Before the recipient is named nothing is about this mail: it is our login or our sender address.
  if (verb === 'RCPT') return aboutMailbox(responseCode, status) ? 'bad-address' : 'refused'
  return verb === 'DATA' ? 'refused' : 'later'
}

/** Without an extended status, 550 and its like mean the mailbox; 5.7 is a policy, as a rule against us. */
function aboutMailbox(responseCode: number, status: string | undefined): boolean {
  if (status === undefined) return [550, 551, 553].includes(responseCode)
  return /^5\.(1\.[1236]|1\.10|2\.1)$/.test(status)
}

function plain(word: string): string {
  return word.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 30)
}

const minute = 60_000
const pauses = [1, 5, 15, 30, 60, 120, 240, 480].map((minutes) => minutes * minute)
const triedForMs = 72 * 60 * minute

/** @returns when it is tried next; undefined once it has been tried for three days */
export function nextTry(tries: number, createdAt: Date, now: Date): Date | undefined {
  const pause = pauses[Math.min(tries, pauses.length) - 1] ?? minute
  const at = now.getTime() + pause
  return at - createdAt.getTime() > triedForMs ? undefined : new Date(at)
}
