import { createElement } from 'react'
import { settingGroups } from '../config/fields.ts'
import { hrefOf } from '../href.ts'
import { type PageName, pageModules } from '../request.ts'
import { type Language, speechOf } from '../speech.ts'
import { ConfigPage, type ConfigView } from '../views/config.tsx'
import { ConfirmPage } from '../views/confirm.tsx'
import { type Frame, Message, renderFragment } from '../views/frame.tsx'
import { type PaymentsView, type SortKey, sortKeys } from '../views/models.ts'
import { CsvPartsPage, PaymentsPage } from '../views/payments.tsx'
import { StatePage } from '../views/state.tsx'
import { lines, stateView } from './world.ts'

const pages = Object.keys(pageModules) as PageName[]

/** Every page in every state that matters, drawn from plain facts. */
export const states: Record<string, (language: Language) => string> = {
  payments: (language) => payments(language, {}),
  'payments-chosen': (language) =>
    payments(language, {
      chosen: new Set([1, 2]),
      notices: [{ tone: 'good', text: speechOf(language, zone).say('settle.done', { count: 2 }) }],
    }),
  'payments-wrong': (language) =>
    payments(language, {
      filter: { ...nothing, day: '2026-02-31', amount: 'sto' },
      narrowed: true,
      problems: (['day', 'amount'] as const).map((field) => ({
        field,
        text: speechOf(language, zone).say(`filter.${field}.wrong`),
      })),
    }),
  'payments-none': (language) =>
    payments(language, { lines: [], narrowed: true, filter: { ...nothing, name: 'Brzęczyszczykiewicz' } }),
  'payments-read-only': (language) => payments(language, { maySettle: false }),
  settle: (language) =>
    draw(language, 'payments', (frame) =>
      createElement(ConfirmPage, {
        frame,
        view: {
          act: 'settle',
          lines: lines.slice(0, 2),
          left: lines.slice(3, 4),
          token,
          back: '',
          cancel: hrefOf('payments'),
        },
      }),
    ),
  'csv-parts': (language) =>
    draw(language, 'payments', (frame) =>
      createElement(CsvPartsPage, {
        frame,
        view: {
          size: 3000,
          parts: ['?m=billtechpayments&csv=part&part=1', '?m=billtechpayments&csv=part&part=2'],
          back: hrefOf('payments'),
        },
      }),
    ),
  config: (language) => config(language, {}),
  'config-wrong': (language) =>
    config(language, {
      problems: [
        { field: 'bankaccount', text: speechOf(language, zone).say('wrong.account') },
        { field: 'pin', text: speechOf(language, zone).say('generate.refused') },
      ],
    }),
  state: (language) =>
    draw(language, 'state', (frame) => createElement(StatePage, { frame, view: stateView })),
  'state-good': (language) =>
    draw(language, 'state', (frame) =>
      createElement(StatePage, {
        frame,
        view: {
          ...stateView,
          findings:
            stateView.findings === 'slow' || stateView.findings === 'away'
              ? []
              : stateView.findings.filter(({ level }) => level === 'ok'),
          refused: { rows: [], count: 0 },
        },
      }),
    ),
  denied: (language) =>
    draw(language, undefined, (frame) =>
      createElement(Message, {
        speech: frame.speech,
        message: { title: 'denied.title', text: 'denied.text', values: { right: 'billtech_config' } },
      }),
    ),
  stale: (language) =>
    draw(language, 'config', (frame) =>
      createElement(Message, {
        speech: frame.speech,
        message: {
          title: 'stale.title',
          text: 'stale.text',
          next: { href: hrefOf('config'), label: 'stale.again' },
        },
      }),
    ),
}

const zone = 'Europe/Warsaw'
const token = 'mb2k3.aGFsbG8'
const nothing = { month: '', day: '', customer: '', name: '', amount: '', reference: '', state: '', hide: '' }

function draw(
  language: Language,
  page: PageName | undefined,
  content: (frame: Frame) => ReturnType<typeof createElement>,
): string {
  const frame: Frame = { speech: speechOf(language, zone), page, pages, keep: { lang: language } }
  return renderFragment(frame, content(frame))
}

function payments(language: Language, more: Partial<PaymentsView>): string {
  const sum = lines.reduce((total, { amount }) => total + amount, 0n)
  const view: PaymentsView = {
    filter: nothing,
    narrowed: false,
    problems: [],
    notices: [],
    sort: { by: 'date', down: true },
    lines,
    found: { count: lines.length, sum },
    chosen: new Set(),
    maySettle: true,
    token,
    links: {
      sorted: Object.fromEntries(sortKeys.map((key) => [key, hrefOf('payments', { sort: key })])) as Record<
        SortKey,
        string
      >,
      first: hrefOf('payments'),
      previous: hrefOf('payments', { before: '9' }),
      next: hrefOf('payments', { after: '1' }),
      csv: hrefOf('payments', { csv: '1' }),
      clear: hrefOf('payments'),
      choose: hrefOf('payments', { all: '1' }),
      unchoose: hrefOf('payments'),
    },
    back: '',
    ...more,
  }
  return draw(language, 'payments', (frame) => createElement(PaymentsPage, { frame, view }))
}

const stored: Readonly<Record<string, string>> = {
  api_url: 'https://pay.example.pl',
  isp_id: 'netix',
  api_key: 'Lg8C6zy851WCMSx8d2hctoWIFAwPGlbk',
  payment_expiration: 'never',
  manage_cutoff: 'true',
  cashimport_enabled: 'true',
  append_customer_info: 'true',
}

function config(language: Language, more: Partial<ConfigView>): string {
  const speech = speechOf(language, zone)
  const problems = more.problems ?? []
  const groups = settingGroups.map(({ title, fields }) => ({
    title,
    settings: fields.map((field) => {
      const value = stored[field.name] ?? (field.kind === 'flag' ? 'false' : '')
      return {
        field,
        value,
        was: value,
        wrong: problems.find((each) => each.field === field.name)?.text,
        about:
          field.name === 'api_secret'
            ? [speech.say('config.secret.set')]
            : field.name === 'isp_id'
              ? [speech.say('config.fromIni')]
              : [],
      }
    }),
  }))
  const uses = { api_url: stored.api_url ?? '', isp_id: stored.isp_id ?? '', api_key: stored.api_key ?? '' }
  const view = { notices: [], problems, groups, token, uses, ...more }
  return draw(language, 'config', (frame) => createElement(ConfigPage, { frame, view }))
}
