import { GatewaySettingError } from '../gateway/index.ts'
import {
  balanceLink,
  buttonUrl,
  type Context,
  type LinkRow,
  linkForDocument,
  linksOfCustomer,
  shortUrl,
} from '../sync/links/index.ts'

export type { LinkRow }
export type Medium = Parameters<typeof buttonUrl>[1]['medium']

/** What the hooks need to know of links. */
export interface Desk {
  /** Made at this moment where the document owes something and has none. */
  ofDocument(customerId: number, documentId: number): Promise<LinkRow | undefined>
  ofCustomer(customerId: number): Promise<LinkRow[]>
  ofBalance(customerId: number): Promise<LinkRow | undefined>
  url(link: LinkRow, medium: Medium, balance: boolean): string
  /** The short one where there is one, else the long one. */
  phoneUrl(link: LinkRow, balance: boolean): Promise<string>
}

/**
 * Milliseconds that all of an answer may spend on links that have to be made first. PHP waits 200 for a page and
 * 2,000 for a mail; a gateway that is slower must not cost them what needs no gateway.
 */
export const usualLinkWaits: LinkWaits = { page: 120, mail: 1_500 }

export interface LinkWaits {
  page: number
  mail: number
}

/** @param ms how long this answer may wait for links that have to be made first */
export function deskOf(context: Context, ms: number): Desk {
  const deadline = performance.now() + ms
  const inTime = <T>(subject: object, work: Promise<T | undefined>) =>
    before(context, deadline, subject, work)
  return {
    ofDocument: async (customerId, documentId) => {
      const links = await payableLinks(context, customerId)
      const link = links.find((each) => each.documentId === documentId)
      return link ?? inTime({ customerId, documentId }, linkForDocument(context, { customerId, documentId }))
    },
    ofCustomer: (customerId) => payableLinks(context, customerId),
    ofBalance: async (customerId) => {
      const links = await payableLinks(context, customerId)
      return links.at(-1) ?? inTime({ customerId }, balanceLink(context, customerId))
    },
    url: (link, medium, balance) => buttonUrl(link.link, { medium, balance }),
    phoneUrl: async (link, balance) =>
      (await inTime({ linkId: link.id }, shortUrl(context, link, { balance }))) ??
      link.shortLink ??
      buttonUrl(link.link, { medium: 'sms', balance }),
  }
}

/** Without a gateway there are no links, but mails still have headers; `doctor` names the setting. */
async function payableLinks(context: Context, customerId: number): Promise<LinkRow[]> {
  try {
    return await linksOfCustomer(context, customerId)
  } catch (error) {
    if (error instanceof GatewaySettingError) return []
    throw error
  }
}

/** What the work gives before the deadline, else nothing; the work itself goes on. */
async function before<T>({ log }: Context, deadline: number, subject: object, work: Promise<T | undefined>) {
  const quiet = work.catch((error: Error) => {
    log.warn({ ...subject, err: error }, 'bridge: a link could not be had')
    return undefined
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      log.warn(subject, 'bridge: a link took too long')
      resolve(undefined)
    }, deadline - performance.now())
  })
  try {
    return await Promise.race([quiet, late])
  } finally {
    clearTimeout(timer)
  }
}
