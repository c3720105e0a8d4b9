import type { PaymentLink } from '../payment-link/index.ts'
import { gather } from '../platform/db/gather.ts'

/** What a page needs of a link. */
export type PageLink = Pick<
  PaymentLink,
  | 'id'
  | 'token'
  | 'status'
  | 'resolution'
  | 'operationId'
  | 'currency'
  | 'askedAmount'
  | 'openAmount'
  | 'paidAmount'
  | 'nrb'
  | 'title'
  | 'paymentDue'
  | 'name'
  | 'surname'
  | 'recipientName'
  | 'revoked'
  | 'endedAt'
>

export interface LinkFacts {
  providerId: number
  /** Changes with every change of the provider’s row. */
  providerVersion: string
  payerId: bigint
  userId: string
  link: PageLink
  /** Active links of the payer, the link itself among them, by due date, then by age. */
  owed: PageLink[]
  /** Links that a method is deciding on, each with the public id of its checkout. */
  processing: Map<bigint, string>
  /** Money for the link’s bill is recorded that the provider has not fetched yet. */
  onItsWay: boolean
  /** The newest transfer that the payer was told how to make for the link and that has not come. */
  transfer: { publicId: string; createdAt: Date } | null
}

/**
 * The page of a link is what is asked for most, so one prepared statement reads all that it shows for the tokens that come together, over the
 * tables of the rooms below. It only reads; a test holds it to what those rooms’ own functions say.
 */
const pageStatement = {
  name: 'link-pages',
  text: `select own.provider_id as "providerId", provider.xmin::text as "providerVersion",
    own.payer_id as "payerId", payer.user_id as "userId",
    own.id, own.token, own.status, own.resolution, own.operation_id as "operationId", own.currency,
    own.asked_amount as "askedAmount", own.open_amount as "openAmount", own.paid_amount as "paidAmount",
    own.nrb, own.title, own.payment_due as "paymentDue", own.name, own.surname,
    own.recipient_name as "recipientName", own.revoked, own.ended_at as "endedAt",
    (select json_agg(json_build_object(
        'id', link.id::text, 'token', encode(link.token, 'hex'), 'status', link.status,
        'resolution', link.resolution, 'operationId', link.operation_id, 'currency', link.currency,
        'askedAmount', link.asked_amount::text, 'openAmount', link.open_amount::text,
        'paidAmount', link.paid_amount::text, 'nrb', link.nrb, 'title', link.title,
        'paymentDue', link.payment_due, 'name', link.name, 'surname', link.surname,
        'recipientName', link.recipient_name, 'revoked', link.revoked, 'endedAt', null))
      from payment_link link
      where link.provider_id = own.provider_id and link.payer_id = own.payer_id and link.status = 'active'
        and link.id <> own.id) as others,
    (select json_agg(json_build_array(part.link_id::text, checkout.public_id))
      from checkout
      join checkout_link part on part.provider_id = checkout.provider_id and part.checkout_id = checkout.id
      where checkout.provider_id = own.provider_id and checkout.payer_id = own.payer_id
        and checkout.status = 'pending') as processing,
    own.status = 'active' and own.operation_id is not null and exists (
      select from allocation
      where allocation.provider_id = own.provider_id and allocation.payer_id = own.payer_id
        and allocation.operation_id = own.operation_id
        and allocation.event_id > coalesce(
          (select fetched_id from event_fetch where event_fetch.provider_id = own.provider_id), 0)
    ) as "onItsWay",
    case when own.attempted and own.status = 'active' then (
      select json_build_object('publicId', checkout.public_id, 'createdAt', checkout.created_at)
      from checkout_link part
      join checkout on checkout.provider_id = part.provider_id and checkout.id = part.checkout_id
      where part.provider_id = own.provider_id and part.link_id = own.id
        and checkout.channel = 'transfer' and checkout.status = 'created'
      order by checkout.id desc limit 1
    ) end as transfer
  from link_token
  join payment_link own on own.provider_id = link_token.provider_id and own.id = link_token.link_id
  join payer on payer.provider_id = own.provider_id and payer.id = own.payer_id
  join provider on provider.id = own.provider_id
  where link_token.token = any($1::bytea[])`,
}

type Written<T> = {
  [K in keyof T]: T[K] extends bigint ? string : T[K] extends Date | null ? null : T[K]
}

interface Row extends Omit<PageLink, 'token'>, Pick<LinkFacts, 'providerId' | 'providerVersion'> {
  token: Buffer
  payerId: bigint
  userId: string
  others: Written<PageLink>[] | null
  processing: [linkId: string, checkoutId: string][] | null
  onItsWay: boolean
  transfer: { publicId: string; createdAt: string } | null
}

/** Any provider’s link, by the token that the payer has, in lower case. */
export const findLinkFacts = gather<LinkFacts>(async (pool, tokens) => {
  const values = [tokens.map((token) => Buffer.from(token, 'hex'))]
  const { rows } = await pool.query<Row>({ ...pageStatement, values })
  return new Map(rows.map((row) => factsOf(row)).map((facts) => [facts.link.token, facts]))
})

function factsOf(row: Row): LinkFacts {
  const { providerId, providerVersion, payerId, userId, others, processing, onItsWay, transfer, ...own } = row
  const link: PageLink = { ...own, token: own.token.toString('hex') }
  return {
    providerId,
    providerVersion,
    payerId,
    userId,
    link,
    owed: owedOf(link, others),
    processing: new Map(processing?.map(([linkId, checkoutId]) => [BigInt(linkId), checkoutId])),
    onItsWay,
    transfer: transfer && { ...transfer, createdAt: new Date(transfer.createdAt) },
  }
}

function owedOf(link: PageLink, others: Written<PageLink>[] | null): PageLink[] {
  const own = link.status === 'active' ? [link] : []
  return others === null ? own : [...own, ...others.map(linkOf)].sort(byDueDate)
}

function byDueDate(a: PageLink, b: PageLink): number {
  if (a.paymentDue !== b.paymentDue) return a.paymentDue < b.paymentDue ? -1 : 1
  return a.id < b.id ? -1 : 1
}

function linkOf(link: Written<PageLink>): PageLink {
  return {
    ...link,
    id: BigInt(link.id),
    askedAmount: BigInt(link.askedAmount),
    openAmount: BigInt(link.openAmount),
    paidAmount: BigInt(link.paidAmount),
  }
}
