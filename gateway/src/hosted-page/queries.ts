import type { Pool } from 'pg'
import type { PaymentLink } from '../payment-link/index.ts'
import { languages, type Provider } from '../provider/index.ts'

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

export interface PageFacts {
  providerId: number
  payerId: bigint
  userId: string
  link: PageLink
  /** Active links of the payer, the link itself among them, by due date, then by age. */
  owed: PageLink[]
  provider: Provider
  /** Links that a method is deciding on, each with the public id of its checkout. */
  processing: Map<bigint, string>
  /** Money for the link’s bill is recorded that the provider has not fetched yet. */
  onItsWay: boolean
}

const linkFields = (table: string) => `json_build_object(
  'id', ${table}.id::text, 'token', encode(${table}.token, 'hex'), 'status', ${table}.status,
  'resolution', ${table}.resolution, 'operationId', ${table}.operation_id, 'currency', ${table}.currency,
  'askedAmount', ${table}.asked_amount::text, 'openAmount', ${table}.open_amount::text,
  'paidAmount', ${table}.paid_amount::text, 'nrb', ${table}.nrb, 'title', ${table}.title,
  'paymentDue', ${table}.payment_due, 'name', ${table}.name, 'surname', ${table}.surname,
  'recipientName', ${table}.recipient_name, 'revoked', ${table}.revoked, 'endedAt', ${table}.ended_at)`

/**
 * The page of a link is what is asked for most, so one prepared statement reads all that it shows, over the
 * tables of the rooms below. It only reads; a test holds it to what those rooms’ own functions say.
 */
const pageStatement = {
  name: 'link-page',
  text: `select json_build_object(
    'providerId', own.provider_id, 'payerId', own.payer_id::text, 'userId', payer.user_id,
    'link', ${linkFields('own')},
    'owed', (
      select coalesce(json_agg(${linkFields('link')} order by link.payment_due, link.id), '[]')
      from payment_link link
      where link.provider_id = own.provider_id and link.payer_id = own.payer_id and link.status = 'active'),
    'provider', json_build_object(
      'id', provider.id, 'code', provider.code, 'name', provider.name, 'test', provider.test,
      'disabled', provider.disabled_at is not null, 'taxId', provider.tax_id, 'address', provider.address,
      'phone', provider.phone, 'helpUrl', provider.help_url, 'termsUrl', provider.terms_url,
      'privacyUrl', provider.privacy_url, 'language', provider.language, 'currency', provider.currency,
      'defaultNrb', provider.default_nrb, 'color', provider.color, 'logoHash', provider.logo_hash,
      'importsTransfers', provider.imports_transfers, 'clockAhead', provider.clock_ahead),
    'processing', (
      select coalesce(json_agg(json_build_array(part.link_id::text, checkout.public_id) order by checkout.id desc), '[]')
      from checkout
      join checkout_link part on part.provider_id = checkout.provider_id and part.checkout_id = checkout.id
      where checkout.provider_id = own.provider_id and checkout.payer_id = own.payer_id
        and checkout.status = 'pending'),
    'onItsWay', own.status = 'active' and own.operation_id is not null and exists (
      select from allocation
      where allocation.provider_id = own.provider_id and allocation.payer_id = own.payer_id
        and allocation.operation_id = own.operation_id
        and allocation.event_id > coalesce(
          (select fetched_id from event_fetch where event_fetch.provider_id = own.provider_id), 0))
  ) as facts
  from link_token
  join payment_link own on own.provider_id = link_token.provider_id and own.id = link_token.link_id
  join payer on payer.provider_id = own.provider_id and payer.id = own.payer_id
  join provider on provider.id = own.provider_id
  where link_token.token = $1`,
}

type Written<T> = {
  [K in keyof T]: T[K] extends bigint ? string : T[K] extends Date | null ? string | null : T[K]
}

interface Row {
  facts: {
    providerId: number
    payerId: string
    userId: string
    link: Written<PageLink>
    owed: Written<PageLink>[]
    provider: Omit<Provider, 'clockAheadMs'> & { clockAhead: number }
    processing: [linkId: string, checkoutId: string][]
    onItsWay: boolean
  }
}

/** Any provider’s link, by the token that the payer has. */
export async function findPageFacts(pool: Pool, token: string): Promise<PageFacts | undefined> {
  const values = [Buffer.from(token, 'hex')]
  const { rows } = await pool.query<Row>({ ...pageStatement, values })
  const facts = rows[0]?.facts
  if (!facts) return undefined
  const { clockAhead, ...provider } = facts.provider
  return {
    providerId: facts.providerId,
    payerId: BigInt(facts.payerId),
    userId: facts.userId,
    link: linkOf(facts.link),
    owed: facts.owed.map(linkOf),
    provider: {
      ...provider,
      language: languages.find((language) => language === provider.language) ?? 'pl',
      clockAheadMs: clockAhead * 1000,
    },
    processing: new Map(facts.processing.map(([linkId, checkoutId]) => [BigInt(linkId), checkoutId])),
    onItsWay: facts.onItsWay,
  }
}

function linkOf(link: Written<PageLink>): PageLink {
  return {
    ...link,
    id: BigInt(link.id),
    askedAmount: BigInt(link.askedAmount),
    openAmount: BigInt(link.openAmount),
    paidAmount: BigInt(link.paidAmount),
    endedAt: link.endedAt === null ? null : new Date(link.endedAt),
  }
}
