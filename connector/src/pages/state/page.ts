import { createElement } from 'react'
import { databaseTime } from '../../platform/index.ts'
import { countRefused, listRefused } from '../../store/index.ts'
import type { Call } from '../call.ts'
import { type HtmlAnswer, mayDo } from '../request.ts'
import { renderFragment } from '../views/frame.tsx'
import { type FindingView, type RefusedView, StatePage, type StateView } from '../views/state.tsx'
import { readWork } from './passes.ts'
import { documentNumbers, readQueue } from './queries.ts'

/** Below the time that LMS waits for a page. */
const findingsMs = 6_000
/** `watch` gives a sign of life every 30 seconds. */
const silentAfterSeconds = 180
const refusedShownMax = 200

/** Stan: last passes, what waits, what was refused, what doctor finds. */
export async function showState(call: Call): Promise<HtmlAnswer> {
  const { context, frame, speech, request } = call
  const { lms } = context
  const [findings, work, queue, refused, now] = await Promise.all([
    readFindings(call),
    readWork(lms),
    readQueue(lms),
    readRefused(call),
    databaseTime(lms.db, lms),
  ])
  const view: StateView = {
    findings,
    work,
    alive: work.aliveAt !== undefined && now - work.aliveAt < silentAfterSeconds,
    queue,
    refused,
    mayOpenPayments: mayDo(request.operator, 'payments'),
  }
  return {
    status: 200,
    title: speech.say('state.title'),
    html: renderFragment(frame, createElement(StatePage, { frame, view })),
  }
}

/** A finding as doctor says it; some speak Polish too. */
interface Found {
  level: FindingView['level']
  code: string
  says: string
  mend?: string
  pl?: { says: string; mend?: string }
}

/** The worst first. A doctor who takes too long or fails is no reason to show nothing. */
async function readFindings({ context, speech }: Call): Promise<StateView['findings']> {
  if (!context.doctor) return 'away'
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<'slow'>((resolve) => {
    timer = setTimeout(() => resolve('slow'), findingsMs)
  })
  const asked = (context.doctor() as Promise<Found[]>).catch((error: unknown) => {
    context.log.warn({ err: error }, 'doctor failed on the page Stan')
    return 'away' as const
  })
  const found = await Promise.race([asked, tooLong]).finally(() => clearTimeout(timer))
  if (typeof found === 'string') return found
  const order = { problem: 0, warning: 1, ok: 2 }
  return found
    .map(({ level, code, says, mend = '', pl }): FindingView => {
      if (speech.language === 'pl' && pl) {
        return { level, code, says: pl.says, mend: pl.mend ?? mend, language: 'pl' }
      }
      return { level, code, says, mend, language: 'en' }
    })
    .sort((a, b) => order[a.level] - order[b.level])
}

async function readRefused({ context: { lms } }: Call): Promise<StateView['refused']> {
  const [rows, counts] = await Promise.all([
    listRefused(lms.db, { limit: refusedShownMax }),
    countRefused(lms.db),
  ])
  const isId = (id: string | null): id is string => id !== null && /^[1-9]\d{0,8}$/.test(id)
  const ids = rows.map((row) => row.operation_id).filter(isId)
  const numbers = await documentNumbers(lms, [...new Set(ids.map(Number))])
  const shown = rows.map(
    (row): RefusedView => ({
      id: row.id,
      kind: row.kind,
      customerId: row.customer_id,
      document: numbers.get(Number(row.operation_id)) || (row.operation_id ?? row.row_id ?? ''),
      field: row.field ?? '',
      says: row.says,
      since: row.since,
    }),
  )
  return { rows: shown, count: counts.link + counts.payment + counts.statement }
}
