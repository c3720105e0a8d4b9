import { describe, expectTypeOf, it } from 'vitest'
import type {
  BillGatewayError,
  BulkOutcome,
  BulkResult,
  Client,
  createClient,
  EventOf,
  GatewayEvent,
  KeylessClient,
  PaymentLinkAddress,
  PaymentLinkItem,
  PaymentRow,
} from './index.ts'

/** Checked by the compiler: nothing here is called. */
declare const make: typeof createClient
declare const client: Client
declare const item: PaymentLinkItem
declare const bills: AsyncIterable<PaymentLinkItem & { row: number }>

describe('the types of the client', () => {
  it('give as many links as items were given', () => {
    const two = () => client.paymentLinks.create([item, item])
    expectTypeOf(two).returns.resolves.toEqualTypeOf<[PaymentLinkAddress, PaymentLinkAddress]>()
    const many = (items: PaymentLinkItem[]) => client.paymentLinks.create(items)
    expectTypeOf(many).returns.resolves.toEqualTypeOf<PaymentLinkAddress[]>()
  })

  it('refuse an item without what every item needs', () => {
    type Incomplete = Omit<PaymentLinkItem, 'userId'>
    // @ts-expect-error userId is missing
    const create = (incomplete: Incomplete) => client.paymentLinks.create([incomplete])
    expectTypeOf(create).toBeFunction()
  })

  it('hand back the caller’s own items', () => {
    const outcomes = () => client.paymentLinks.createMany(bills)
    expectTypeOf(outcomes).returns.toEqualTypeOf<
      AsyncIterable<BulkOutcome<PaymentLinkItem & { row: number }>>
    >()
    const token = (outcome: BulkOutcome) => ('error' in outcome ? undefined : outcome.token)
    expectTypeOf(token).returns.toEqualTypeOf<string | undefined>()
    expectTypeOf<BulkOutcome>().toExtend<BulkResult>()
  })

  it('know the data of an event by its type', () => {
    expectTypeOf<EventOf<'payment.succeeded'>['data']['rows']>().toEqualTypeOf<PaymentRow[]>()
    const all = () => client.events.stream()
    expectTypeOf(all).returns.toEqualTypeOf<AsyncIterable<GatewayEvent>>()
    const paid = () => client.events.stream({ types: ['payment.succeeded'] })
    expectTypeOf(paid).returns.toEqualTypeOf<AsyncIterable<EventOf<'payment.succeeded'>>>()
    // @ts-expect-error no such type of event
    const none = () => client.events.stream({ types: ['payment.lost'] })
    expectTypeOf(none).toBeFunction()
  })

  it('offer what needs a key only to who has one', () => {
    const keyless = () => make({ baseUrl: '' })
    expectTypeOf(keyless).returns.toEqualTypeOf<KeylessClient>()
    const keyed = () => make({ baseUrl: '', apiKey: '', apiSecret: '' })
    expectTypeOf(keyed).returns.toEqualTypeOf<Client>()
    // @ts-expect-error a key without its secret
    const half = () => make({ baseUrl: '', apiKey: '' })
    expectTypeOf(half).toBeFunction()
  })

  it('know the codes of errors, and leave room for new ones', () => {
    expectTypeOf<BillGatewayError['code']>().toExtend<string>()
    expectTypeOf<'validation_failed' | 'timeout' | 'of_tomorrow'>().toExtend<BillGatewayError['code']>()
  })

  it('let a short link carry what it can carry', () => {
    const encode = () =>
      client.shortLinks.encode('', { type: 'connect', connectApp: 'MU', utm_source: 'sms' })
    expectTypeOf(encode).returns.resolves.toEqualTypeOf<string>()
    // @ts-expect-error personal data never goes into a short link
    const name = () => client.shortLinks.encode('', { name: 'Jan' })
    expectTypeOf(name).toBeFunction()
  })
})
