import type {
  EventPage,
  FieldError,
  GatewayEvent,
  PaymentLinkAddress,
  PaymentLinkStatus,
  PaymentRow,
  Problem,
  TestPaid,
} from '@bill-gateway/contract'
import { expect } from 'vitest'
import type { Answer, ApiCall, TestGateway } from '../../gateway/testing/gateway.ts'

export type Api = TestGateway['api']

/** The account of the API's own example: right check digits, a sort code that no bank has. */
export const nrb = '28616102383202382844889825'
export const otherNrb = '61109010140000071219812874'

let counted = 0

/** A right item of a create request, for a payer of its own unless told otherwise. */
export function bill(values: Record<string, unknown> = {}): Record<string, unknown> {
  counted += 1
  return {
    userId: `user-${process.pid}-${counted}`,
    amount: 123.45,
    nrb,
    title: 'FV 123/2020',
    paymentDue: '2020-07-23',
    ...values,
  }
}

export function postLinks(api: Api, payments: unknown, call: ApiCall = {}): Promise<Answer> {
  return api('/pay/v1/payments', { body: { payments }, ...call })
}

export async function createLinks(
  api: Api,
  items: Record<string, unknown>[],
  call: ApiCall = {},
): Promise<PaymentLinkAddress[]> {
  const answer = await postLinks(api, items, call)
  expect(answer.status, answer.text).toBe(201)
  return (answer.body as { links: PaymentLinkAddress[] }).links
}

export async function createLink(
  api: Api,
  values: Record<string, unknown> = {},
  call: ApiCall = {},
): Promise<PaymentLinkAddress> {
  const [link] = await createLinks(api, [bill(values)], call)
  if (!link) throw new Error('the answer has no link')
  return link
}

export async function statusOf(api: Api, token: string, call: ApiCall = {}): Promise<PaymentLinkStatus> {
  const answer = await api(`/pay/v1/payments/${token}`, call)
  expect(answer.status, answer.text).toBe(200)
  return answer.body as PaymentLinkStatus
}

export function cancel(api: Api, token: string, body: unknown, call: ApiCall = {}): Promise<Answer> {
  return api(`/pay/v1/payments/${token}/cancel`, { body, ...call })
}

/** Drives a checkout through the sandbox; the answer is the payment, where there is one. */
export async function pay(
  api: Api,
  token: string,
  body: Record<string, unknown> = {},
  call: ApiCall = {},
): Promise<TestPaid> {
  const answer = await api(`/pay/v1/test/payments/${token}/pay`, {
    body: { scope: 'link', ...body },
    ...call,
  })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as TestPaid
}

export async function search(api: Api, query = 'fromDate=0', call: ApiCall = {}): Promise<PaymentRow[]> {
  const answer = await api(`/pay/v1/payments/search?${query}`, call)
  expect(answer.status, answer.text).toBe(200)
  return answer.body as PaymentRow[]
}

export async function eventsAfter(api: Api, after = '0', call: ApiCall = {}): Promise<GatewayEvent[]> {
  const events: GatewayEvent[] = []
  let cursor = after
  for (;;) {
    const answer = await api(`/pay/v1/events?after=${cursor}`, call)
    expect(answer.status, answer.text).toBe(200)
    const page = answer.body as EventPage
    events.push(...page.events)
    if (page.events.length === 0 || page.next === cursor) return events
    cursor = page.next
  }
}

export function errorsOf(answer: Answer): FieldError[] {
  return (answer.body as Problem).errors ?? []
}

/** JSON pointers of the fields that the answer refuses. */
export function pointersOf(answer: Answer): string[] {
  return errorsOf(answer).map((error) => error.pointer)
}

/** Holds an answer to be a refusal of the error catalogue. */
export function expectProblem(answer: Answer, status: number, code?: string): Problem {
  expect(answer.status, answer.text).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const problem = answer.body as Problem
  expect(problem).toMatchObject({ status, ...(code ? { code } : {}) })
  expectDiscreet(answer.text)
  return problem
}

/** No answer carries a stack trace or SQL. */
export function expectDiscreet(text: string): void {
  expect(text).not.toMatch(
    /\n\s+at |node:internal|node_modules|\.ts:\d+|\b(select|insert into|update|delete from)\s+["\w.*]+\s+(from|where|set|\()/i,
  )
  expect(text).not.toMatch(/violates|syntax error at|SQLSTATE|constraint "|duplicate key/)
}
