import { createElement } from 'react'
import { updateLinks } from '../../sync/links/index.ts'
import { reopenByHand, settleByHand } from '../../sync/payments/index.ts'
import type { Call } from '../call.ts'
import { newFormToken } from '../form-token.ts'
import { hrefOf } from '../href.ts'
import { listOf, type PageAnswer, textOf } from '../request.ts'
import { ConfirmPage } from '../views/confirm.tsx'
import { renderFragment } from '../views/frame.tsx'
import type { Act, PaymentLine, PaymentState } from '../views/models.ts'
import { queryOf, readQuery } from './filter.ts'
import { listAnswer, pageSize } from './page.ts'
import { paymentsByIds } from './queries.ts'

/** Two pages' worth: what an operator can still look over before confirming. */
export const chosenMax = 2 * pageSize

/** The buttons below the list: the first press shows what would happen, the second does it. */
export async function settleChosen(call: Call): Promise<PageAnswer> {
  const { request, speech, context } = call
  const back = Object.fromEntries(new URLSearchParams(textOf(request.form.back).slice(0, 2_000)))
  const query = readQuery(back, speech, context.zone)
  const act: Act = textOf(request.form.act) === 'reopen' ? 'reopen' : 'settle'
  const ids = chosenIds(listOf(request.form.ids))
  if (ids.length === 0) {
    return listAnswer(call, query, [{ tone: 'bad', text: speech.say('settle.none') }])
  }
  if (ids.length > chosenMax) {
    const text = speech.say('settle.tooMany', { max: chosenMax })
    return listAnswer(call, query, [{ tone: 'bad', text }], ids)
  }
  const here = { ...queryOf(query), ...call.frame.keep }
  if (textOf(request.form.confirmed) !== '1') return confirmAnswer(call, act, ids, here)
  const { id, name } = request.operator
  const change = act === 'settle' ? settleByHand : reopenByHand
  const { done, left, customers } = await change(context, ids, { id, name })
  refreshLinks(call, customers)
  return { redirect: hrefOf('payments', { ...here, done: `${act}.${done.length}.${left.length}` }) }
}

/** What is owed has changed. Nobody waits for it: the next pass does it otherwise. */
function refreshLinks({ context }: Call, customers: number[]): void {
  if (customers.length === 0) return
  updateLinks(context, { customers }).catch((error: unknown) =>
    context.log.warn({ err: error }, 'links were not refreshed at once, the next pass does it'),
  )
}

async function confirmAnswer(
  call: Call,
  act: Act,
  ids: readonly number[],
  here: Record<string, string>,
): Promise<PageAnswer> {
  const { context, request, frame, speech } = call
  const found = await paymentsByIds(context.lms, ids)
  const { lang: _lang, ...back } = here
  const said = Object.fromEntries(Object.entries(back).filter(([, value]) => value !== ''))
  const view = {
    act,
    lines: found.filter((line) => can(act, line)),
    left: found.filter((line) => !can(act, line)),
    token: newFormToken(request),
    back: new URLSearchParams(said).toString(),
    cancel: hrefOf('payments', here),
  }
  return {
    status: 200,
    title: speech.say(`${act}.title`),
    html: renderFragment(frame, createElement(ConfirmPage, { frame, view })),
  }
}

/** What a person may change; the change itself looks again, under its lock. */
const changeable: Record<Act, readonly PaymentState[]> = {
  settle: ['open', 'awaited', 'kept'],
  reopen: ['hand', 'settled', 'expired', 'removed'],
}

function can(act: Act, { state }: PaymentLine): boolean {
  return changeable[act].includes(state)
}

function chosenIds(texts: readonly string[]): number[] {
  const ids = texts.slice(0, chosenMax + 1).filter((text) => /^[1-9]\d{0,8}$/.test(text))
  return [...new Set(ids.map(Number))]
}
