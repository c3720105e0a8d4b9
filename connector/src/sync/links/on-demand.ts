import { BillGatewayError } from '@bill-gateway/contract'
import type { Context } from './context.ts'
import { type LinkRow, payableLinks } from './queries/standing.ts'
import { updateLinks } from './update.ts'

/** Links that a customer can pay now; none while LMS has the plugin switched off or a setting is missing. */
export async function linksOfCustomer(context: Context, customerId: number): Promise<LinkRow[]> {
  if (!isReady(context)) return []
  return payableLinks(context.lms.db, context.gateway().id, customerId)
}

function isReady(context: Context): boolean {
  const { pluginEnabled, problems } = context.settings()
  return pluginEnabled && !problems.some(({ fatal }) => fatal)
}

/**
 * The payable link of a document, made at this moment where there is none yet: an invoice mail can be faster
 * than the next pass.
 *
 * @returns undefined where nothing is owed for the document, or the gateway cannot make a link now
 */
export async function linkForDocument(
  context: Context,
  { customerId, documentId }: { customerId: number; documentId: number },
): Promise<LinkRow | undefined> {
  const find = async () =>
    (await linksOfCustomer(context, customerId)).find((link) => link.documentId === documentId)
  return (await find()) ?? (await afterUpdate(context, customerId, find))
}

/** The link that a button for the whole balance leads to: the page behind it offers all of them. */
export async function balanceLink(context: Context, customerId: number): Promise<LinkRow | undefined> {
  const find = async () => (await linksOfCustomer(context, customerId)).at(-1)
  return (await find()) ?? (await afterUpdate(context, customerId, find))
}

async function afterUpdate(
  context: Context,
  customerId: number,
  find: () => Promise<LinkRow | undefined>,
): Promise<LinkRow | undefined> {
  if (!isReady(context)) return undefined
  const { failed } = await updateLinks(context, { customers: [customerId] })
  if (failed) context.log.warn({ customer: customerId, code: failed.code }, 'no link could be made just now')
  return find()
}

const suffixes = new Map<string, string>()

/**
 * A short address for a phone.
 *
 * @returns undefined where the link has no short form: the customer’s names are not sent, or he has one name only
 */
export async function shortUrl(
  context: Context,
  { shortLink }: Pick<LinkRow, 'shortLink'>,
  { balance = false }: { balance?: boolean } = {},
): Promise<string | undefined> {
  if (!shortLink) return undefined
  if (!balance) return shortLink
  const gateway = context.gateway()
  const known = suffixes.get(gateway.id)
  // The same parameters have the same suffix on every link of a gateway.
  if (known !== undefined) return shortLink + known
  try {
    const url = await gateway.client.shortLinks.encode(shortLink, { type: 'balance' })
    if (url.startsWith(shortLink)) suffixes.set(gateway.id, url.slice(shortLink.length))
    return url
  } catch (error) {
    if (!(error instanceof BillGatewayError)) throw error
    return shortLink
  }
}
