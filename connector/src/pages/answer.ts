import { randomUUID } from 'node:crypto'
import { createElement } from 'react'
import { tablesExist } from '../store/index.ts'
import type { Call } from './call.ts'
import { generateSecret } from './config/generate.ts'
import { showConfig } from './config/page.ts'
import { saveConfig } from './config/save.ts'
import { isFormToken } from './form-token.ts'
import { hrefOf } from './href.ts'
import { showPayments } from './payments/page.ts'
import { settleChosen } from './payments/settle.ts'
import {
  type FormValue,
  type HtmlAnswer,
  mayDo,
  type PageAnswer,
  type PageName,
  type PageRequest,
  type PageRight,
  pageModules,
  pageRights,
  textOf,
} from './request.ts'
import { speechOf } from './speech.ts'
import { showState } from './state/page.ts'
import { Message, type MessageView, renderFragment } from './views/frame.tsx'

const names = Object.keys(pageModules) as PageName[]

const shown: Record<PageName, (call: Call) => Promise<PageAnswer>> = {
  payments: showPayments,
  config: showConfig,
  state: showState,
}

/** What a form may ask for, by page and its field `act`, and the right that it takes. */
const acts: Record<
  PageName,
  Record<string, { right: PageRight; do: (call: Call) => Promise<PageAnswer> }>
> = {
  payments: {
    settle: { right: 'settle', do: settleChosen },
    reopen: { right: 'settle', do: settleChosen },
  },
  config: {
    save: { right: 'config', do: saveConfig },
    generate: { right: 'config', do: generateSecret },
  },
  state: {},
}

/**
 * Answers a page of LMS's menu. Whatever goes wrong becomes a page that says so: only a program's mistake in the
 * request itself throws.
 *
 * A GET changes nothing. A POST needs the right, a fresh form token of this session and operator, and a known
 * act; anything less changes nothing either.
 *
 * @returns a fragment with status 200, 400, 403, 404, 500 or 503, a file, or a redirect after a change
 */
export async function answerPage(context: Call['context'], request: PageRequest): Promise<PageAnswer> {
  const page = names.find((name) => pageModules[name] === request.module)
  const call = callOf(context, request, page)
  if (!page) return say(call, 404, { title: 'unknown.title', text: 'unknown.text' })
  try {
    if (!mayDo(request.operator, page)) return denied(call, page)
    if (!(await tablesExist(context.lms))) {
      return say(call, 503, { title: 'missing.title', text: 'missing.text' })
    }
    return request.method === 'POST' ? await change(call, page) : await shown[page](call)
  } catch (error) {
    const number = randomUUID().slice(0, 8)
    context.log.error({ err: error, number, page }, 'a page could not be shown')
    return say(call, 500, { title: 'failed.title', text: 'failed.text', values: { number } })
  }
}

async function change(call: Call, page: PageName): Promise<PageAnswer> {
  const { request, frame } = call
  const name = textOf(request.form.act)
  const act = Object.hasOwn(acts[page], name) ? acts[page][name] : undefined
  if (!isFormToken(request, textOf(request.form.token)) || !act) {
    const next = { href: hrefOf(page, frame.keep), label: 'stale.again' as const }
    return say(call, 403, { title: 'stale.title', text: 'stale.text', next })
  }
  return mayDo(request.operator, act.right) ? act.do(call) : denied(call, act.right)
}

function callOf(context: Call['context'], given: PageRequest, page: PageName | undefined): Call {
  // PHP sends `ids[]` as `ids`; a form that was not read by PHP keeps the brackets.
  const request = { ...given, form: withoutBrackets(given.form) }
  const asked = textOf(given.query.lang) || textOf(given.form.lang)
  const lang = asked === 'pl' || asked === 'en' ? asked : undefined
  return {
    context,
    request,
    speech: speechOf(lang ?? given.language, context.zone),
    frame: {
      speech: speechOf(lang ?? given.language, context.zone),
      page,
      pages: names.filter((name) => mayDo(given.operator, name)),
      keep: lang ? { lang } : {},
    },
  }
}

function withoutBrackets(form: PageRequest['form']): Record<string, FormValue> {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name.replace(/\[\]$/, ''), value]))
}

function denied(call: Call, right: PageRight): HtmlAnswer {
  const values = { right: pageRights[right] }
  return say(call, 403, { title: 'denied.title', text: 'denied.text', values })
}

function say({ frame, speech }: Call, status: number, message: MessageView): HtmlAnswer {
  const content = createElement(Message, { speech, message })
  return { status, title: speech.say(message.title), html: renderFragment(frame, content) }
}
