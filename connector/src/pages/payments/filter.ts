import { dayStart, nextDay, nextMonth } from '../day.ts'
import type { PageRequest } from '../request.ts'
import { textOf } from '../request.ts'
import type { Speech } from '../speech.ts'
import type { FieldProblem } from '../views/frame.tsx'
import {
  type FilterTexts,
  type PaymentState,
  paymentStates,
  type SortKey,
  sortKeys,
} from '../views/models.ts'

const textMax = 100
const idMax = 2_147_483_647n
const groszeMax = 999_999_999n

/** What the list is narrowed to. Moments are seconds since 1970, `until` is not part of the time. */
export interface Filter {
  from?: number
  until?: number
  customerId?: number
  /** Each must occur in the customer's name. */
  words: string[]
  /** Grosze, both ends included. */
  amount?: { min: bigint; max: bigint }
  reference?: string
  state?: PaymentState
  hideSettled: boolean
}

export interface Query {
  texts: FilterTexts
  filter: Filter
  problems: FieldProblem[]
  sort: { by: SortKey; down: boolean }
  /** The payment after or before which the page begins. */
  cursor?: { id: number; direction: 'after' | 'before' }
  chooseAll: boolean
}

const fields = ['month', 'day', 'customer', 'name', 'amount', 'reference', 'state', 'hide'] as const

/** Reads what the operator asked for; what cannot be read is told and does not narrow. */
export function readQuery(query: PageRequest['query'], speech: Speech, zone: string): Query {
  // PostgreSQL takes no NUL, and nobody types one.
  const typed = (name: string) =>
    textOf(query[name])
      .replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, textMax)
  const texts = Object.fromEntries(fields.map((name) => [name, typed(name)])) as unknown as FilterTexts
  const problems: FieldProblem[] = []
  const wrong = (field: keyof FilterTexts & ('month' | 'day' | 'customer' | 'amount')) =>
    problems.push({ field, text: speech.say(`filter.${field}.wrong`) })
  const filter: Filter = {
    words: texts.name.split(/\s+/).filter(Boolean).slice(0, 5),
    hideSettled: texts.hide !== '',
    ...(texts.reference ? { reference: texts.reference } : {}),
    ...(isState(texts.state) ? { state: texts.state } : {}),
  }
  const time = readTime(texts, zone, wrong)
  const customerId = texts.customer ? readId(texts.customer) : undefined
  const amount = texts.amount ? readAmount(texts.amount) : undefined
  if (texts.customer && customerId === undefined) wrong('customer')
  if (texts.amount && !amount) wrong('amount')
  return {
    texts,
    filter: { ...filter, ...time, ...(customerId ? { customerId } : {}), ...(amount ? { amount } : {}) },
    problems,
    ...readOrder(typed),
    chooseAll: typed('all') !== '',
  }
}

/** The query again, for links: only what says something. */
export function queryOf({ texts, sort, cursor }: Query): Record<string, string> {
  const byDefault = sort.by === 'date' && sort.down
  return {
    ...texts,
    sort: byDefault ? '' : `${sort.down ? '-' : ''}${sort.by}`,
    ...(cursor ? { [cursor.direction]: String(cursor.id) } : {}),
  }
}

export function isNarrowed(texts: FilterTexts): boolean {
  return Object.values(texts).some((text) => text !== '')
}

function readOrder(typed: (name: string) => string): Pick<Query, 'sort' | 'cursor'> {
  const [, sign = '', key = ''] = /^(-?)(\w+)$/.exec(typed('sort')) ?? []
  const by = sortKeys.find((each) => each === key)
  const sort: Query['sort'] = by ? { by, down: sign === '-' } : { by: 'date', down: true }
  for (const direction of ['after', 'before'] as const) {
    const id = readId(typed(direction))
    if (id !== undefined) return { sort, cursor: { id, direction } }
  }
  return { sort }
}

/** A day goes before a month. */
function readTime(
  { day, month }: FilterTexts,
  zone: string,
  wrong: (field: 'month' | 'day') => void,
): Pick<Filter, 'from' | 'until'> {
  const ofDay = dayStart(day, zone)
  const ofMonth = dayStart(`${month}-01`, zone)
  if (day && ofDay === undefined) wrong('day')
  if (month && ofMonth === undefined) wrong('month')
  if (ofDay !== undefined) return { from: ofDay, until: dayStart(nextDay(day), zone) ?? ofDay }
  if (ofMonth === undefined) return {}
  return { from: ofMonth, until: dayStart(`${nextMonth(month)}-01`, zone) ?? ofMonth }
}

function readId(text: string): number | undefined {
  if (!/^#?\d{1,10}$/.test(text)) return undefined
  const id = BigInt(text.replace('#', ''))
  return id >= 1n && id <= idMax ? Number(id) : undefined
}

/** `69`, `69,00`, `1 234.5`, or two of them with a dash between. */
function readAmount(text: string): Filter['amount'] | undefined {
  const [low = '', high = low, ...rest] = text.replace(/zł|pln|\s/gi, '').split(/[-–—]/)
  const min = readGrosze(low)
  const max = readGrosze(high)
  return rest.length > 0 || min === undefined || max === undefined || min > max ? undefined : { min, max }
}

function readGrosze(text: string): bigint | undefined {
  const [, whole, fraction = ''] = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text) ?? []
  if (whole === undefined) return undefined
  const grosze = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'))
  return grosze <= groszeMax ? grosze : undefined
}

function isState(text: string): text is PaymentState {
  return paymentStates.some((state) => state === text)
}
