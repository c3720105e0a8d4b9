import { Command } from 'commander'
import { closeReview, newestReviews, type Review } from '../payment/index.ts'
import { withPlatform } from './command-platform.ts'
import type { CommandMaker, CommonOptions, Environment } from './context.ts'
import { providerByCode } from './find-provider.ts'
import { answer, table } from './output.ts'
import { rowCount } from './row-count.ts'

export const reviewCommand: CommandMaker = (environment) => {
  const review = new Command('review').description('Money that waits for a person to look at it.')
  addList(review, environment)
  addClose(review, environment)
  return review
}

interface ListOptions extends CommonOptions {
  provider?: string
  all?: boolean
  limit: number
}

function addList(review: Command, environment: Environment): void {
  review
    .command('list')
    .description('Show what waits, the newest first.')
    .option('--provider <code>', "Only this provider's. Default: everybody's.")
    .option('--all', 'Those that were closed too.')
    .option('--limit <count>', 'At most so many, 1 to 1000. Default 50.', rowCount, 50)
    .option('--json', 'Answer in JSON: an array of reviews.')
    .addHelpText(
      'after',
      '\nKinds:' +
        '\n  wrong-currency     money came in another currency than asked; it is no payment' +
        '\n  method-mismatch    the method confirmed money that is another checkout\u2019s, or none' +
        '\n  no-final-status    the method has said nothing final for 35 days' +
        '\n  reversal-mismatch  a bank took back what was refunded, or more than came' +
        '\n  refund-unclear     it is not known whether a refund was made' +
        '\n\nExample:\n  bill-gateway review list --provider netix',
    )
    .action(async ({ provider: code, all, limit, json }: ListOptions) => {
      const reviews = await withPlatform(environment, async ({ db }) => {
        const providerId = code === undefined ? undefined : (await providerByCode(db, code)).id
        return newestReviews(db, { providerId, all, limit })
      })
      answer(json, reviews, () => (reviews.length === 0 ? 'Nothing waits.' : table(reviews.map(rowOf))))
    })
}

interface CloseOptions extends CommonOptions {
  provider: string
  note: string
}

function addClose(review: Command, environment: Environment): void {
  review
    .command('close <id>')
    .description('Say that it is settled with the payment provider. A bill that waited can be paid again.')
    .requiredOption('--provider <code>', 'Whose review.')
    .requiredOption('--note <text>', 'What was done, 1 to 500 characters. No personal data.')
    .option('--json', 'Answer in JSON: the review.')
    .addHelpText(
      'after',
      '\nIt moves no money: give money back in the payment provider\u2019s panel first.' +
        '\n\nExample:\n  bill-gateway review close 7 --provider netix --note "22 EUR given back in the panel"',
    )
    .action(async (id: string, { provider: code, note, json }: CloseOptions) => {
      const closed = await withPlatform(environment, async (platform) =>
        closeReview(platform, await providerByCode(platform.db, code), idOf(id), note),
      )
      answer(json, closed, () => `Closed review ${closed.id} (${closed.kind}): ${closed.note}`)
    })
}

function rowOf({ id, providerCode, kind, subject, details, createdAt, closedAt, note }: Review) {
  return {
    review: String(id),
    provider: providerCode,
    kind,
    about: subject,
    said: Object.entries(details)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
    since: createdAt.toISOString(),
    closed: closedAt ? `${closedAt.toISOString()}: ${note ?? '-'}` : '-',
  }
}

function idOf(text: string): bigint {
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw new Error(`${text} is no id of a review. "bill-gateway review list" shows those there are.`)
}
