import { createElement } from 'react'
import type { Call } from '../call.ts'
import { newFormToken } from '../form-token.ts'
import { hrefOf } from '../href.ts'
import { type HtmlAnswer, mayDo, type PageAnswer, textOf } from '../request.ts'
import { type Notice, renderFragment } from '../views/frame.tsx'
import { type PaymentsView, type SortKey, sortKeys } from '../views/models.ts'
import { CsvPartsPage, PaymentsPage } from '../views/payments.tsx'
import { csvOf } from './csv.ts'
import { isNarrowed, type Query, queryOf, readQuery } from './filter.ts'
import { countPayments, type ListPage, listPayments, partEnds } from './queries.ts'

/** Payments on one page of the list. */
export const pageSize = 50
/** Payments in one CSV file: some 300 bytes each stay far below the 2 MiB that one answer may hold. */
export const csvSize = 3_000
const csvPartsMax = 200

/** Płatności BillTech, or its CSV. */
export async function showPayments(call: Call): Promise<PageAnswer> {
  const { request, speech } = call
  const query = readQuery(request.query, speech, call.context.zone)
  if (textOf(request.query.csv)) return exportPayments(call, query)
  return listAnswer(call, query, doneNotices(call))
}

/** The list, with what has to be said before it. */
export async function listAnswer(
  call: Call,
  query: Query,
  notices: Notice[],
  chosen: readonly number[] = [],
): Promise<HtmlAnswer> {
  const { lms } = call.context
  const [page, found] = await Promise.all([
    listPayments(lms, query, pageSize),
    countPayments(lms, query.filter),
  ])
  const view = viewOf(call, query, page, found)
  view.notices = notices
  view.chosen = new Set(query.chooseAll ? page.lines.map(({ id }) => id) : chosen)
  const bad = query.problems.length > 0 || notices.some(({ tone }) => tone === 'bad')
  return {
    status: bad ? 400 : 200,
    title: call.speech.say('payments.title'),
    html: renderFragment(call.frame, createElement(PaymentsPage, { frame: call.frame, view })),
  }
}

function viewOf(call: Call, query: Query, page: ListPage, found: PaymentsView['found']): PaymentsView {
  const { frame, request } = call
  const here = queryOf(query)
  const { after: _after, before: _before, ...whole } = here
  const to = (values: Record<string, string | undefined>) =>
    hrefOf('payments', { ...whole, ...frame.keep, ...values })
  const first = page.lines[0]
  const last = page.lines.at(-1)
  const sorted = (key: SortKey) => {
    const down = query.sort.by === key && !query.sort.down
    return to({ sort: key === 'date' && down ? '' : `${down ? '-' : ''}${key}` })
  }
  const links: PaymentsView['links'] = {
    sorted: Object.fromEntries(sortKeys.map((key) => [key, sorted(key)])) as Record<SortKey, string>,
    csv: to({ csv: '1' }),
    clear: hrefOf('payments', frame.keep),
    choose: hrefOf('payments', { ...here, ...frame.keep, all: '1' }),
    unchoose: hrefOf('payments', { ...here, ...frame.keep }),
    ...(page.before && first ? { first: to({}), previous: to({ before: String(first.id) }) } : {}),
    ...(page.after && last ? { next: to({ after: String(last.id) }) } : {}),
  }
  return {
    filter: query.texts,
    narrowed: isNarrowed(query.texts),
    problems: query.problems,
    notices: [],
    sort: query.sort,
    lines: page.lines,
    found,
    chosen: new Set(),
    maySettle: mayDo(request.operator, 'settle'),
    token: newFormToken(request),
    links,
    back: new URLSearchParams(withoutEmpty(here)).toString(),
  }
}

function withoutEmpty(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

/** `done=settle.3.1`: what the redirect after a change has to say. Only words of ours and numbers. */
function doneNotices({ request, speech }: Call): Notice[] {
  const [, act, done = '0', left = '0'] =
    /^(settle|reopen)\.(\d{1,4})\.(\d{1,4})$/.exec(textOf(request.query.done)) ?? []
  if (!act) return []
  const key = act === 'settle' ? 'settle.done' : 'reopen.done'
  return [
    { tone: 'good', text: speech.say(key, { count: done }) },
    ...(left === '0' ? [] : [{ tone: 'warn' as const, text: speech.say('settle.some', { count: left }) }]),
  ]
}

/** One file where all fits into it; else a page with the parts, each of them a file. */
async function exportPayments(call: Call, query: Query): Promise<PageAnswer> {
  const { context, speech, request } = call
  if (query.problems.length > 0) return listAnswer(call, query, [])
  const asksPart = query.cursor !== undefined || textOf(request.query.csv) === 'part'
  const ends = asksPart ? [] : await partEnds(context.lms, query, csvSize)
  if (ends.length >= csvPartsMax) {
    const text = speech.say('csv.tooMany', { count: speech.number(csvSize * csvPartsMax) })
    return listAnswer(call, query, [{ tone: 'bad', text }])
  }
  if (ends.length > 0) return partsAnswer(call, query, ends)
  const { lines } = await listPayments(context.lms, query, csvSize)
  const part = textOf(request.query.part)
  const name = `${speech.say('csv.file')}${/^\d{1,3}$/.test(part) ? `-${part}` : ''}.csv`
  return { download: { name, type: 'text/csv; charset=utf-8', content: csvOf(lines, speech) } }
}

function partsAnswer({ frame, speech }: Call, query: Query, ends: readonly number[]): HtmlAnswer {
  const keep = { ...queryOf(query), ...frame.keep }
  const parts = [undefined, ...ends].map((after, index) =>
    hrefOf('payments', {
      ...keep,
      csv: 'part',
      part: String(index + 1),
      after: after === undefined ? '' : String(after),
    }),
  )
  const view = { size: csvSize, parts, back: hrefOf('payments', keep) }
  return {
    status: 200,
    title: speech.say('csv.title'),
    html: renderFragment(frame, createElement(CsvPartsPage, { frame, view })),
  }
}
