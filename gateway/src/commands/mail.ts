import { isMailbox } from '@bill-gateway/contract'
import { Command } from 'commander'
import { forgetRefusals, listMails, type MailSummary, refuseAddress, sendTestMail } from '../mail/index.ts'
import type { Db } from '../platform/db/database.ts'
import type { Provider } from '../provider/index.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { type OpenDatabase, withDatabase } from './database.ts'
import { providerByCode } from './find-provider.ts'
import { answer, table } from './output.ts'

interface MailOptions extends CommonOptions {
  provider: string
}

const listedMax = 100

export const mailCommand: CommandMaker = (environment) => {
  const mail = new Command('mail').description('Mails to payers and providers, sent by SMTP_URL.')
  addTest(mail, environment)
  addList(mail, environment)
  addRefuse(mail, environment)
  addAllow(mail, environment)
  return mail
}

function addTest(mail: Command, environment: Environment): void {
  mail
    .command('test')
    .description('Send a mail now and say whether the mail server took it.')
    .argument('<address>', 'To whom.')
    .requiredOption('--provider <code>', 'In whose name.')
    .option('--json', 'Answer in JSON: { "sent": true }.')
    .addHelpText('after', '\nExample:\n  bill-gateway mail test me@example.com --provider netix')
    .action(async (address: string, options: MailOptions) => {
      await forProvider(environment, options, (database, provider) =>
        sendTestMail(database, provider, mailbox(address)),
      )
      answer(options.json, { sent: true }, () => 'The mail server took the mail.')
    })
}

function addList(mail: Command, environment: Environment): void {
  mail
    .command('list')
    .description('Show the newest mails of a provider: what became of them, not to whom they went.')
    .requiredOption('--provider <code>', 'Whose mails.')
    .option('--json', 'Answer in JSON: an array of mails.')
    .addHelpText('after', '\nExample:\n  bill-gateway mail list --provider netix')
    .action(async (options: MailOptions) => {
      const mails = await forProvider(environment, options, ({ db }, { id }) => listMails(db, id, listedMax))
      answer(options.json, mails, () => (mails.length === 0 ? 'No mails yet.' : table(mails.map(rowOf))))
    })
}

function addRefuse(mail: Command, environment: Environment): void {
  mail
    .command('refuse')
    .description('Send no more mail to an address: its mails came back.')
    .argument('<address>', 'Kept as a keyed hash only.')
    .requiredOption('--provider <code>', 'Whose mails.')
    .option('--json', 'Answer in JSON: { "refused": true }.')
    .addHelpText('after', '\nExample:\n  bill-gateway mail refuse gone@example.com --provider netix')
    .action(async (address: string, options: MailOptions) => {
      await forProvider(environment, options, ({ db }, { id }) => refuseAddress(db, id, mailbox(address)))
      answer(options.json, { refused: true }, () => 'No more mail goes to this address.')
    })
}

function addAllow(mail: Command, environment: Environment): void {
  mail
    .command('allow')
    .description('Send mail to an address again that was bad, or whose reader had unsubscribed.')
    .argument('<address>', 'The address.')
    .requiredOption('--provider <code>', 'Whose mails.')
    .option('--json', 'Answer in JSON: { "allowed": whether anything stood against it }.')
    .addHelpText('after', '\nExample:\n  bill-gateway mail allow back@example.com --provider netix')
    .action(async (address: string, options: MailOptions) => {
      const allowed = await forProvider(environment, options, ({ db }: { db: Db }, { id }) =>
        forgetRefusals(db, id, mailbox(address)),
      )
      answer(options.json, { allowed }, () =>
        allowed ? 'Mail goes to this address again.' : 'Nothing stood against this address.',
      )
    })
}

function forProvider<T>(
  environment: Environment,
  { provider }: MailOptions,
  work: (database: OpenDatabase, provider: Provider) => Promise<T>,
): Promise<T> {
  return withDatabase(environment, { schema: 'ready' }, async (database) =>
    work(database, await providerByCode(database.db, provider)),
  )
}

function mailbox(text: string): string {
  if (!isMailbox(text)) throw new Error('That is no e-mail address.')
  return text
}

function rowOf(mail: MailSummary): Record<string, string> {
  return {
    mail: String(mail.id),
    template: mail.template,
    state: mail.state,
    tries: String(mail.tries),
    queued: mail.createdAt.toISOString(),
    next: mail.nextTryAt?.toISOString() ?? '-',
    problem: mail.problem ?? '-',
  }
}
