import { createElement, type ReactNode } from 'react'
import type { Hooks } from './hooks.ts'
import type { DemoLms, GatewayAccess } from './lms.ts'
import { readAwaiting, readBooked, readCustomers, readDebtors, readLedger, readPulse } from './queries.ts'
import { Bank } from './views/bank.tsx'
import { Blocked, MailPage, Panel } from './views/customer.tsx'
import { money, renderShell, type Shell } from './views/layout.tsx'
import { storiesOf, Tour } from './views/tour.tsx'

export interface Demo {
  lms: DemoLms
  hooks: Hooks
  gateway: GatewayAccess
  /** For Generuj API secret. */
  pin: string
}

const othersShown = 12

/** Draws one page; undefined where what it is about is not there. */
type Draw = (demo: Demo, said: string | undefined, ids: number[]) => Promise<string | undefined>

async function shell(
  { lms: { lms }, gateway }: Demo,
  values: Omit<Shell, 'pulse' | 'gateway'>,
  content: ReactNode,
): Promise<string> {
  const pulse = await readPulse(lms, values.customerId)
  return renderShell({ ...values, pulse, gateway: gateway.gateway }, content)
}

export const drawTour: Draw = async (demo, said) => {
  const { cast, lms } = demo.lms
  const ids = cast.map(({ id }) => id)
  const [people, debtors] = await Promise.all([
    readCustomers(lms, ids),
    readDebtors(lms, othersShown + ids.length),
  ])
  const others = debtors.filter(({ id }) => !ids.includes(id)).slice(0, othersShown)
  const view = { people: storiesOf(cast, people), others, pin: demo.pin, access: demo.gateway }
  return shell(demo, { title: 'The circle', place: 'tour', said }, createElement(Tour, view))
}

export const drawPanel: Draw = async (demo, said, [customerId = 0]) => {
  const { lms } = demo.lms
  const [[customer], rows] = await Promise.all([
    readCustomers(lms, [customerId]),
    readLedger(lms, customerId),
  ])
  if (!customer) return undefined
  const buttons = await demo.hooks.panel(customer, rows)
  const content = createElement(Panel, { customer, rows, buttons })
  return shell(demo, { title: customer.name, place: 'none', said, customerId }, content)
}

export const drawBlocked: Draw = async (demo, said, [customerId = 0]) => {
  const [customer] = await readCustomers(demo.lms.lms, [customerId])
  if (!customer) return undefined
  const { html } = await demo.hooks.blockPage(customerId)
  const content = createElement(Blocked, { customer, button: html })
  return shell(demo, { title: 'Blocked', place: 'none', said, customerId }, content)
}

export const drawMail: Draw = async (demo, said, [customerId = 0, documentId = 0]) => {
  const { lms } = demo.lms
  const [[customer], rows] = await Promise.all([
    readCustomers(lms, [customerId]),
    readLedger(lms, customerId),
  ])
  const lines = rows.filter(({ docid }) => docid === documentId)
  const [first] = lines
  if (!customer || !first) return undefined
  const owed = lines.reduce((sum, { value }) => sum - value, 0n)
  const mail = await demo.hooks.mail(documentId, templateOf(customer, first.number, owed))
  const content = createElement(MailPage, { customer, subject: `Faktura ${first.number}`, mail })
  return shell(demo, { title: 'Invoice mail', place: 'none', said, customerId }, content)
}

/** `sendinvoices.mail_body` of this LMS, its own placeholders filled already. */
function templateOf(customer: { name: string; balance: bigint }, number: string, owed: bigint) {
  const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const lines = (name: string) => [
    `Dzień dobry, ${name}!`,
    `w załączeniu przesyłamy fakturę ${number} na kwotę ${money(owed)}.`,
    '%billtech_btn',
    `Saldo na dziś: ${money(customer.balance)}.`,
    '%billtech_balance_btn',
    'NETIX Sp. z o.o.',
  ]
  const html = lines(escaped(customer.name)).map((line) => `<p>${line}</p>`)
  return {
    html: `<div style="font:15px/1.5 sans-serif;max-width:600px">${html.join('')}</div>`,
    text: lines(customer.name).join('\n\n'),
  }
}

export const drawBank: Draw = async (demo, said) => {
  const [awaiting, booked] = await Promise.all([readAwaiting(demo.lms.lms), readBooked(demo.lms.lms)])
  return shell(
    demo,
    { title: 'Bank statement', place: 'bank', said },
    createElement(Bank, { awaiting, booked }),
  )
}
