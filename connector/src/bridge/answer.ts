import { answerPage } from '../pages/index.ts'
import { withLease } from '../store/index.ts'
import { type Context, updateLinks } from '../sync/links/index.ts'
import { settleStatements } from '../sync/payments/index.ts'
import { deskOf, type LinkWaits, usualLinkWaits } from './desk.ts'
import { blockPageAnswer } from './hooks/block-page.ts'
import { invoiceMailAnswer } from './hooks/invoice-mail.ts'
import { messageAnswer } from './hooks/message.ts'
import { noticeAnswer } from './hooks/notice.ts'
import { pageRequestOf } from './hooks/page.ts'
import { panelAnswer } from './hooks/panel.ts'
import { bookedImportIds } from './hooks/statement.ts'
import { readMailDocument } from './queries.ts'

type Answer = (context: Context, data: unknown, waits: LinkWaits) => Promise<object>

/** Every question that PHP asks. */
const answers: Record<string, Answer> = {
  ping: async () => ({ ok: true }),
  panel: (context, data, { page }) => panelAnswer(deskOf(context, page), context.settings(), data),
  'block-page': (context, data, { page }) => blockPageAnswer(deskOf(context, page), data),
  'invoice-mail': (context, data, { mail }) =>
    invoiceMailAnswer(
      deskOf(context, mail),
      context.settings().ispId,
      (id) => readMailDocument(context, id),
      data,
    ),
  notice: (context, data, { mail }) => noticeAnswer(deskOf(context, mail), data),
  message: (context, data, { mail }) => messageAnswer(deskOf(context, mail), data),
  statement: statementAnswer,
  page: (context, data) => answerPage(context, pageRequestOf(data)),
}

/** Shown and settled even while LMS has the plugin switched off. */
const always = new Set(['ping', 'statement', 'page'])

/**
 * Answers a hook with plain data: HTML to append, texts to replace, headers to set.
 *
 * @param waits milliseconds that an answer may wait for links that have to be made first
 * @throws for a hook that does not exist, and where the database cannot be asked
 */
export async function answerHook(
  context: Context,
  hook: string,
  data: unknown,
  waits: LinkWaits = usualLinkWaits,
): Promise<object> {
  const answer = Object.hasOwn(answers, hook) ? answers[hook] : undefined
  if (!answer) throw new Error(`There is no hook “${hook}”: the plugin in LMS is newer than the connector.`)
  if (!always.has(hook) && !context.settings().pluginEnabled) return {}
  return answer(context, data, waits)
}

/** LMS does not wait for the settlement; what this misses is found by the next pass. */
async function statementAnswer(context: Context, data: unknown): Promise<object> {
  const importIds = bookedImportIds(data)
  const settled = withLease(context.lms, 'statements', () => settle(context, importIds), {
    signal: context.signal,
  })
  settled.catch((error: Error) =>
    context.log.error({ err: error }, 'bridge: booked rows could not be settled'),
  )
  return { importIds: importIds.length }
}

async function settle(context: Context, importIds: number[]): Promise<void> {
  const { customers } = await settleStatements(context, importIds)
  if (customers.length > 0) await updateLinks(context, { customers })
}
