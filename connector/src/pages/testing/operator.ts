import { startLmsWorld, type World } from '../../../testing/index.ts'
import { readLmsIni } from '../../lms/index.ts'
import { createLog, type Engine, insertReturningId } from '../../platform/index.ts'
import { type Context, createContext } from '../../sync/links/index.ts'
import {
  answerPage,
  type HtmlAnswer,
  type Operator,
  type PageAnswer,
  type PageName,
  type PageRequest,
  pageModules,
  pageRights,
} from '../index.ts'

/** Somebody at LMS's pages. */
export interface Visitor {
  get(page: PageName, query?: PageRequest['query']): Promise<PageAnswer>
  /** As `get`, of a page that must be HTML. */
  see(page: PageName, query?: PageRequest['query']): Promise<HtmlAnswer>
  post(page: PageName, form: PageRequest['form']): Promise<PageAnswer>
  /** Sends the form with the token that the page shows to this visitor. */
  press(page: PageName, form: PageRequest['form']): Promise<PageAnswer>
}

export interface PageWorld {
  world: World
  context: Context
  /** An operator with these rights; all of ours unless told. */
  visitor(values?: Partial<Operator> & { session?: string; language?: string }): Visitor
  /** A row of `billtech_payments`, open and of 69.00 unless told. */
  addPayment(values?: object): Promise<number>
  close(): Promise<void>
}

/** An LMS database with our tables, and operators who open our pages. */
export async function openPageWorld(engine: Engine, more: Partial<Context> = {}): Promise<PageWorld> {
  const world = await startLmsWorld(engine)
  const ini = await readLmsIni(world.ini)
  const log = createLog({ level: 'silent', format: 'json', name: 'test' })
  const made = await createContext({ lms: world.lms, ini, log, zone: 'Europe/Warsaw' })
  const context = { ...made, ...more }
  let number = 0
  return {
    world,
    context,
    visitor: ({ session = 's'.repeat(64), language = 'pl_PL', ...operator } = {}) =>
      visitorOf(context, session, language, {
        id: 1,
        name: 'Anna Operator',
        rights: Object.values(pageRights),
        ...operator,
      }),
    addPayment(values = {}) {
      const reference = `20261122-${String(++number).padStart(6, '0')}`
      return insertReturningId(world.lms, world.lms.db, 'billtech_payments', {
        ten: '',
        amount: '69.00',
        title: `FV ${number}/2026`,
        document_number: '',
        reference_number: reference,
        reference_digits: reference.replace('-', ''),
        cdate: 1_795_000_000 + number,
        closed: 0,
        token: 'f'.repeat(128),
        row_id: `row-${number}`,
        state: 'open',
        refunded: '0.00',
        test: 0,
        method: 'blik',
        arrives: 'transfer',
        ...values,
      })
    },
    close: () => world.close(),
  }
}

function visitorOf(context: Context, session: string, language: string, operator: Operator): Visitor {
  const ask = (page: PageName, more: Partial<PageRequest>) =>
    answerPage(context, {
      module: pageModules[page],
      method: 'GET',
      query: {},
      form: {},
      operator,
      session,
      language,
      ...more,
    })
  const see = async (page: PageName, query: PageRequest['query'] = {}) => htmlOf(await ask(page, { query }))
  const post = (page: PageName, form: PageRequest['form']) => ask(page, { method: 'POST', form })
  return {
    get: (page, query = {}) => ask(page, { query }),
    see,
    post,
    press: async (page, form) => post(page, { token: tokenIn((await see(page)).html), ...form }),
  }
}

export function htmlOf(answer: PageAnswer): HtmlAnswer {
  if (!('html' in answer)) throw new Error(`not a page: ${JSON.stringify(answer).slice(0, 200)}`)
  return answer
}

/** The form token of a page. */
export function tokenIn(html: string): string {
  const found = /name="token" value="([^"]+)"/.exec(html)?.[1]
  if (!found) throw new Error('the page has no form token')
  return found
}

/** What a page says, without its style and markup. */
export function textIn(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/\s+/g, ' ')
}

/** Texts of a column of the list, row by row. */
export function columnIn(html: string, label: string): string[] {
  const cell = new RegExp(`data-label="${label}"[^>]*><div>(.*?)</div></td>`, 'gs')
  return [...html.matchAll(cell)].map(([, content = '']) => textIn(content).trim())
}
