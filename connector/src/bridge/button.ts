/** Classes by the panel’s style, so that a provider’s own sheet can reach the button; colours come with it anyway. */
const bcleanClasses = 'btn btn-success'
const plainClass = 'billtech-pay'

/** Dark green with white: a contrast of 6.5 to 1. No sign of percent anywhere: LMS would read it as a placeholder. */
const look =
  'display:inline-block;padding:8px 16px;border-radius:4px;background-color:#0b6b3a;color:#ffffff;' +
  'font-weight:bold;text-decoration:none'
const smallLook =
  'display:inline-block;padding:2px 8px;border-radius:4px;background-color:#0b6b3a;color:#ffffff;text-decoration:none'

export const payWords = 'Opłać teraz'
export const payBalanceWords = 'Opłać teraz całe saldo'
/** One Polish letter would make an SMS cost twice as much. */
const phoneWords = 'Oplac teraz'

/** The button at the panel’s balance. */
export function panelBalanceButton(url: string, style: string, branding: boolean): string {
  const button = anchor(url, payWords, { class: classOf(style), style: look, label: payBalanceWords })
  const brand = branding ? ' <small class="billtech-brand">Płatności obsługuje BillTech</small>' : ''
  return `<div class="billtech-balance" style="margin:8px 0">${button}${brand}</div>`
}

/** The button beside one document. `title` names it for a screen reader. */
export function panelRowButton(url: string, style: string, title: string): string {
  return anchor(url, payWords, { class: classOf(style), style: smallLook, label: `${payWords}: ${title}` })
}

/** The button of a page that shows nothing but itself and the ledger. */
export function blockPageButton(url: string): string {
  return `<p class="billtech-balance">${anchor(url, payWords, { style: look, label: payBalanceWords })}</p>`
}

/** A button in an HTML mail: no line breaks, for a mail program of LMS strips them; no style sheet, for readers do. */
export function mailButton(url: string, words: string): string {
  return anchor(url, words, { style: look })
}

export function mailLine(url: string, words: string): string {
  return `${words}: ${url}`
}

export function phoneLine(url: string): string {
  return `${phoneWords}: ${url}`
}

interface Dress {
  class?: string
  style?: string
  label?: string
}

function classOf(style: string): string {
  return style === 'bclean' ? bcleanClasses : plainClass
}

function anchor(url: string, words: string, { class: name, style, label }: Dress): string {
  const attributes = Object.entries({ href: url, class: name, style, 'aria-label': label })
  const given = attributes.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `<a ${given.map(([key, value]) => `${key}="${escaped(value)}"`).join(' ')}>${escaped(words)}</a>`
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
